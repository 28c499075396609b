"""The banner of a held time and the to-do list, from plain values."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import translation

from accounts.models import RepresentativeProfile
from appointments.overview.facts import (
    AccountHold,
    AccountStatus,
    HeldPerson,
    LostCase,
    OpenTasks,
    RequestToDecide,
)
from appointments.overview.presenters import build_hold_banner, build_to_do, format_unread

NOW = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
STARTS_AT = datetime(2026, 12, 8, 16, 0, tzinfo=UTC)
TODAY = date(2026, 12, 1)


def hold_ending(in_seconds, *, names=("Ana Rivera",), bulk_id=None):
    """Return a hold in Phoenix for December 8 at 9:00 AM, which ends that many seconds from now."""
    return AccountHold(
        reservation_id=uuid4(),
        expires_at=NOW + timedelta(seconds=in_seconds),
        site_id=uuid4(),
        site_name="Phoenix",
        tz="America/Phoenix",
        people=tuple(HeldPerson(uuid4(), name, uuid4(), STARTS_AT) for name in names),
        bulk_id=bulk_id,
    )


def banner_of(*holds, path="/appointments/", dismissed_until=None):
    status = AccountStatus(now=NOW, unread=0, holds=holds)
    return build_hold_banner(status, path=path, dismissed_until=dismissed_until)


def test_a_live_hold_says_what_is_held_for_whom_and_until_when():
    banner = banner_of(hold_ending(552.4))
    assert banner.is_live
    assert banner.what == "Tuesday, December 8, 2026 at 9:00 AM MST, Phoenix"
    assert (banner.names, banner.until) == ("Ana Rivera", "10:09 AM MST")
    assert (banner.seconds_left, banner.minutes_left, banner.others) == (553, 10, 0)


def test_the_hold_that_ends_first_is_shown_with_the_number_of_the_others():
    soon = hold_ending(60)
    banner = banner_of(hold_ending(500), soon, hold_ending(90), hold_ending(-5))
    assert (banner.hold, banner.others) == (soon, 2)


@pytest.mark.parametrize(("in_seconds", "is_live"), [(0.001, True), (0, False), (-1, False)])
def test_a_hold_is_live_until_it_ends(in_seconds, is_live):
    assert banner_of(hold_ending(in_seconds)).is_live is is_live


def test_the_newest_expired_hold_is_shown_unless_it_was_dismissed():
    older, newer = hold_ending(-600), hold_ending(-60)
    assert banner_of(older, newer).hold is newer
    assert banner_of(older, newer, dismissed_until=newer.expires_at) is None
    assert banner_of(older, newer, dismissed_until=older.expires_at).hold is newer


def test_a_page_of_the_hold_itself_shows_no_banner():
    hold, other = hold_ending(60), hold_ending(90)
    for page in ("", "confirm/"):
        assert banner_of(hold, path=f"/reservations/{hold.reservation_id}/{page}") is None
    assert banner_of(hold, other, path=f"/reservations/{hold.reservation_id}/").hold is other


def test_a_hold_of_a_bulk_reschedule_leads_back_to_it_and_is_not_shown_there():
    hold = hold_ending(60, bulk_id=UUID(int=7))
    address = f"/caseload/bulk/{UUID(int=7)}/"
    assert banner_of(hold).continue_address == address
    assert banner_of(hold, path=f"{address}reasons/") is None


def test_trying_again_names_everyone_of_a_group():
    hold = hold_ending(-1, names=("Luis", "Elena"))
    banner = banner_of(hold)
    first, second = hold.people
    assert banner.names == "Luis, Elena"
    assert (
        banner.again_address
        == f"/appointments/{first.appointment_id}/reschedule/times/?with={second.appointment_id}"
    )
    assert banner.slot_id == str(first.slot_id)


@pytest.mark.parametrize(("unread", "text"), [(1, "1"), (99, "99"), (100, "99+")])
def test_the_number_of_unread_notices_stops_at_99(unread, text):
    assert format_unread(unread) == text


NOTHING = OpenTasks(today=TODAY)
VERIFIED = RepresentativeProfile(kind="attorney", verified_at=NOW)
LOST = LostCase("IOE0000000001", "Lan Pham", "revoked", NOW)
REQUEST = RequestToDecide(UUID(int=1), "IOE0000000001", "Maya Chen")


def accredited_until(day):
    return RepresentativeProfile(kind="accredited", verified_at=NOW, accreditation_expires_on=day)


def addresses_of(tasks):
    return [item.address for item in build_to_do(tasks)]


def test_nothing_to_do_shows_nothing():
    assert build_to_do(NOTHING) == build_to_do(replace(NOTHING, profile=VERIFIED)) == []


@pytest.mark.parametrize(
    ("open_tasks", "text", "address"),
    [
        (
            {"requests": (REQUEST,)},
            "Maya Chen asked to represent you.",
            f"/cases/{UUID(int=1)}/representative/",
        ),
        (
            {"requests": (REQUEST,), "profile": VERIFIED},
            "Maya Chen asked you to represent them.",
            "/clients/",
        ),
        (
            {"unread_by_agency": (UUID(int=2),)},
            "You have 1 new notice about a change by the agency.",
            f"/notices/{UUID(int=2)}/",
        ),
        (
            {"unread_by_agency": (UUID(int=2), UUID(int=3))},
            "You have 2 new notices about changes by the agency.",
            "/notices/",
        ),
        (
            {"lost": (LOST,), "lost_count": 1},
            "You no longer represent Lan Pham (IOE0000000001).",
            "/clients/add/",
        ),
        (
            {"lost": (replace(LOST, status="expired", name=""),), "lost_count": 1},
            "You no longer act on case IOE0000000001.",
            "/representative/",
        ),
        ({"lost": (LOST,) * 3, "lost_count": 40}, "You lost access to 40 cases", "/notices/"),
        (
            {"profile": RepresentativeProfile(kind="attorney", rejected_at=NOW, rejection="not_found")},
            "Your details were not verified",
            "/representative/",
        ),
        (
            {"profile": accredited_until(TODAY - timedelta(days=1))},
            "Your accreditation has ended",
            "/representative/",
        ),
        (
            {"profile": accredited_until(TODAY + timedelta(days=30))},
            "Your accreditation ends on December 31, 2026.",
            "/help/#contact",
        ),
    ],
)
def test_each_task_has_one_link(open_tasks, text, address):
    [item] = build_to_do(replace(NOTHING, **open_tasks))
    assert item.text.startswith(text)
    assert item.address.endswith(address)
    assert item.link_text
    with translation.override("es"):
        [translated] = build_to_do(replace(NOTHING, **open_tasks))
    assert translated.text != item.text


@pytest.mark.parametrize(
    "profile",
    [
        accredited_until(TODAY + timedelta(days=31)),
        RepresentativeProfile(kind="accredited", accreditation_expires_on=TODAY),  # waits for the decision
    ],
)
def test_an_accreditation_that_ends_later_or_is_not_verified_yet_is_nothing_to_do(profile):
    assert build_to_do(replace(NOTHING, profile=profile)) == []


def test_lost_access_comes_first():
    tasks = OpenTasks(
        today=TODAY,
        requests=(REQUEST,),
        unread_by_agency=(UUID(int=2),),
        lost=(LOST,),
        lost_count=1,
        profile=accredited_until(TODAY),
    )
    first, *others = build_to_do(tasks)
    assert first.text.startswith("You no longer represent")
    assert len(others) == 3
