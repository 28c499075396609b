"""Places, completed reschedules and notices as objects for pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.models import Appointment, Notice, Reschedule, Slot
from appointments.models.place_and_time import PlaceAndTime
from appointments.notices.calendar import WebLinks, build_web_links
from appointments.notices.facts import CaseAccessEvent, NoticeFacts
from appointments.notices.presenters.representations import describe_event, describe_what_changed
from appointments.notices.validity import NoticeValidity, get_validity
from portal.foundation.site_time import format_instant, in_site_zone

TITLES = {
    Notice.Kind.RESCHEDULED: gettext_lazy("Appointment rescheduled"),
    Notice.Kind.AGENCY_RESCHEDULED: gettext_lazy("The agency rescheduled an appointment"),
    Notice.Kind.CANCELED: gettext_lazy("The agency canceled an appointment"),
    Notice.Kind.SITE_CHANGED: gettext_lazy("The details of your site changed"),
}
TEXTS = {
    Notice.Kind.RESCHEDULED: gettext_lazy("New appointment: %(when)s."),
    Notice.Kind.AGENCY_RESCHEDULED: gettext_lazy("New appointment: %(when)s."),
    Notice.Kind.CANCELED: gettext_lazy("Canceled: %(when)s. Do not come at that time."),
    Notice.Kind.SITE_CHANGED: gettext_lazy("Your appointment: %(when)s. Check the site’s name and address."),
}

CASE_ACCESS_TITLES = {
    CaseAccessEvent.SUSPENDED: gettext_lazy("You can’t see a case for now"),
    CaseAccessEvent.KEPT: gettext_lazy("You can see a case again"),
    CaseAccessEvent.DETACHED: gettext_lazy("A case was removed from your account"),
}
CASE_ACCESS_TEXTS = {
    CaseAccessEvent.SUSPENDED: gettext_lazy(
        "The email address of case %(number)s was corrected. We are checking which account it belongs to. If "
        "this is your case, call the Contact Center."
    ),
    CaseAccessEvent.KEPT: gettext_lazy("Case %(number)s is in your account again."),
    CaseAccessEvent.DETACHED: gettext_lazy(
        "Case %(number)s is no longer in your account. If this is your case, call the Contact Center."
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A site and a formatted time. `day` is the date at the site."""

    when: str
    starts_at: datetime
    day: date
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
        day=in_site_zone(slot.starts_at, slot.site.tz).date(),
        site_name=slot.site.name,
        address_lines=slot.site.address_lines,
    )


def build_frozen_place(place: PlaceAndTime) -> Place:
    """Build a place from the frozen facts of a notice."""
    return Place(
        when=format_instant(place.starts_at, place.tz),
        starts_at=place.starts_at,
        day=in_site_zone(place.starts_at, place.tz).date(),
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
    validity: NoticeValidity | None = None
    calendar_links: WebLinks | None = None

    @property
    def is_superseded(self) -> bool:
        return self.validity == NoticeValidity.SUPERSEDED

    @property
    def is_canceled(self) -> bool:
        return self.validity == NoticeValidity.CANCELED


def build_notice(notice: Notice) -> NoticeView:
    """Build a notice from its frozen facts. Read it `with_validity`."""
    match notice.kind:
        case Notice.Kind.REPRESENTATION:
            return _build_representation_notice(notice)
        case Notice.Kind.HOLD_EXPIRED:
            return _build_expired_hold(notice)
        case Notice.Kind.CASE_ACCESS:
            return _build_case_access_notice(notice)
    return _build_appointment_notice(notice)


def _build_representation_notice(notice: Notice) -> NoticeView:
    return NoticeView(
        notice=notice,
        title=describe_event(notice.facts),
        text=describe_what_changed(notice.facts),
        created=format_instant(notice.created_at, settings.AGENCY_TIME_ZONE),
    )


def _build_case_access_notice(notice: Notice) -> NoticeView:
    event = CaseAccessEvent(notice.facts["event"])
    return NoticeView(
        notice=notice,
        title=str(CASE_ACCESS_TITLES[event]),
        text=CASE_ACCESS_TEXTS[event] % {"number": notice.facts["receipt_number"]},
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


def _build_appointment_notice(notice: Notice) -> NoticeView:
    facts = NoticeFacts.from_json(notice.facts)
    new = build_frozen_place(facts.new)
    kind = Notice.Kind(notice.kind)
    validity = get_validity(notice)
    is_valid = validity == NoticeValidity.VALID
    return NoticeView(
        notice=notice,
        title=str(TITLES[kind]),
        text=TEXTS[kind] % {"when": new.when},
        created=format_instant(notice.created_at, facts.new.tz),
        old=build_frozen_place(facts.old) if facts.old else None,
        new=new,
        facts=facts,
        validity=validity,
        calendar_links=build_web_links(facts.new) if is_valid else None,
    )


def has_moved(view: NoticeView, appointment: Appointment | None) -> bool:
    """Return whether the site has another name or address than in the notice. Requires the slot's site."""
    if view.facts is None or appointment is None:
        return False
    place, site = view.facts.new, appointment.slot.site
    return (place.site_name, tuple(place.address_lines)) != (site.name, site.address_lines)


@dataclass(frozen=True, slots=True)
class CheckedNotice:
    """What the check of a notice says: to compare with the paper, without a name."""

    validity: str
    place: Place | None = None
    initials: str = ""


def build_checked_notice(notice: Notice | None, *, now: datetime) -> CheckedNotice:
    """Build the answer to a verification code. Read the notice `with_validity`."""
    if notice is None:
        return CheckedNotice(validity="unknown")
    facts = NoticeFacts.from_json(notice.facts)
    return CheckedNotice(
        validity=get_validity(notice, now=now),
        place=build_frozen_place(facts.new),
        initials=format_initials(facts.person_name),
    )


def format_initials(name: str) -> str:
    """Return the first letter of each part of a name, as “M. J. N. O.”."""
    letters = (next(filter(str.isalpha, part), "") for part in name.split())
    return " ".join(f"{letter.upper()}." for letter in letters if letter)
