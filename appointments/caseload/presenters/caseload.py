"""A caseload for its page and its file: the rows, the states to filter by, and the lines of the CSV file."""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from appointments.caseload.facts import ALLOWED, REFUSED
from appointments.eligibility import Decision, RefusalCode
from appointments.models import Appointment
from appointments.reschedule.presenters.answers import AppointmentView, build_views
from appointments.reschedule.presenters.refusals import explain_refusal
from policy.queries import RulesInForce
from portal.foundation.csv_safety import escape_formula
from portal.foundation.site_time import format_instant, in_site_zone

# In the order of the list on the page.
STATE_CHOICES = (
    ("", _("All")),
    (ALLOWED, _("Can be rescheduled online")),
    (REFUSED, _("Can’t be rescheduled online")),
    (RefusalCode.WITHIN_12_HOURS.value, _("Online deadline passed")),
    (RefusalCode.ALREADY_PASSED.value, _("Already passed")),
    (RefusalCode.RESCHEDULE_LIMIT.value, _("Reschedule limit reached")),
    (RefusalCode.FORM_NOT_ENABLED.value, _("Form not available online")),
    (RefusalCode.SCHEDULED_BEFORE_LAUNCH.value, _("Scheduled before online rescheduling began")),
    (RefusalCode.CASE_CLOSED.value, _("Case closed")),
    (RefusalCode.STAFF_ONLY.value, _("Staff only")),
)


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One row of the caseload. From `deadline` on, the appointment can no longer be rescheduled online."""

    view: AppointmentView
    deadline: str
    has_passed: bool
    is_checked: bool


def build_caseload(
    rows: Sequence[tuple[Appointment, Decision]], rules: RulesInForce, *, checked: Collection[str] = ()
) -> list[CaseloadRow]:
    """Build the rows of the page. `checked` are the public ids whose boxes are checked."""
    decisions = {appointment.pk: decision for appointment, decision in rows}
    return [
        CaseloadRow(
            view=view,
            deadline=_format_deadline(view.appointment, decisions[view.appointment.pk]),
            has_passed=decisions[view.appointment.pk].online_until < rules.now,
            is_checked=str(view.appointment.public_id) in checked,
        )
        for view in build_views([appointment for appointment, _decision in rows], decisions, rules)
    ]


def write_csv(rows: Iterable[tuple[Appointment, Decision]], rules: RulesInForce) -> Iterator[str]:
    """Return the lines of the CSV file in the language that is active at the call.

    The response is streamed after the view has returned, when another language may be active.
    """
    return _write_lines(rows, rules, get_language() or "en")


def _write_lines(
    rows: Iterable[tuple[Appointment, Decision]], rules: RulesInForce, language: str
) -> Iterator[str]:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    with override(language):
        titles = _build_titles()
    # Spreadsheets read a file as UTF-8 only if it starts with this mark.
    yield "\ufeff" + writer.writerow(titles)
    for appointment, decision in rows:
        with override(language):
            cells = _build_cells(appointment, decision, rules)
        yield writer.writerow(map(escape_formula, cells))


class _Echo:
    """A file object whose `write` returns the line, so that `csv.writer` can be used in a generator."""

    def write(self, line: str) -> str:
        return line


def _build_titles() -> list[str]:
    return [
        gettext("Client"),
        gettext("Receipt number"),
        gettext("Form"),
        gettext("Site"),
        gettext("City"),
        gettext("State"),
        gettext("Appointment (site’s time)"),
        gettext("Reschedule online until (site’s time)"),
        gettext("Time zone"),
        gettext("Can be rescheduled online"),
        gettext("Reason it can’t be rescheduled"),
    ]


def _build_cells(appointment: Appointment, decision: Decision, rules: RulesInForce) -> list[str]:
    person, slot = appointment.person, appointment.slot
    refusals = [explain_refusal(refusal, appointment, rules) for refusal in decision.refusals]
    return [
        person.name,
        appointment.case.receipt_number,
        appointment.case.form_type.code,
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
