"""What is asked of one row by itself: its cells, and how they fit together. Makes the row to be staged."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import Case
from appointments.models import Appointment
from appointments.schedule_import import columns
from appointments.schedule_import.cells import BadCell
from appointments.schedule_import.columns import Table
from appointments.schedule_import.local_time import to_instant
from appointments.schedule_import.reading import SUSPECT

Report = Callable[[str, str, str], None]
Finish = Callable[["Context", dict[str, Any], dict[str, str], Report], tuple[Any, ...]]


@dataclass(slots=True)
class Context:
    """What rows are checked against. `zones` has every site by code, None where its zone is unusable.

    `knows_all_sites` is off when sites.csv could not be read whole: then no site is called unknown.
    """

    as_of: datetime
    forms: frozenset[str]
    zones: dict[str, str | None] = field(default_factory=dict)
    knows_all_sites: bool = True


def check_row(
    table: Table, cells: list[str], context: Context, report: Report, broken: frozenset[str]
) -> tuple[Any, ...]:
    """The staged row, with nothing in place of a bad cell. `report(column, value, remedy)` gets each fault.

    Of `broken` columns nothing is said, for their text was named already.
    """
    named = dict(zip(table.names, cells, strict=True))
    values: dict[str, Any] = {}
    if broken:
        named.update((name, "") for name in broken if SUSPECT.search(named[name]))
        report = _quiet_about(broken, report)
    for column in table.columns:
        cell = named[column.name]
        try:
            values[column.name] = column.read(cell)
        except BadCell as bad:
            values[column.name] = None
            report(column.name, cell, str(bad))
    return FINISH[table.file](context, values, named, report)


def _quiet_about(broken: frozenset[str], report: Report) -> Report:
    def report_others(column: str, value: str, remedy: str) -> None:
        if column not in broken:
            report(column, value, remedy)

    return report_others


def _site(context: Context, values: dict[str, Any], cells: dict[str, str], report: Report) -> tuple[Any, ...]:
    if values["code"] is not None:
        context.zones[values["code"]] = values["tz"]
    hours = [part for day in columns.WEEKDAYS for part in (values[day] or (None, None))]
    return (*(values[name] for name in columns.SITES.names[:7]), *hours)


def _slot(context: Context, values: dict[str, Any], cells: dict[str, str], report: Report) -> tuple[Any, ...]:
    starts_at, local = _start(context, values, cells, report)
    return (
        values["site_code"],
        starts_at,
        cells["starts_at"][:40],
        local,
        values["minutes"],
        values["capacity"],
        values["closed"],
    )


def _case(context: Context, values: dict[str, Any], cells: dict[str, str], report: Report) -> tuple[Any, ...]:
    if values["form"] is not None and values["form"] not in context.forms:
        report("form", cells["form"], f"The portal knows these forms: {', '.join(sorted(context.forms))}.")
        values["form"] = None
    if values["filing_channel"] == Case.FilingChannel.ONLINE and not cells["filed_by_email"]:
        report("filed_by_email", "", "Give the address of the account that filed online.")
    if values["filing_channel"] == Case.FilingChannel.PAPER and cells["filed_by_email"]:
        report("filed_by_email", cells["filed_by_email"], "Leave it empty: the case was filed on paper.")
    is_open = values["status"] == Case.Status.OPEN
    if is_open and cells["closed_at"]:
        report("closed_at", cells["closed_at"], "Leave it empty while the case is open, or correct status.")
    if values["status"] is not None and not is_open and not cells["closed_at"]:
        report("closed_at", "", f"Say when the case was {values['status']}.")
    _check_not_later(context, "closed_at", values["closed_at"], cells, report)
    return tuple(values[name] for name in columns.CASES.names)


def _person(
    context: Context, values: dict[str, Any], cells: dict[str, str], report: Report
) -> tuple[Any, ...]:
    return tuple(values[name] for name in columns.PEOPLE.names)


def _appointment(
    context: Context, values: dict[str, Any], cells: dict[str, str], report: Report
) -> tuple[Any, ...]:
    starts_at, _ = _start(context, values, cells, report)
    _check_not_later(context, "scheduled_at", values["scheduled_at"], cells, report)
    for rescheduled_at in values["counted_moves_at"] or ():
        if rescheduled_at > context.as_of:
            report(
                "counted_moves_at",
                rescheduled_at.isoformat(),
                "A counted move lies after as_of: correct it.",
            )
    has_ended = values["status"] in {Appointment.Status.ATTENDED, Appointment.Status.MISSED}
    if has_ended and starts_at is not None and starts_at > context.as_of:
        report("status", cells["status"], "It begins after as_of, so nobody can have come or stayed away.")
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


def _start(
    context: Context, values: dict[str, Any], cells: dict[str, str], report: Report
) -> tuple[datetime | None, datetime | None]:
    """The slot's start as an instant, and on the site's clocks; nothing when either cell is unusable."""
    code, text = values["site_code"], values["starts_at"]
    if code is not None and code not in context.zones and context.knows_all_sites:
        report("site_code", code, "No such site: add it to sites.csv, or correct the code.")
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
        report(column, cells[column], "It lies after as_of, the instant of this delivery: correct it.")


FINISH: dict[str, Finish] = {
    columns.SITES.file: _site,
    columns.SLOTS.file: _slot,
    columns.CASES.file: _case,
    columns.PEOPLE.file: _person,
    columns.APPOINTMENTS.file: _appointment,
}
