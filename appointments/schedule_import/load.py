"""Load one delivery: check all of it, then write all of it in one transaction, or nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, OperationalError, transaction

from appointments.models import Delivery, Site
from appointments.schedule_import.case_changes import attach_filed_cases, suspend_misplaced_cases
from appointments.schedule_import.changes import change_known, count_verdicts
from appointments.schedule_import.columns import SITES, TABLES, WEEKDAYS, Table
from appointments.schedule_import.conflicts import write_conflicts
from appointments.schedule_import.cross_checks import check_across
from appointments.schedule_import.faults import DeliveryRefused, ErrorReport, InvalidDelivery
from appointments.schedule_import.inserts import insert_new
from appointments.schedule_import.manifest import Manifest, read_manifest
from appointments.schedule_import.matching import match_with_portal
from appointments.schedule_import.plan import make_plan, report_missing_seats
from appointments.schedule_import.reading import FileReader, report_missing_rows
from appointments.schedule_import.rows import Context, check_row
from appointments.schedule_import.staging import copy_rows, create_tables, read_one, run
from policy.models import FormType
from portal.foundation.clock import database_now
from portal.foundation.transactions import RETRIED_STATES

# An arbitrary number. Every import uses the same one.
LOCK_KEY = 7_301_184_002
ROWS_PER_MESSAGE = 100_000
# How far the scheduler's clock may be ahead of the database's.
GRACE = timedelta(minutes=1)
TOUCHED = (
    "appointments_site, appointments_slot, accounts_case, accounts_person, appointments_appointmentseries,"
    " appointments_appointment"
)

Progress = Callable[[str], None]


@dataclass(slots=True)
class LoadResult:
    """The result of a load. `delivery` is None when it was loaded before and nothing was done."""

    delivery: Delivery | None
    counts: dict[str, int] = field(default_factory=dict)


def load_delivery(directory: Path, *, errors: ErrorReport, progress: Progress) -> LoadResult:
    """Load the whole delivery in one transaction. A delivery that was loaded before changes nothing.

    Locks: the import's advisory lock, and at the end the rows that change, in the one lock order.
    Raises: InvalidDelivery, with every fault in `errors`; DeliveryRefused when the delivery is not the
        newest, another import is running, or the portal is too busy. Then nothing was changed.
    """
    try:
        with transaction.atomic(durable=True):
            loaded = _load(directory, errors, progress)
    except IntegrityError as error:
        raise DeliveryRefused(
            "The portal changed during the import. Nothing was loaded. Try again."
        ) from error
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) not in RETRIED_STATES:
            raise
        raise DeliveryRefused(
            "Rows stayed locked for too long. Nothing was loaded. Try again in a few minutes."
        ) from error
    if loaded.delivery is not None:
        progress("Updating statistics …")
        run(f"ANALYZE {TOUCHED}")
    return loaded


def _load(directory: Path, errors: ErrorReport, progress: Progress) -> LoadResult:
    if read_one("SELECT 1 WHERE pg_try_advisory_xact_lock(%(key)s)", {"key": LOCK_KEY}) is None:
        raise DeliveryRefused("Another import is running. Wait until it finishes.")
    progress("Comparing files with the manifest …")
    manifest = read_manifest(directory, errors)
    if manifest is None:
        raise InvalidDelivery
    now = database_now()
    if not errors.total and Delivery.objects.filter(digest=manifest.digest).exists():
        return LoadResult(delivery=None)
    _check_is_newest(manifest, now)
    create_tables()
    _validate(directory, manifest, errors, progress)
    inserted = insert_new(now=now, progress=progress)
    progress("Applying changes …")
    attached = attach_filed_cases()
    suspended = suspend_misplaced_cases()
    # A scheduler whose clock is ahead cannot know what happens here after now.
    applied = change_known(errors, as_of=min(manifest.as_of, now))
    counts = {**inserted, "cases_attached": attached, **count_verdicts()}
    counts["conflicts_account"] = suspended
    counts["people_notified_of_site"] = applied.people_notified_of_site
    counts["appointments_new"] += inserted["appointments_new"]
    delivery = Delivery.objects.create(
        as_of=manifest.as_of, digest=manifest.digest, loaded_at=applied.at, counts=counts
    )
    write_conflicts(delivery)
    return LoadResult(delivery=delivery, counts=counts)


def _check_is_newest(manifest: Manifest, now: datetime) -> None:
    if manifest.as_of > now + GRACE:
        raise DeliveryRefused(f"The delivery is dated in the future: as_of is {manifest.as_of.isoformat()}.")
    newest = Delivery.objects.order_by("-as_of").first()
    if newest is not None and manifest.as_of <= newest.as_of:
        raise DeliveryRefused(
            f"The delivery is as of {manifest.as_of.isoformat()}, but one as of {newest.as_of.isoformat()} is"
            " already loaded. An older delivery, or another one of the same instant, cannot be loaded."
        )


def _validate(directory: Path, manifest: Manifest, errors: ErrorReport, progress: Progress) -> None:
    """Stage every file and report every fault, including contradictions to the portal's rows."""
    context = Context(
        as_of=manifest.as_of,
        forms=frozenset(FormType.objects.values_list("code", flat=True)),
        zones=dict(Site.objects.values_list("code", "tz")),
    )
    incomplete, bad_sites = [], [0]
    for table in TABLES:
        reader = FileReader(directory / table.file, table, errors)
        stage = _Stage(table, reader, context, progress)
        copy_rows(table.file, stage.rows())
        report_missing_rows(reader, manifest.rows.get(table.file))
        progress(f"{table.file}: {reader.rows:,} rows read.")
        if not reader.is_complete:
            incomplete.append(table.file)
        if table is SITES:
            context.knows_all_sites = reader.is_complete
            bad_sites += stage.bad_lines
    progress("Checking rows against each other and the portal …")
    match_with_portal()
    check_across(errors, as_of=manifest.as_of, incomplete=incomplete, bad_sites=bad_sites)
    if not incomplete:
        now = database_now()
        make_plan(as_of=min(manifest.as_of, now), now=now)
        report_missing_seats(errors)
    if errors.total:
        raise InvalidDelivery


class _Stage:
    """Check the rows of one file as they stream by. Keep the lines of sites with bad hours, which are few."""

    def __init__(self, table: Table, reader: FileReader, context: Context, progress: Progress) -> None:
        self.table, self.reader, self.context, self.progress = table, reader, context, progress
        self.bad_lines: list[int] = []
        self._line = 0

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the line and the staged values of each row."""
        for line, cells in self.reader:
            self._line = line
            row = check_row(
                self.table,
                cells,
                self.context,
                self._report,
                broken=self.reader.broken,
                absent=self.reader.absent,
            )
            yield line, *row
            if self.reader.rows % ROWS_PER_MESSAGE == 0:
                self.progress(f"{self.table.file}: {self.reader.rows:,} rows so far …")

    def _report(self, column: str, value: str, remedy: str) -> None:
        self.reader.report(self._line, column, value, remedy)
        if self.table is SITES and column in WEEKDAYS:
            self.bad_lines.append(self._line)
