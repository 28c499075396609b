"""The guarantees of test_races_in_process with the real web server: two processes, sixteen threads."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse

from appointments.booking.invariants import find_violations
from appointments.models import Appointment, Reschedule, Reservation, Slot
from tests.appointments.booking import acts
from tests.factories.crowds import make_crowd, make_slots
from tests.support.http_clients import sign_in
from tests.support.races import Started, locked_by_another, run_at_once, until_someone_waits_for_a_lock
from tests.support.web_server import serve_portal
from tests.support.without_locks import without_the_capacity_constraint

pytestmark = pytest.mark.usefixtures("committed_data")

HELD, FULL = 302, 409


@pytest.fixture
def portal(portal_server):
    return portal_server


def select(portal, clients, slots):
    """Let everyone post the form with one of the slots, spread evenly, at the same moment."""
    return run_at_once(
        [
            partial(
                sign_in(client.account, port=portal.port).post,
                reverse("appointments:times", args=[client.appointment.public_id]),
                slot=slots[number % len(slots)].public_id,
            )
            for number, client in enumerate(clients)
        ],
        workers=48,
    )


def statuses(outcomes):
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    return Counter(outcome.result.status for outcome in outcomes)


@pytest.mark.parametrize(("clients", "free"), [(200, 1), (500, 100)])
def test_gives_out_exactly_as_many_holds_as_there_are_seats(portal, clients, free):
    slots = make_slots(free)

    outcomes = select(portal, make_crowd(clients), slots)

    assert statuses(outcomes) == {HELD: free, FULL: clients - free}
    assert Reservation.objects.filter(state=Reservation.State.HELD).count() == free
    assert set(Slot.objects.filter(pk__in=[slot.pk for slot in slots]).values_list("taken", flat=True)) == {1}
    assert {outcome.result.location for outcome in outcomes if outcome.result.status == HELD} == {
        reverse("appointments:review", args=[held.public_id]) for held in Reservation.objects.all()
    }
    assert find_violations() == []


@pytest.mark.breaks_invariants
def test_control_without_the_locks_and_the_constraint_the_last_seat_is_sold_twice(committed_data):
    crowd, slots = make_crowd(20), make_slots(1)

    with (
        serve_portal(workers=1, threads=8, settings_module="tests.support.settings_without_locks") as portal,
        without_the_capacity_constraint(),
    ):
        met = statuses(select(portal, crowd, slots))
        found = {violation.check for violation in find_violations()}

    assert met[HELD] == Reservation.objects.filter(state=Reservation.State.HELD).count() >= 2
    assert "taken_within_capacity" in found


def held_by(client, slot):
    return acts.hold(account=client.account, appointment=client.appointment, slot=slot)


def test_fifty_clicks_on_confirm_make_one_reschedule_and_all_lead_to_its_receipt(portal):
    [client], [slot] = make_crowd(1), make_slots(1)
    browser = sign_in(client.account, port=portal.port)
    held = held_by(client, slot)
    confirm = reverse("appointments:confirm", args=[held.public_id])

    outcomes = run_at_once([partial(browser.post, confirm)] * 50, workers=50)

    assert Reschedule.objects.get().reserved_seat.reservation == held
    receipt = reverse("appointments:reservation_receipt", args=[held.public_id])
    assert {(outcome.result.status, outcome.result.location) for outcome in outcomes} == {(302, receipt)}
    assert browser.get(receipt).status == 200
    assert client.account.notices.count() == client.account.messages.count() == 1
    assert find_violations() == []


def test_people_who_swap_into_each_others_slots_all_get_their_receipt(portal):
    crowd, places = make_crowd(16), make_slots(2, capacity=16)
    for number, client in enumerate(crowd):
        Appointment.objects.filter(pk=client.appointment.pk).update(slot=places[number % 2])
    Slot.objects.filter(pk=crowd[0].appointment.slot_id).update(taken=0)
    Slot.objects.filter(pk__in=[place.pk for place in places]).update(taken=8)
    clicks = [
        partial(
            sign_in(client.account, port=portal.port).post,
            reverse("appointments:confirm", args=[held_by(client, places[(number + 1) % 2]).public_id]),
        )
        for number, client in enumerate(crowd)
    ]

    outcomes = run_at_once(clicks)

    assert statuses(outcomes) == {302: 16}
    assert all(outcome.result.location.endswith("/receipt/") for outcome in outcomes)
    assert Reschedule.objects.count() == 16
    assert find_violations() == []


def test_a_hold_that_expires_while_its_confirmation_waits_ends_on_a_page_that_says_so(portal, shift_clock):
    [client], [slot] = make_crowd(1), make_slots(1)
    held = held_by(client, slot)
    browser = sign_in(client.account, port=portal.port)
    review = reverse("appointments:review", args=[held.public_id])

    with locked_by_another(Slot.objects.filter(pk=slot.pk)):
        clicking = Started(
            partial(browser.post, reverse("appointments:confirm", args=[held.public_id])),
        )
        until_someone_waits_for_a_lock()
        shift_clock(timedelta(minutes=11))

    assert clicking.outcome().result.location == review
    assert browser.get(review).status == 410
    assert not Reschedule.objects.exists()


def try_to_reschedule(browser, series, slots):
    """Go through the whole journey once for each slot, whatever the portal answers."""
    for slot in slots:
        scheduled = Appointment.objects.get(series=series, status=Appointment.Status.SCHEDULED)
        browser.post(
            reverse("appointments:reason", args=[scheduled.public_id]), reason="TRAVEL", explanation=""
        )
        answer = browser.post(reverse("appointments:times", args=[scheduled.public_id]), slot=slot.public_id)
        if answer.location.startswith("/reservations/"):
            browser.post(answer.location + "confirm/")


def test_eight_tabs_that_reschedule_as_often_as_they_can_make_two_reschedules(portal):
    [client], slots = make_crowd(1), make_slots(27)
    browser = sign_in(client.account, port=portal.port)
    series = client.appointment.series

    outcomes = run_at_once([partial(try_to_reschedule, browser, series, slots[tab:24:8]) for tab in range(8)])
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert series.reschedules.count() <= 2

    try_to_reschedule(browser, series, slots[24:])
    assert list(series.reschedules.values_list("number", "counts")) == [(1, True), (2, True)]
    assert find_violations() == []
