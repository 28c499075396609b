"""Present the list of appointments: a card for each case with what comes, and a line for each past one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Case
from appointments.models import Appointment, PlaceAndTime, Slot
from appointments.notices.calendar import WebLinks, build_web_links
from appointments.notices.presenters.reschedules import Place, build_place
from appointments.reschedule.presenters.answers import Answer, AppointmentView, Tone
from policy.models import ContactRoute
from portal.foundation.site_time import format_instant


@dataclass(frozen=True, slots=True)
class Visit:
    """The people who come to one site at one time, and the links that add it to a web calendar."""

    place: Place
    slot: Slot
    people: tuple[AppointmentView, ...]
    calendar_links: WebLinks


@dataclass(frozen=True, slots=True)
class CaseCard:
    """The upcoming visits on one case, for one person or several."""

    case: Case
    visits: tuple[Visit, ...]
    tone: Tone
    can_reschedule_together: bool

    @property
    def people(self) -> list[AppointmentView]:
        return [person for visit in self.visits for person in visit.people]

    @property
    def is_family(self) -> bool:
        return len(self.people) > 1


@dataclass(frozen=True, slots=True)
class PastView:
    """One appointment that is not upcoming. `outcome` says in a word what became of it.

    `can_be_excused`: it passed or was missed, and the person can still call about it.
    """

    appointment: Appointment
    place: Place
    outcome: str
    can_be_excused: bool
    replacement: Appointment | None
    replaced_by: str


def build_cards(case_ids: Sequence[int], views: Iterable[AppointmentView]) -> list[CaseCard]:
    """Return one card for each case, in the order of the keys. The views are in the order of their time."""
    by_case: dict[int, list[AppointmentView]] = {case_id: [] for case_id in case_ids}
    for view in views:
        by_case[view.appointment.case.pk].append(view)
    return [_build_card(people) for people in by_case.values() if people]


def _build_card(people: Sequence[AppointmentView]) -> CaseCard:
    case = people[0].appointment.case
    movable = [person for person in people if person.answer.is_allowed]
    return CaseCard(
        case=case,
        visits=tuple(
            _build_visit(list(together))
            for _slot, together in groupby(people, key=lambda person: person.appointment.slot_id)
        ),
        tone=_get_tone([person.answer for person in people]),
        can_reschedule_together=case.form_type.is_adoption and len(movable) > 1,
    )


def _build_visit(people: Sequence[AppointmentView]) -> Visit:
    slot = people[0].appointment.slot
    return Visit(
        place=build_place(slot),
        slot=slot,
        people=tuple(people),
        calendar_links=build_web_links(PlaceAndTime.of_slot(slot)),
    )


def _get_tone(answers: Sequence[Answer]) -> Tone:
    return Tone.SUCCESS if any(answer.is_allowed for answer in answers) else answers[0].tone


def list_offices(cards: Iterable[CaseCard]) -> list[ContactRoute]:
    """Return every office that a next step on these cards names, each once."""
    steps = [person.answer.next_step for card in cards for person in card.people]
    return list(dict.fromkeys(office for step in steps if step for office in step.offices))


def list_sources(cards: Iterable[CaseCard]) -> list[str]:
    """Return the source of every rule that these cards name, each once."""
    answers = [person.answer for card in cards for person in card.people]
    return list(dict.fromkeys(refusal.source for answer in answers for refusal in answer.refusals))


def build_past(
    appointments: Iterable[Appointment], replacements: Mapping[int, Appointment]
) -> list[PastView]:
    """Return a line for each appointment. `replacements` are by the key of what they replaced."""
    return [_build_past(row, replacements.get(row.pk)) for row in appointments]


def _build_past(appointment: Appointment, replacement: Appointment | None) -> PastView:
    return PastView(
        appointment=appointment,
        place=build_place(appointment.slot),
        outcome=describe_outcome(appointment),
        can_be_excused=appointment.case.closed_at is None
        and appointment.status in (Appointment.Status.SCHEDULED, Appointment.Status.MISSED),
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
