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
from appointments.booking.decisions import decide_all
from appointments.models import Appointment, Notice
from appointments.notices.presenters.reschedules import NoticeView, build_notice
from appointments.reschedule.presenters.answers import AppointmentView, build_views
from portal.foundation.site_time import format_instant

# Of each person the page shows so many appointments and notices, the newest; the rest is in the history.
NEWEST = 3


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person: the appointment that stands, those before it, the newest notices."""

    person: Person
    scheduled: AppointmentView | None
    earlier: tuple[AppointmentView, ...]
    notices: tuple[NoticeView, ...]


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts on the case as representative, and since when."""

    name: str
    since: str


def build_people(people: Sequence[Person], reader: User) -> list[PersonView]:
    """The people with their chains and the reader's own notices. At most six statements in all."""
    appointments = list(_newest_appointments(people))
    views = build_views(appointments, *decide_all(appointments)) if appointments else []
    by_person = defaultdict(list)
    for view in views:
        by_person[view.appointment.series.person_id].append(view)
    notices = defaultdict(list)
    for notice in _newest_notices(people, reader):
        notices[notice.related_appointment.series.person_id].append(build_notice(notice))
    return [_build_person(person, by_person[person.pk], notices[person.pk]) for person in people]


def build_acting(case: Case) -> Acting | None:
    """The representation in force at this moment. One statement."""
    in_force = Representation.objects.in_force().filter(case=case).select_related("representative").first()
    if in_force is None or in_force.in_force_from is None:
        return None
    return Acting(
        name=in_force.representative.display_name, since=_format_agency_time(in_force.in_force_from)
    )


def _newest_appointments(people: Sequence[Person]) -> Iterable[Appointment]:
    place = Window(RowNumber(), partition_by=[F("series_id")], order_by=F("id").desc())
    return (
        Appointment.objects.filter(series__person__in=people)
        .annotate(place=place)
        .filter(place__lte=NEWEST)
        .with_display_relations()
        .order_by("-id")
    )


def _newest_notices(people: Sequence[Person], reader: User) -> Iterable[Notice]:
    place = Window(RowNumber(), partition_by=[F("appointment__series_id")], order_by=F("id").desc())
    return (
        Notice.objects.filter(addressee=reader, appointment__series__person__in=people)
        .annotate(place=place)
        .filter(place__lte=NEWEST)
        .select_related("appointment__series")
        .order_by("-id")
    )


def _build_person(
    person: Person, views: Sequence[AppointmentView], notices: Sequence[NoticeView]
) -> PersonView:
    scheduled = [row for row in views if row.appointment.status == Appointment.Status.SCHEDULED]
    return PersonView(
        person=person,
        scheduled=scheduled[0] if scheduled else None,
        earlier=tuple(row for row in views if row not in scheduled),
        notices=tuple(notices),
    )


def _format_agency_time(instant: datetime) -> str:
    """What happened at no site, on the agency's clock."""
    return format_instant(instant, settings.AGENCY_TIME_ZONE)
