"""Present the list of appointments: a card for each case with what comes, and a line for each past one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Case
from appointments.models import Appointment, Notice, Slot
from appointments.notices.presenters.reschedules import Place, build_place
from appointments.reschedule.presenters.answers import Answer, AppointmentView, Tone
from policy.models import ContactRoute
from portal.foundation.site_time import format_instant


@dataclass(frozen=True, slots=True)
class PersonOnCard:
    """One person on a card, with the newest notice to print, if there is one."""

    view: AppointmentView
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class Visit:
    """The people who come to one site at one time."""

    place: Place
    slot: Slot
    people: tuple[PersonOnCard, ...]


@dataclass(frozen=True, slots=True)
class CaseCard:
    """The upcoming visits on one case. `answer` is that of the only person, or of everyone if they agree."""

    case: Case
    visits: tuple[Visit, ...]
    tone: Tone
    can_reschedule_together: bool

    @property
    def people(self) -> list[PersonOnCard]:
        return [person for visit in self.visits for person in visit.people]

    @property
    def is_family(self) -> bool:
        return len(self.people) > 1


@dataclass(frozen=True, slots=True)
class PastView:
    """One appointment that is not upcoming. `outcome` says in a word what became of it."""

    appointment: Appointment
    place: Place
    outcome: str
    replacement: Appointment | None
    replaced_by: str


def build_cards(
    case_ids: Sequence[int], views: Iterable[AppointmentView], notices: Mapping[int, Notice]
) -> list[CaseCard]:
    """Return one card for each case, in the order of the keys. The views are in the order of their time.

    `notices` are by the key of the appointment.
    """
    by_case: dict[int, list[PersonOnCard]] = {case_id: [] for case_id in case_ids}
    for view in views:
        by_case[view.appointment.case.pk].append(PersonOnCard(view, notices.get(view.appointment.pk)))
    return [_build_card(people) for people in by_case.values() if people]


def _build_card(people: Sequence[PersonOnCard]) -> CaseCard:
    case = people[0].view.appointment.case
    movable = [person for person in people if person.view.answer.is_allowed]
    return CaseCard(
        case=case,
        visits=tuple(
            _build_visit(list(together))
            for _slot, together in groupby(people, key=lambda person: person.view.appointment.slot_id)
        ),
        tone=_get_tone([person.view.answer for person in people]),
        can_reschedule_together=case.form_type.is_adoption and len(movable) > 1,
    )


def _build_visit(people: Sequence[PersonOnCard]) -> Visit:
    slot = people[0].view.appointment.slot
    return Visit(place=build_place(slot), slot=slot, people=tuple(people))


def _get_tone(answers: Sequence[Answer]) -> Tone:
    return Tone.SUCCESS if any(answer.is_allowed for answer in answers) else answers[0].tone


def list_offices(cards: Iterable[CaseCard]) -> list[ContactRoute]:
    """Return every office that a next step on these cards names, each once."""
    steps = [person.view.answer.next_step for card in cards for person in card.people]
    return list(dict.fromkeys(office for step in steps if step for office in step.offices))


def list_sources(cards: Iterable[CaseCard]) -> list[str]:
    """Return the source of every rule that these cards name, each once."""
    answers = [person.view.answer for card in cards for person in card.people]
    return list(dict.fromkeys(refusal.source for answer in answers for refusal in answer.refusals))


def build_past(appointments: Iterable[Appointment]) -> list[PastView]:
    """Return a line for each appointment. They need `reschedule_away` with the place of the new one."""
    return [_build_past(appointment) for appointment in appointments]


def _build_past(appointment: Appointment) -> PastView:
    # A reverse relation that was joined: None means that nothing replaced the appointment.
    reschedule = getattr(appointment, "reschedule_away", None)
    replacement = reschedule.to_appointment if reschedule else None
    return PastView(
        appointment=appointment,
        place=build_place(appointment.slot),
        outcome=describe_outcome(appointment),
        replacement=replacement,
        replaced_by=format_place_of(replacement) if replacement else "",
    )


def format_place_of(appointment: Appointment) -> str:
    """Return the time and, in short, the site of an appointment."""
    slot = appointment.slot
    return _("%(when)s, %(site)s") % {
        "when": format_instant(slot.starts_at, slot.site.tz),
        "site": slot.site.name,
    }


def describe_outcome(appointment: Appointment) -> str:
    """Return what became of an appointment that is not upcoming, as a tag."""
    match appointment.status:
        case Appointment.Status.SUPERSEDED:
            return pgettext("appointment", "Replaced")
        case Appointment.Status.SCHEDULED if appointment.case.closed_at is not None:
            return _("Case closed")
        case Appointment.Status.SCHEDULED:
            return pgettext("appointment", "Past")
    return appointment.get_status_display()
