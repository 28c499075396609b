"""A site that a delivery changes: no time shifts silently, and people learn of a new address."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Case, Message
from appointments.booking.invariants import find_violations
from appointments.models import Notice, Reservation, Site, Slot
from appointments.notices.facts import NoticeFacts
from tests.appointments.booking import acts
from tests.appointments.schedule_import.current import current_appointment, slot_at, starts_of
from tests.factories.accounts import AttorneyFactory, RepresentationFactory, UserFactory
from tests.factories.policy import reason
from tests.support.deliveries import faults_of, load

pytestmark = pytest.mark.usefixtures("reference_data")

LOS_ANGELES = "America/Los_Angeles"


@pytest.fixture
def owned(booked):
    """Give the case an account and a representative. Return both."""
    client, attorney = UserFactory(), AttorneyFactory()
    Case.objects.update(requestor=client)
    RepresentationFactory(case=Case.objects.get(), representative=attorney)
    return client, attorney


def clock_times():
    return [slot.starts_at.astimezone(slot.site.zone).time() for slot in Slot.objects.select_related("site")]


# --- The time zone --------------------------------------------------------------------------------


def test_a_zone_that_would_shift_times_ahead_is_a_fault(scheduler, booked):
    """The fault: the page said 08:00 to the person of 09:00, and no one was told."""
    scheduler.row("sites.csv")["tz"] = LOS_ANGELES

    [fault] = [fault for fault in faults_of(scheduler.deliver()) if fault.file == "sites.csv"]

    assert (fault.line, fault.column, fault.value) == (2, "tz", LOS_ANGELES)
    assert "would shift 3 times ahead" in fault.remedy
    assert "correct_site_zone PHX1 America/Los_Angeles" in fault.remedy
    assert Site.objects.get().tz == "America/Phoenix"


def test_a_zone_with_the_same_clocks_is_taken(scheduler, booked):
    scheduler.row("sites.csv")["tz"] = "America/Creston"

    counts = load(scheduler.deliver()).counts

    assert counts["sites_changed"] == 1
    assert Site.objects.get().tz == "America/Creston"
    assert not Notice.objects.exists()


def test_a_zone_is_taken_where_nothing_lies_ahead(scheduler):
    scheduler.slot(-3)
    load(scheduler.deliver(hours=9))
    scheduler.forget("slots.csv")
    scheduler.row("sites.csv")["tz"] = LOS_ANGELES

    load(scheduler.deliver())

    assert Site.objects.get().tz == LOS_ANGELES


def test_correcting_the_zone_keeps_clock_times_and_tells_people(scheduler, booked, owned):
    before = clock_times()
    instant = current_appointment().slot.starts_at

    call_command("correct_site_zone", "PHX1", LOS_ANGELES)

    appointment = current_appointment()
    assert Site.objects.get().tz == LOS_ANGELES
    assert clock_times() == before
    notices = Notice.objects.filter(kind=Notice.Kind.SITE_CHANGED)
    assert {notice.addressee for notice in notices} == set(owned)
    facts = NoticeFacts.from_json(notices[0].facts)
    assert facts.old.starts_at == instant
    assert (facts.new.starts_at, facts.new.tz) == (appointment.slot.starts_at, LOS_ANGELES)
    assert facts.sequence == 1
    assert Message.objects.count() == 2
    assert find_violations() == []


@pytest.mark.parametrize("tz", ["America/New_York", "Pacific/Honolulu"])
def test_slots_an_hour_apart_do_not_collide_when_they_move(scheduler, tz):
    for hour in range(6, 18):
        scheduler.slot(10, hour=hour)
    load(scheduler.deliver(hours=9))
    before = clock_times()

    call_command("correct_site_zone", "PHX1", tz)

    assert clock_times() == before


def test_after_the_correction_the_delivery_loads_and_moves_no_one(scheduler, booked, owned):
    call_command("correct_site_zone", "PHX1", LOS_ANGELES)
    scheduler.row("sites.csv")["tz"] = LOS_ANGELES

    counts = load(scheduler.deliver()).counts

    assert counts["appointments_unchanged"] == 1
    assert counts["slots_new"] == counts["sites_changed"] == 0


def test_correcting_the_zone_releases_holds_there(scheduler, booked, owned):
    client, _ = owned
    acts.state_reason(account=client, appointment=current_appointment(), reason=reason(), explanation="")
    held = acts.hold(account=client, appointment=current_appointment(), slot=slot_at(2))

    call_command("correct_site_zone", "PHX1", LOS_ANGELES)

    held.refresh_from_db()
    assert (held.state, slot_at(2).taken) == (Reservation.State.RELEASED, 0)


@pytest.mark.parametrize(
    ("code", "tz", "why"), [("XXX", LOS_ANGELES, "Unknown site"), ("PHX1", "Mars", "not a time zone")]
)
def test_the_command_says_why_not(booked, code, tz, why):
    with pytest.raises(CommandError, match=why):
        call_command("correct_site_zone", code, tz)


# --- Name and address -----------------------------------------------------------------------------


def test_people_get_a_new_notice_of_a_new_address(scheduler, booked, owned):
    """The fault: pages showed the new address, printed notices and calendars the old one."""
    scheduler.row("sites.csv").update(name="Phoenix North", street="2 Example Avenue")

    counts = load(scheduler.deliver()).counts

    assert counts["sites_changed"] == 1
    assert counts["people_notified_of_site"] == 1
    notices = Notice.objects.all()
    assert {(notice.kind, notice.addressee) for notice in notices} == {
        ("site_changed", each) for each in owned
    }
    facts = NoticeFacts.from_json(notices[0].facts)
    assert (facts.old.site_name, facts.new.site_name) == ("Phoenix", "Phoenix North")
    assert facts.new.address_lines[0] == "2 Example Avenue"
    assert facts.old.starts_at == facts.new.starts_at
    assert facts.sequence == 1
    assert Message.objects.count() == 2


def test_a_second_change_has_a_newer_calendar_entry(scheduler, booked, owned):
    for street in ("2 Example Avenue", "3 Example Avenue"):
        scheduler.row("sites.csv")["street"] = street
        load(scheduler.deliver())

    sequences = (
        Notice.objects.filter(addressee=owned[0]).order_by("id").values_list("facts__sequence", flat=True)
    )
    assert list(sequences) == [1, 2]


def test_only_people_with_an_appointment_ahead_there_are_notified(scheduler, owned):
    past = scheduler.appointment("A2", scheduler.person(2), scheduler.slot(-3), status="attended")
    load(scheduler.deliver(hours=3))
    Case.objects.update(requestor=owned[0])
    scheduler.row("sites.csv")["street"] = "2 Example Avenue"
    newcomer = scheduler.appointment("A3", scheduler.person(3), starts_of(scheduler, 1))

    counts = load(scheduler.deliver()).counts

    assert counts["people_notified_of_site"] == 1
    notified = Notice.objects.values_list("appointment__scheduler_reference", flat=True).distinct()
    assert (
        set(notified) == {"A1"} == {"A1", "A2", "A3"} - {past["appointment_id"], newcomer["appointment_id"]}
    )


def test_who_is_moved_elsewhere_in_the_same_delivery_gets_one_notice(scheduler, booked, owned):
    scheduler.row("sites.csv")["street"] = "2 Example Avenue"
    booked.update(starts_at=starts_of(scheduler, 1))

    load(scheduler.deliver())

    kinds = Notice.objects.filter(addressee=owned[0]).values_list("kind", flat=True)
    assert list(kinds) == [Notice.Kind.AGENCY_RESCHEDULED]


def test_an_unchanged_site_is_not_counted(scheduler, booked, owned):
    counts = load(scheduler.deliver()).counts

    assert counts["sites_changed"] == counts["people_notified_of_site"] == 0
    assert not Notice.objects.exists()


# --- Hours and overlaps ---------------------------------------------------------------------------


def test_hours_that_leave_out_an_open_slot_are_a_fault(scheduler, booked):
    scheduler.row("sites.csv").update(dict.fromkeys(list(scheduler.row("sites.csv"))[7:14], "10:00-18:00"))
    scheduler.forget("slots.csv", 2)
    scheduler.row("slots.csv", 0)["closed"] = scheduler.row("slots.csv", 1)["closed"] = "yes"

    [fault] = faults_of(scheduler.deliver())

    assert (fault.file, fault.line, fault.column) == ("sites.csv", 2, "(row)")
    assert "leave out 1 open slots, the first at" in fault.remedy


def test_a_slot_that_overlaps_a_known_one_is_a_fault(scheduler, booked):
    """The fault: 09:00 and 09:20 of 60 minutes each were both loaded."""
    starts_at = starts_of(scheduler, 0)
    scheduler.slot(10, hour=8)
    scheduler.row("slots.csv", 3)["minutes"] = 61
    scheduler.forget("slots.csv", 0)

    [fault] = faults_of(scheduler.deliver())

    assert (fault.file, fault.line, fault.column) == ("slots.csv", 4, "starts_at")
    assert f"overlaps the one at {starts_at}" in fault.remedy


def test_slots_that_touch_or_are_closed_do_not_overlap(scheduler):
    scheduler.slot(10, hour=9)
    for row, (hour, minutes) in enumerate([(8, 60), (7, 90)], start=1):
        scheduler.slot(10, hour=hour)
        scheduler.row("slots.csv", row)["minutes"] = minutes
    scheduler.row("slots.csv", 2)["closed"] = "yes"

    load(scheduler.deliver())

    assert Slot.objects.count() == 3
