"""Present held times and the to-do list. Rows in, texts and addresses out."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Representation
from accounts.presenters.applications import build_application_view
from appointments.overview.facts import (
    MOST_UNREAD,
    AccountHold,
    AccountStatus,
    LostCase,
    OpenTasks,
    RequestToDecide,
)
from portal.foundation.site_time import format_date, format_day, format_instant, format_time

ENDS_SOON_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class HoldBanner:
    """The hold at the top of every page: the live one that ends first, or else the newest expired one.

    `others` is the number of further live holds. `again_address` takes `slot_id` and `site_id` by POST.
    """

    hold: AccountHold
    is_live: bool
    what: str
    names: str
    until: str
    seconds_left: int
    minutes_left: int
    others: int
    continue_address: str
    again_address: str

    @property
    def slot_id(self) -> str:
        return str(self.hold.people[0].slot_id)


@dataclass(frozen=True, slots=True)
class ToDoItem:
    """One thing to do or to know. `explanation` may be empty."""

    text: str
    explanation: str
    link_text: str
    address: str


def build_hold_banner(
    status: AccountStatus, *, path: str, dismissed_until: datetime | None
) -> HoldBanner | None:
    """Return the banner for the page at `path`, or None.

    A page of the hold itself shows no banner about it. Holds that expired until `dismissed_until` were
    dismissed. A live hold hides expired ones.
    """
    holds = [hold for hold in status.holds if not path.startswith(_list_own_pages(hold))]
    live = sorted((hold for hold in holds if hold.expires_at > status.now), key=lambda hold: hold.expires_at)
    if live:
        return _build_banner(live[0], status.now, others=len(live) - 1)
    expired = [
        hold
        for hold in holds
        if hold.expires_at <= status.now and (dismissed_until is None or hold.expires_at > dismissed_until)
    ]
    newest = max(expired, key=lambda hold: hold.expires_at, default=None)
    return _build_banner(newest, status.now, others=0) if newest else None


def format_unread(unread: int) -> str:
    """Return the number for the navigation: “3”, or “99+” if there are more."""
    return str(unread) if unread < MOST_UNREAD else f"{MOST_UNREAD - 1}+"


def build_to_do(tasks: OpenTasks) -> list[ToDoItem]:
    """Return the to-do list, with lost access first. Empty if nothing is open."""
    return [
        *_present_lost(tasks),
        *_present_verification(tasks),
        *map(_present_invitation if tasks.profile else _present_request, tasks.requests),
        *_present_unread(tasks),
    ]


def _list_own_pages(hold: AccountHold) -> tuple[str, ...]:
    pages = [reverse("appointments:review", args=[hold.reservation_id])]
    if hold.bulk_id:
        pages.append(reverse("appointments:bulk", args=[hold.bulk_id]))
    return tuple(pages)


def _build_banner(hold: AccountHold, now: datetime, *, others: int) -> HoldBanner:
    seconds_left = max(0, math.ceil((hold.expires_at - now).total_seconds()))
    first = min(person.starts_at for person in hold.people)
    return HoldBanner(
        hold=hold,
        is_live=hold.expires_at > now,
        what=_("%(when)s, %(site)s") % {"when": format_instant(first, hold.tz), "site": hold.site_name},
        names=", ".join(dict.fromkeys(person.name for person in hold.people)),
        until=format_time(hold.expires_at, hold.tz),
        seconds_left=seconds_left,
        minutes_left=max(1, math.ceil(seconds_left / 60)),
        others=others,
        continue_address=_list_own_pages(hold)[-1],
        again_address=_build_times_address(hold),
    )


def _build_times_address(hold: AccountHold) -> str:
    first, *others = hold.people
    path = reverse("appointments:times", args=[first.appointment_id])
    # The reschedule journey reads the other people of a group from this parameter.
    query = urlencode([("with", str(person.appointment_id)) for person in others])
    return f"{path}?{query}" if query else path


def _present_lost(tasks: OpenTasks) -> Iterator[ToDoItem]:
    if tasks.lost_count > len(tasks.lost):
        yield ToDoItem(
            text=ngettext(
                "You lost access to %(number)d case in the last 30 days.",
                "You lost access to %(number)d cases in the last 30 days.",
                tasks.lost_count,
            )
            % {"number": tasks.lost_count},
            explanation=_("The notices in your inbox say which ones and why."),
            link_text=_("See your notices"),
            address=reverse("appointments:notices"),
        )
    else:
        yield from map(_present_lost_case, tasks.lost)


def _present_lost_case(lost: LostCase) -> ToDoItem:
    facts = {"name": lost.name, "number": lost.receipt_number}
    text = (
        _("You no longer represent %(name)s (%(number)s).")
        if lost.name
        else _("You no longer act on case %(number)s.")
    ) % facts
    return ToDoItem(
        text=text,
        explanation=_explain_end(lost.status) % {"day": format_day(lost.ended_at, settings.AGENCY_TIME_ZONE)},
        **_get_remedy(lost.status),
    )


def _explain_end(status: str) -> str:
    texts = {
        Representation.Status.REVOKED: _("Your client ended it on %(day)s."),
        Representation.Status.SUPERSEDED: _("Another representative took over on %(day)s."),
        Representation.Status.EXPIRED: _("It ended with your license or accreditation on %(day)s."),
        Representation.Status.CLOSED: _("The case was closed on %(day)s."),
    }
    return texts.get(Representation.Status(status), _("It ended on %(day)s."))


def _get_remedy(status: str) -> dict[str, str]:
    if status == Representation.Status.EXPIRED:
        return {
            "link_text": _("See your verification"),
            "address": reverse("accounts:representative"),
        }
    if status == Representation.Status.CLOSED:
        return {"link_text": _("Who to call about a closed case"), "address": reverse("help") + "#contact"}
    return {
        "link_text": _("Add the case again with a new passcode"),
        "address": reverse("appointments:add_client"),
    }


def _present_verification(tasks: OpenTasks) -> Iterator[ToDoItem]:
    if tasks.profile is None:
        return
    ends_on = tasks.profile.accreditation_expires_on
    view = build_application_view(tasks.profile, today=tasks.today)
    if view.tone in ("error", "warning"):
        yield ToDoItem(
            text=view.heading,
            explanation=view.text,
            link_text=_("See what to do"),
            address=reverse("accounts:representative"),
        )
    elif tasks.profile.verified_at and ends_on is not None and ends_on <= tasks.today + ENDS_SOON_WITHIN:
        yield ToDoItem(
            text=_("Your accreditation ends on %(day)s.") % {"day": format_date(ends_on)},
            explanation=_(
                "After that day you lose access to your clients. Renew it, and call us before then."
            ),
            link_text=_("Who to call about your accreditation"),
            address=reverse("help") + "#contact",
        )


def _present_request(request: RequestToDecide) -> ToDoItem:
    return ToDoItem(
        text=_("%(name)s asked to represent you.") % {"name": request.name},
        explanation=_("Case %(number)s") % {"number": request.receipt_number},
        link_text=_("Accept or decline the request of %(name)s") % {"name": request.name},
        address=reverse("appointments:representative", args=[request.case_id]),
    )


def _present_invitation(request: RequestToDecide) -> ToDoItem:
    return ToDoItem(
        text=_("%(name)s asked you to represent them.") % {"name": request.name},
        explanation=_("Case %(number)s") % {"number": request.receipt_number},
        link_text=_("Accept or decline the request of %(name)s") % {"name": request.name},
        address=reverse("appointments:clients"),
    )


def _present_unread(tasks: OpenTasks) -> Iterable[ToDoItem]:
    unread = tasks.unread_by_agency
    if not unread:
        return []
    if len(unread) == 1:
        address = reverse("appointments:notice", args=[unread[0]])
    else:
        address = reverse("appointments:notices")
    text = ngettext(
        "You have %(number)d new notice about a change by the agency.",
        "You have %(number)d new notices about changes by the agency.",
        len(unread),
    ) % {"number": len(unread)}
    return [
        ToDoItem(
            text=text,
            explanation="",
            link_text=ngettext("Read the notice", "Read the notices", len(unread)),
            address=address,
        )
    ]
