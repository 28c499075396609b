"""Check one row by itself: its cells and how they fit together. Build the row to be staged."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import Case
from appointments.models import Appointment
from appointments.models.site import SITE_TEXTS
from appointments.schedule_import import columns
from appointments.schedule_import.cells import BadCell
from appointments.schedule_import.columns import Table
from appointments.schedule_import.local_time import to_instant
from appointments.schedule_import.reading import SUSPECT
from portal.foundation.zip_codes import find_zip_coordinates

Report = Callable[[str, str, str], None]
Builder = Callable[["Context", dict[str, Any], dict[str, str], Report], tuple[Any, ...]]


@dataclass(slots=True)
class Context:
    """What rows are checked against. `zones` maps site codes to time zones, or to None for an unusable zone.

    `knows_all_sites` is false when sites.csv could not be read completely; then no site is reported as
    unknown.
    """

    as_of: datetime
    forms: frozenset[str]
    zones: dict[str, str | None] = field(default_factory=dict)
    knows_all_sites: bool = True


def check_row(
    table: Table,
    cells: list[str],
    context: Context,
    report: Report,
    *,
    broken: frozenset[str],
    absent: frozenset[str],
) -> tuple[Any, ...]:
    """Return the row to be staged, with None for each bad cell and for each column in `absent`.

    Calls `report(column, value, remedy)` for each fault, except in `broken` columns, which were already
    reported.
    """
    named = dict(zip(table.names, cells, strict=True))
    values: dict[str, Any] = {}
    if broken:
        named.update((name, "") for name in broken if SUSPECT.search(named[name]))
        report = _skip_columns(broken, report)
    for column in table.columns:
        cell = named[column.name]
        try:
            values[column.name] = None if column.name in absent else column.read(cell)
        except BadCell as bad:
            values[column.name] = None
            report(column.name, cell, str(bad))
    return BUILDERS[table.file](context, values, named, report)


def _skip_columns(broken: frozenset[str], report: Report) -> Report:
    def report_others(column: str, value: str, remedy: str) -> None:
        if column not in broken:
            report(column, value, remedy)

    return report_others


def _build_site(
    context: Context, values: dict[str, Any], cells: dict[str, str], report: Report
) -> tuple[Any, ...]:
    if values["code"] is not None:
        context.zones[values["code"]] = values["tz"]
    hours = [part for day in columns.WEEKDAYS for part in (values[day] or (None, None))]
    _check_site_pairs(cells, report)
    latitude, longitude = values["latitude"], values["longitude"]
    if None in (latitude, longitude):
        latitude, longitude = find_zip_coordinates(values["postal_code"] or "") or (None, None)
    texts: list[str | None] = []
    for text in SITE_TEXTS:
        pair = [values[f"{text}_{code}"] for code in columns.LANGUAGES]
        texts += [None, None] if None in pair else pair
    return (*(values[name] for name in columns.SITES.names[:7]), *hours, latitude, longitude, *texts)


def _check_site_pairs(cells: dict[str, str], report: Report) -> None:
    """Report a latitude without a longitude, and a text in only one language."""
    pairs = [("latitude", "longitude"), *((f"{text}_en", f"{text}_es") for text in SITE_TEXTS)]
    for names in pairs:
        [missing, given] = sorted(names, key=lambda name: bool(cells[name]))
        if cells[given] and not cells[missing]:
            report(missing, "", f"Fill in this cell too, or leave {given} empty.")


def _build_slot(
    context: Context, values: dict[str, Any], cells: dict[str, str], report: Report
) -> tuple[Any, ...]:
    starts_at, local = _read_start(context, values, cells, report)
    return (
        values["site_code"],
        starts_at,
        cells["starts_at"][:40],
        local,
        values["minutes"],
        values["capacity"],
        values["closed"],
    )


def _build_case(
    context: Context, values: dict[str, Any], cells: dict[str, str], report: Report
) -> tuple[Any, ...]:
    if values["form"] is not None and values["form"] not in context.forms:
        report("form", cells["form"], f"The portal supports these forms: {', '.join(sorted(context.forms))}.")
        values["form"] = None
    if values["filing_channel"] == Case.FilingChannel.ONLINE and not cells["filed_by_email"]:
        report("filed_by_email", "", "Enter the email address of the account that filed online.")
    if values["filing_channel"] == Case.FilingChannel.PAPER and cells["filed_by_email"]:
        report(
            "filed_by_email", cells["filed_by_email"], "Leave this empty because the case was filed on paper."
        )
    is_open = values["status"] == Case.Status.OPEN
    if is_open and cells["closed_at"]:
        report(
            "closed_at", cells["closed_at"], "Leave this empty while the case is open, or correct the status."
        )
    if values["status"] is not None and not is_open and not cells["closed_at"]:
        report("closed_at", "", f"Enter when the case was {values['status']}.")
    _check_not_later(context, "closed_at", values["closed_at"], cells, report)
    return tuple(values[name] for name in columns.CASES.names)


def _build_person(
    context: Context, values: dict[str, Any], cells: dict[str, str], report: Report
) -> tuple[Any, ...]:
    return tuple(values[name] for name in columns.PEOPLE.names)


def _build_appointment(
    context: Context, values: dict[str, Any], cells: dict[str, str], report: Report
) -> tuple[Any, ...]:
    starts_at, _ = _read_start(context, values, cells, report)
    _check_not_later(context, "scheduled_at", values["scheduled_at"], cells, report)
    for rescheduled_at in values["counted_moves_at"] or ():
        if rescheduled_at > context.as_of:
            report(
                "counted_moves_at",
                rescheduled_at.isoformat(),
                "A counted reschedule is after as_of. Correct it.",
            )
    has_ended = values["status"] in {Appointment.Status.ATTENDED, Appointment.Status.MISSED}
    if has_ended and starts_at is not None and starts_at > context.as_of:
        report(
            "status",
            cells["status"],
            "This appointment begins after as_of, so it cannot be attended or missed yet.",
        )
    return (
        values["appointment_id"],
        values["person_id"],
        values["site_code"],
        starts_at,
        cells["starts_at"][:40],
        values["status"],
        values["scheduled_at"],
        values["biometrics_code"],
        values["counted_moves_at"],
        values["staff_only"],
    )


def _read_start(
    context: Context, values: dict[str, Any], cells: dict[str, str], report: Report
) -> tuple[datetime | None, datetime | None]:
    """Return the start of the slot as an instant and in the site's time, or Nones when a cell is unusable."""
    code, text = values["site_code"], values["starts_at"]
    if code is not None and code not in context.zones and context.knows_all_sites:
        report("site_code", code, "Unknown site. Add it to sites.csv, or correct the code.")
    tz = context.zones.get(code) if code is not None else None
    if tz is None or text is None:
        return None, None
    try:
        return to_instant(text, tz)
    except BadCell as bad:
        report("starts_at", text, str(bad))
        return None, None


def _check_not_later(
    context: Context, column: str, value: datetime | None, cells: dict[str, str], report: Report
) -> None:
    if value is not None and value > context.as_of:
        report(column, cells[column], "This is after as_of, the time of this delivery. Correct it.")


BUILDERS: dict[str, Builder] = {
    columns.SITES.file: _build_site,
    columns.SLOTS.file: _build_slot,
    columns.CASES.file: _build_case,
    columns.PEOPLE.file: _build_person,
    columns.APPOINTMENTS.file: _build_appointment,
}
