from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from appointments.representation.services.closed_cases import end_on_closed_cases
from appointments.schedule_import.conflicts import save_conflicts
from appointments.schedule_import.faults import SHOWN, DeliveryRefused, ErrorReport, InvalidDelivery
from appointments.schedule_import.load import LoadResult, load_delivery


class Command(BaseCommand):
    help = "Load a delivery of the scheduler of record, all or nothing. See docs/schedule-delivery.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, help="Directory with manifest.json.")
        parser.add_argument(
            "--faults", type=Path, default=Path("schedule-faults.csv"), help="Where to write all errors."
        )
        parser.add_argument(
            "--conflicts",
            type=Path,
            default=Path("schedule-conflicts.csv"),
            help="Where to write the conflicts.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        with ErrorReport(options["faults"]) as errors:
            try:
                loaded = load_delivery(options["directory"], errors=errors, progress=self.stderr.write)
            except InvalidDelivery:
                raise CommandError(self._show_errors(errors)) from None
            except DeliveryRefused as refused:
                raise CommandError(str(refused)) from None
        self._show_outcome(loaded, options["conflicts"])
        # Linux reports KiB.
        peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
        self.stdout.write(f"Finished in {perf_counter() - started:.1f} seconds. Peak memory: {peak:.0f} MiB.")

    def _show_errors(self, errors: ErrorReport) -> str:
        for fault in errors.first:
            self.stderr.write(str(fault))
        if errors.total > SHOWN:
            self.stderr.write(f"… and {errors.total - SHOWN:,} more.")
        return f"{errors.total:,} errors. The full list is in {errors.path.resolve()}. Nothing was loaded."

    def _show_outcome(self, loaded: LoadResult, conflicts: Path) -> None:
        if loaded.delivery is None:
            self.stdout.write("This delivery was already loaded. Nothing changed.")
            return
        for name, count in loaded.counts.items():
            self.stdout.write(f"{name.replace('_', ' ')}: {count:,}")
        if ended := end_on_closed_cases():
            self.stdout.write(f"closed cases whose representations and requests were ended: {ended:,}")
        try:
            if save_conflicts(loaded.delivery, conflicts):
                self.stdout.write(f"The list of conflicts is in {conflicts.resolve()}.")
        except OSError as error:
            raise CommandError(
                f"The delivery is loaded, but its conflicts cannot be written to {conflicts}:"
                f" {error.strerror}. Staff can see them in the list of conflicts."
            ) from None
