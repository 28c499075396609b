"""A caseload in words: its rows, the states to filter by, and the lines of its file."""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from appointments.caseload.queries import MOVABLE, REFUSED
from appointments.eligibility import Decision, RefusalCode
from appointments.models import Appointment
from appointments.reschedule.presenters.answers import AppointmentView, build_views
from appointments.reschedule.presenters.refusals import explain_refusal
from policy.queries import RulesInForce
from portal.foundation.site_time import format_instant, in_site_zone

# In the order in which they are offered.
STATES = (
    ("", _("All")),
    (MOVABLE, _("Can be moved online")),
    (REFUSED, _("Cannot be moved online")),
    (RefusalCode.WITHIN_12_HOURS.value, _("Deadline passed, not begun yet")),
    (RefusalCode.ALREADY_PASSED.value, _("Already passed")),
    (RefusalCode.RESCHEDULE_LIMIT.value, _("Limit of moves reached")),
    (RefusalCode.FORM_NOT_ENABLED.value, _("Form does not take part")),
    (RefusalCode.SCHEDULED_BEFORE_LAUNCH.value, _("Made before online rescheduling")),
    (RefusalCode.CASE_CLOSED.value, _("Case closed")),
    (RefusalCode.STAFF_ONLY.value, _("Only staff can move it")),
)
# A spreadsheet takes a cell that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One line of the caseload. `deadline` is the instant from which it can no longer be moved online."""

    view: AppointmentView
    deadline: str
    has_passed: bool
    is_ticked: bool


def build_caseload(
    rows: Sequence[tuple[Appointment, Decision]], rules: RulesInForce, *, ticked: Collection[str] = ()
) -> list[CaseloadRow]:
    """The rows in words, at most one statement in all. `ticked` are public ids that the reader picked."""
    decisions = {appointment.pk: decision for appointment, decision in rows}
    return [
        CaseloadRow(
            view=view,
            deadline=_format_deadline(view.appointment, decisions[view.appointment.pk]),
            has_passed=decisions[view.appointment.pk].online_until < rules.now,
            is_ticked=str(view.appointment.public_id) in ticked,
        )
        for view in build_views([appointment for appointment, _decision in rows], decisions, rules)
    ]


def write_csv(rows: Iterable[tuple[Appointment, Decision]], rules: RulesInForce) -> Iterator[str]:
    """The lines of the file, in the language that is active now, however late they are read."""
    language = get_language() or "en"
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    with override(language):
        titles = _titles()
    # Spreadsheets take a file for UTF-8 only when it begins with this mark.
    yield "\ufeff" + writer.writerow(titles)
    for appointment, decision in rows:
        with override(language):
            cells = _cells(appointment, decision, rules)
        yield writer.writerow(map(make_safe, cells))


def make_safe(cell: str) -> str:
    """The cell as text also for a spreadsheet that would take it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


class _Echo:
    """A file that gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _titles() -> list[str]:
    return [
        gettext("Client"),
        gettext("Receipt number"),
        gettext("Form"),
        gettext("Site"),
        gettext("City"),
        gettext("State"),
        gettext("Appointment (site’s time)"),
        gettext("Move online until (site’s time)"),
        gettext("Time zone"),
        gettext("Can be moved online"),
        gettext("Why not"),
    ]


def _cells(appointment: Appointment, decision: Decision, rules: RulesInForce) -> list[str]:
    person, slot = appointment.series.person, appointment.slot
    refusals = [explain_refusal(refusal, appointment, rules) for refusal in decision.refusals]
    return [
        person.name,
        person.case.receipt_number,
        person.case.form_type.code,
        slot.site.name,
        slot.site.city,
        slot.site.state,
        f"{in_site_zone(slot.starts_at, slot.site.tz):%Y-%m-%d %H:%M}",
        f"{in_site_zone(decision.online_until, slot.site.tz):%Y-%m-%d %H:%M}",
        slot.site.tz,
        gettext("Yes") if decision.is_allowed else gettext("No"),
        "; ".join(refusal.title for refusal in refusals),
    ]


def _format_deadline(appointment: Appointment, decision: Decision) -> str:
    return format_instant(decision.online_until, appointment.slot.site.tz)
