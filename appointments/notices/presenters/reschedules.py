"""Places, completed reschedules and notices as objects for pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from appointments.models import Appointment, Notice, Reschedule, Slot
from appointments.models.place_and_time import PlaceAndTime
from appointments.notices.facts import NoticeFacts
from appointments.notices.presenters.representations import describe_event, describe_what_changed
from portal.foundation.site_time import format_instant


@dataclass(frozen=True, slots=True)
class Place:
    """A site and a formatted time."""

    when: str
    starts_at: datetime
    site_name: str
    address_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RescheduleView:
    """One reschedule for a list."""

    reschedule: Reschedule
    old: Place
    new: Place
    rescheduled_at: str


def build_place(slot: Slot) -> Place:
    """Build a place from a slot, in its site's time zone. Requires the slot with its site."""
    return Place(
        when=format_instant(slot.starts_at, slot.site.tz),
        starts_at=slot.starts_at,
        site_name=slot.site.name,
        address_lines=slot.site.address_lines,
    )


def build_frozen_place(place: PlaceAndTime) -> Place:
    """Build a place from the frozen facts of a notice."""
    return Place(
        when=format_instant(place.starts_at, place.tz),
        starts_at=place.starts_at,
        site_name=place.site_name,
        address_lines=tuple(place.address_lines),
    )


def build_reschedules(reschedules: Iterable[Reschedule]) -> list[RescheduleView]:
    """Build views of reschedules. Requires both slots with their sites."""
    return [build_reschedule(reschedule) for reschedule in reschedules]


def build_reschedule(reschedule: Reschedule) -> RescheduleView:
    """Build the view of one reschedule. Requires both slots with their sites."""
    new_slot = reschedule.to_appointment.slot
    return RescheduleView(
        reschedule=reschedule,
        old=build_place(reschedule.from_appointment.slot),
        new=build_place(new_slot),
        rescheduled_at=format_instant(reschedule.rescheduled_at, new_slot.site.tz),
    )


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice for the inbox and its own page."""

    notice: Notice
    title: str
    text: str
    created: str
    old: Place | None = None
    new: Place | None = None
    facts: NoticeFacts | None = None
    is_superseded: bool = False


def build_notice(notice: Notice) -> NoticeView:
    """Build a notice from its frozen facts. Requires the notice with its appointment."""
    match notice.kind:
        case Notice.Kind.REPRESENTATION:
            return _build_representation_notice(notice)
        case Notice.Kind.HOLD_EXPIRED:
            return _build_expired_hold(notice)
    return _build_reschedule_notice(notice)


def _build_representation_notice(notice: Notice) -> NoticeView:
    return NoticeView(
        notice=notice,
        title=describe_event(notice.facts),
        text=describe_what_changed(notice.facts),
        created=format_instant(notice.created_at, settings.AGENCY_TIME_ZONE),
    )


def _build_expired_hold(notice: Notice) -> NoticeView:
    held = PlaceAndTime.from_json(notice.facts["new"])
    new = build_frozen_place(held)
    return NoticeView(
        notice=notice,
        title=_("Your hold expired"),
        text=_("You did not confirm %(when)s before the hold ended. Your appointment has not changed.")
        % {"when": new.when},
        created=format_instant(notice.created_at, held.tz),
        new=new,
    )


def _build_reschedule_notice(notice: Notice) -> NoticeView:
    facts = NoticeFacts.from_json(notice.facts)
    new = build_frozen_place(facts.new)
    is_by_agency = notice.kind == Notice.Kind.AGENCY_RESCHEDULED
    return NoticeView(
        notice=notice,
        title=_("The agency rescheduled an appointment") if is_by_agency else _("Appointment rescheduled"),
        text=_("New appointment: %(when)s.") % {"when": new.when},
        created=format_instant(notice.created_at, facts.new.tz),
        old=build_frozen_place(facts.old) if facts.old else None,
        new=new,
        facts=facts,
        is_superseded=notice.related_appointment.status == Appointment.Status.SUPERSEDED,
    )
