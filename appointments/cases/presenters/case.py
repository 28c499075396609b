"""A case as its people and their representative see it: people, appointments, who acts.

What happened on it: case_history.py. What staff see of it: case_page.py.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from accounts.models import Case, Person, Representation, User
from appointments.models import Appointment, Notice
from appointments.reschedule.presenters.answers import AppointmentStory, tell_stories
from appointments.notices.presenters.reschedules import NoticeStory, tell_notice
from appointments.booking.decisions import decide_all
from portal.foundation.site_time import say_instant

# Of each person the page shows so many appointments and notices, the newest; the rest is in the history.
NEWEST = 3


@dataclass(frozen=True, slots=True)
class PersonStory:
    """One person: the appointment that stands, those before it, the newest notices."""

    person: Person
    standing: AppointmentStory | None
    earlier: tuple[AppointmentStory, ...]
    notices: tuple[NoticeStory, ...]


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts on the case as representative, and since when."""

    name: str
    since: str


def tell_people(people: Sequence[Person], reader: User) -> list[PersonStory]:
    """The people with their chains and the reader's own notices. At most six statements in all."""
    appointments = list(_newest_appointments(people))
    stories = tell_stories(appointments, *decide_all(appointments)) if appointments else []
    by_person = defaultdict(list)
    for story in stories:
        by_person[story.appointment.chain.person_id].append(story)
    notices = defaultdict(list)
    for notice in _newest_notices(people, reader):
        notices[notice.told_appointment.chain.person_id].append(tell_notice(notice))
    return [_tell_person(person, by_person[person.pk], notices[person.pk]) for person in people]


def tell_acting(case: Case) -> Acting | None:
    """The representation in force at this moment. One statement."""
    in_force = Representation.objects.in_force().filter(case=case).select_related("representative").first()
    if in_force is None or in_force.in_force_from is None:
        return None
    return Acting(name=in_force.representative.display_name, since=_say_agency_time(in_force.in_force_from))


def _newest_appointments(people: Sequence[Person]) -> Iterable[Appointment]:
    place = Window(RowNumber(), partition_by=[F("chain_id")], order_by=F("id").desc())
    return (
        Appointment.objects.filter(chain__person__in=people)
        .annotate(place=place)
        .filter(place__lte=NEWEST)
        .with_story()
        .order_by("-id")
    )


def _newest_notices(people: Sequence[Person], reader: User) -> Iterable[Notice]:
    place = Window(RowNumber(), partition_by=[F("appointment__chain_id")], order_by=F("id").desc())
    return (
        Notice.objects.filter(addressee=reader, appointment__chain__person__in=people)
        .annotate(place=place)
        .filter(place__lte=NEWEST)
        .select_related("appointment__chain")
        .order_by("-id")
    )


def _tell_person(
    person: Person, stories: Sequence[AppointmentStory], notices: Sequence[NoticeStory]
) -> PersonStory:
    standing = [row for row in stories if row.appointment.status == Appointment.Status.STANDING]
    return PersonStory(
        person=person,
        standing=standing[0] if standing else None,
        earlier=tuple(row for row in stories if row not in standing),
        notices=tuple(notices),
    )


def _say_agency_time(instant: datetime) -> str:
    """What happened at no site, on the agency's clock."""
    return say_instant(instant, settings.AGENCY_TIME_ZONE)
