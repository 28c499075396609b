"""Present whether each appointment can be rescheduled online, until when, or every reason why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from appointments.eligibility import Decision, RefusalCode
from appointments.models import Appointment
from appointments.reschedule.presenters.refusals import RefusalText, explain_refusal
from policy.models import ContactRoute
from policy.queries import RulesInForce
from portal.foundation.site_time import format_instant, format_short_instant


class Tone(StrEnum):
    """The look of an answer: variants of the USWDS alert."""

    SUCCESS = "success"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the reader can do instead: a sentence and the offices to call."""

    text: str
    offices: tuple[ContactRoute, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One decision as a card or page shows it. `tag` is the headline in a few words."""

    is_allowed: bool
    tone: Tone
    headline: str
    tag: str
    refusals: tuple[RefusalText, ...]
    next_step: NextStep | None


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """One appointment with its time as text, its answer, and which reschedule of its limit comes next."""

    appointment: Appointment
    when: str
    answer: Answer
    next_number: str

    @property
    def has_passed(self) -> bool:
        """Whether the appointment has started, so that neither the person nor staff can reschedule it."""
        return any(refusal.code == RefusalCode.ALREADY_PASSED for refusal in self.answer.refusals)


def build_views(
    appointments: Sequence[Appointment], decisions: dict[int, Decision], rules: RulesInForce
) -> list[AppointmentView]:
    """Return the view of each appointment. The rules need their `untimely_offices` for the next steps."""
    return [
        AppointmentView(
            appointment=appointment,
            when=format_instant(appointment.slot.starts_at, appointment.slot.site.tz),
            answer=build_answer(decisions[appointment.pk], appointment, rules),
            next_number=describe_next_number(
                counted=decisions[appointment.pk].counted, limit=decisions[appointment.pk].cap
            ),
        )
        for appointment in appointments
    ]


def describe_next_number(*, counted: int, limit: int) -> str:
    """Return “This is reschedule 1 of 2.” for the reschedule after `counted` ones under the limit in force.

    Only staff can go over the limit. The text then says so.
    """
    numbers = {"number": counted + 1, "limit": limit}
    if counted < limit:
        return _("This is reschedule %(number)s of %(limit)s.") % numbers
    return _("This is reschedule %(number)d, over the limit of %(limit)d.") % numbers


def build_answer(
    decision: Decision,
    appointment: Appointment,
    rules: RulesInForce,
) -> Answer:
    """Return the answer in the active language, with times in the site's zone."""
    if decision.is_allowed:
        until = format_instant(decision.online_until, appointment.slot.site.tz)
        return Answer(
            is_allowed=True,
            tone=Tone.SUCCESS,
            headline=_("You can reschedule online until %(until)s.") % {"until": until},
            tag=_("Can reschedule until %(until)s")
            % {"until": format_short_instant(decision.online_until, appointment.slot.site.tz)},
            refusals=(),
            next_step=None,
        )
    if appointment.status in _WITHOUT_REFUSALS:
        # What would forbid to reschedule it no longer matters.
        return Answer(
            is_allowed=False,
            tone=Tone.INFO,
            headline=_describe_status(appointment),
            tag=appointment.get_status_display(),
            refusals=(),
            next_step=_build_next_step(decision, appointment, rules),
        )
    is_history = RefusalCode.NOT_SCHEDULED in decision.codes
    return Answer(
        is_allowed=False,
        tone=Tone.INFO if is_history else Tone.WARNING,
        headline=_("You can’t reschedule this appointment online."),
        tag=_("Can’t reschedule online"),
        refusals=tuple(explain_refusal(refusal, appointment, rules) for refusal in decision.refusals),
        next_step=_build_next_step(decision, appointment, rules),
    )


_WITHOUT_REFUSALS = (
    Appointment.Status.SUPERSEDED,
    Appointment.Status.ATTENDED,
    Appointment.Status.CANCELLED,
)


def _describe_status(appointment: Appointment) -> str:
    return {
        Appointment.Status.SUPERSEDED: _("Another appointment replaced this one."),
        Appointment.Status.ATTENDED: _("This appointment is over. The site recorded that you came."),
        Appointment.Status.CANCELLED: _("This appointment was canceled. Don’t come."),
    }[Appointment.Status(appointment.status)]


def _build_next_step(decision: Decision, appointment: Appointment, rules: RulesInForce) -> NextStep | None:
    if appointment.status in (Appointment.Status.SUPERSEDED, Appointment.Status.ATTENDED):
        return None
    office = appointment.case.form_type.contact_route
    if RefusalCode.CASE_CLOSED in decision.codes:
        return NextStep(_("If you think the case should be open, call:"), (office,))
    if decision.is_timely:
        return NextStep(
            _("You can still call until it starts, and your request counts as on time. Call:"),
            (office,),
        )
    others = tuple(route for route in rules.untimely_offices if route.pk != office.pk)
    return NextStep(
        _(
            "Call as soon as you can and explain why you couldn’t come. "
            "Staff can record an untimely request and decide on it:"
        ),
        (office, *others),
    )
