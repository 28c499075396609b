"""The case page: each person with appointments and notices, and the representative."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from accounts.models import Person, Representation
from accounts.presenters.applications import describe_credentials
from appointments.eligibility import Decision
from appointments.models import Appointment, Notice
from appointments.notices.presenters.reschedules import NoticeView, build_notice
from appointments.reschedule.presenters.answers import AppointmentView, build_views
from policy.queries import RulesInForce
from portal.foundation.site_time import format_instant


@dataclass(frozen=True, slots=True)
class PersonOnCaseView:
    """One person: the scheduled appointment, the newest earlier ones and the newest notices."""

    person: Person
    scheduled: AppointmentView | None
    earlier: tuple[AppointmentView, ...]
    notices: tuple[NoticeView, ...]


@dataclass(frozen=True, slots=True)
class RepresentativeInForceView:
    """The verified name and the license of the representative in force, and since when."""

    name: str
    credentials: str
    since: str


def build_people(
    people: Sequence[Person],
    *,
    appointments: Sequence[Appointment],
    decisions: Mapping[int, Decision],
    rules: RulesInForce | None,
    notices: Sequence[Notice],
) -> list[PersonOnCaseView]:
    """Build the people of a page with their appointments and notices, each newest first.

    The appointments need their display relations, the notices their appointment and its series.
    """
    views = build_views(appointments, dict(decisions), rules) if rules else []
    views_of = defaultdict(list)
    for view in views:
        views_of[view.appointment.series.person_id].append(view)
    notices_of = defaultdict(list)
    for notice in notices:
        notices_of[notice.related_appointment.series.person_id].append(build_notice(notice))
    return [_build_person(person, views_of[person.pk], notices_of[person.pk]) for person in people]


def build_representative_in_force(row: Representation | None) -> RepresentativeInForceView | None:
    if row is None or row.in_force_from is None:
        return None
    # A representation belongs to no site, so the time is in the agency's zone.
    since = format_instant(row.in_force_from, settings.AGENCY_TIME_ZONE)
    return RepresentativeInForceView(
        name=row.representative.display_name,
        credentials=describe_credentials(row.representative.representative_profile),
        since=since,
    )


def _build_person(
    person: Person, views: Sequence[AppointmentView], notices: Sequence[NoticeView]
) -> PersonOnCaseView:
    scheduled = [row for row in views if row.appointment.status == Appointment.Status.SCHEDULED]
    return PersonOnCaseView(
        person=person,
        scheduled=scheduled[0] if scheduled else None,
        earlier=tuple(row for row in views if row not in scheduled),
        notices=tuple(notices),
    )
