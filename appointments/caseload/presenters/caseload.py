"""A caseload for its page: the columns, one line for each appointment, and the states to filter by."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from appointments.caseload.facts import ALLOWED, DUE_WITHIN, REFUSED, CaseloadOrder, SortKey
from appointments.eligibility import Decision, RefusalCode
from appointments.models import Appointment
from appointments.reschedule.presenters.refusals import explain_refusal
from policy.queries import RulesInForce
from portal.foundation.site_time import format_instant, format_short_date, format_time, in_site_zone

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
# The tag of a line names one refusal: the first of these, because the later ones no longer matter then.
TAGS_BY_WEIGHT = (
    RefusalCode.CASE_CLOSED,
    RefusalCode.ALREADY_PASSED,
    RefusalCode.WITHIN_12_HOURS,
    RefusalCode.RESCHEDULE_LIMIT,
    RefusalCode.STAFF_ONLY,
    RefusalCode.FORM_NOT_ENABLED,
    RefusalCode.SCHEDULED_BEFORE_LAUNCH,
    RefusalCode.NOT_SCHEDULED,
)


@dataclass(frozen=True, slots=True)
class CaseloadColumn:
    """The header of a column. `sort_by` is what a press on it sorts by; empty if the column can't be sorted.

    `aria_sort` is empty unless the list is sorted by this column.
    """

    name: str
    label: str
    sort_by: str = ""
    aria_sort: str = ""


@dataclass(frozen=True, slots=True)
class StatusTag:
    """Whether an appointment can be rescheduled, in two or three words. `reasons` are all the refusals."""

    code: str
    text: str
    tone: str
    reasons: str


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One line of the caseload. From `deadline` on, the appointment can no longer be rescheduled online."""

    appointment: Appointment
    when: str
    tag: StatusTag
    days_left: str
    deadline: str
    has_passed: bool
    is_due: bool
    is_checked: bool

    @property
    def can_be_selected(self) -> bool:
        return self.tag.code == ALLOWED


def build_columns(order: CaseloadOrder) -> list[CaseloadColumn]:
    """Return the columns after the one of the boxes, in the order of the page."""
    return [
        _build_column("client", gettext("Client"), SortKey.CLIENT, order),
        _build_column("case", gettext("Case"), SortKey.RECEIPT, order),
        _build_column("when", gettext("Appointment"), SortKey.APPOINTMENT, order),
        _build_column("site", gettext("Site"), SortKey.SITE, order),
        CaseloadColumn("status", gettext("Status")),
        _build_column("left", gettext("Time left"), SortKey.DEADLINE, order),
    ]


def build_caseload(
    rows: Sequence[tuple[Appointment, Decision]], rules: RulesInForce, *, checked: Collection[str] = ()
) -> list[CaseloadRow]:
    """Build the lines of the page. `checked` are the public ids whose boxes are checked."""
    return [
        CaseloadRow(
            appointment=appointment,
            when=format_short_instant(appointment.slot.starts_at, appointment.slot.site.tz, now=rules.now),
            tag=build_tag(decision, appointment, rules),
            days_left=describe_time_left(decision.online_until - rules.now),
            deadline=format_instant(decision.online_until, appointment.slot.site.tz),
            has_passed=decision.online_until < rules.now,
            is_due=timedelta(0) <= decision.online_until - rules.now < DUE_WITHIN,
            is_checked=str(appointment.public_id) in checked,
        )
        for appointment, decision in rows
    ]


def build_tag(decision: Decision, appointment: Appointment, rules: RulesInForce) -> StatusTag:
    """Return the tag of the weightiest refusal, or the one that says that the reader can reschedule."""
    if decision.is_allowed:
        return StatusTag(code=ALLOWED, text=gettext("Can reschedule"), tone="success", reasons="")
    code = next(code for code in TAGS_BY_WEIGHT if code in decision.codes)
    hours = int(rules.limits.online_cutoff.total_seconds() // 3600)
    texts = {
        RefusalCode.CASE_CLOSED: gettext("Case closed"),
        RefusalCode.ALREADY_PASSED: gettext("Passed"),
        RefusalCode.WITHIN_12_HOURS: gettext("Under %(hours)d hours") % {"hours": hours},
        RefusalCode.RESCHEDULE_LIMIT: gettext("Limit reached"),
    }
    refusals = [explain_refusal(refusal, appointment, rules) for refusal in decision.refusals]
    return StatusTag(
        code=code.value,
        text=texts.get(code) or gettext("Call us"),
        tone="quiet" if code in (RefusalCode.CASE_CLOSED, RefusalCode.ALREADY_PASSED) else "warning",
        reasons=". ".join(refusal.title for refusal in refusals),
    )


def describe_time_left(left: timedelta) -> str:
    """Return the time until the deadline in whole days, on the last day in hours; “Passed” from then on."""
    if left < timedelta(0):
        return pgettext("online deadline", "Passed")
    if left.days:
        return ngettext("%(days)d day", "%(days)d days", left.days) % {"days": left.days}
    hours = left.seconds // 3600
    if not hours:
        return gettext("Under 1 hour")
    return ngettext("%(hours)d hour", "%(hours)d hours", hours) % {"hours": hours}


def format_short_instant(instant: datetime, tz: str, *, now: datetime) -> str:
    """Format an instant as “Tue, Dec 1, 9:40 AM MST”, with the year if it is not the current one."""
    local = in_site_zone(instant, tz)
    if local.year == in_site_zone(now, tz).year:
        day = format_short_date(local.date())
    else:
        # Translators: Django date format, see "date" under built-in template filters.
        day = date_format(local, pgettext("short date format with weekday and year", "D, M j, Y"))
    return pgettext("short day and time", "%(day)s, %(time)s") % {
        "day": day,
        "time": format_time(instant, tz),
    }


def _build_column(name: str, label: str, key: SortKey, order: CaseloadOrder) -> CaseloadColumn:
    if order.key is not key:
        return CaseloadColumn(name, label, sort_by=str(CaseloadOrder(key)))
    turned = CaseloadOrder(key, is_descending=not order.is_descending)
    return CaseloadColumn(name, label, str(turned), "descending" if order.is_descending else "ascending")
