"""Every state, action and side of a representation, and what ends with it."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from accounts.models import Case, Message, Representation
from accounts.representation_states import ENDED_STATES, Action, State, next_state
from accounts.units import Unit
from appointments.booking.errors import AlreadyDone, HoldEnded, NotVerified, NotYours
from appointments.booking.invariants import find_violations
from appointments.caseload.queries.bulk_reschedules import get_bulk_state
from appointments.caseload.services import bulk_reschedules
from appointments.models import Appointment, Notice, RescheduleDraft, Reservation
from appointments.notices.facts import RepresentationEvent
from appointments.representation.services import actions, answer, leave
from appointments.representation.services.expiry import expire_representations
from appointments.staff.services.close_case import close_case
from portal.foundation.clock import agency_zone, database_now
from tests.appointments.booking import acts
from tests.appointments.representation.acting import (
    ENDINGS,
    Acting,
    close,
    end_for_the_client,
    end_verification,
    revoke,
    supersede,
    withdraw,
)
from tests.factories.accounts import (
    AttorneyFactory,
    RepresentationFactory,
    UserFactory,
    accredited,
    officer_of,
    requested,
)
from tests.factories.appointments import SlotFactory
from tests.factories.caseloads import client_of
from tests.factories.households import adjacent_slots, make_household
from tests.factories.policy import reason
from tests.support.clock import clock_stopped_at
from tests.support.races import impatience, locked_by_another

pytestmark = pytest.mark.usefixtures("reference_data")
Status, Origin = Representation.Status, Representation.Origin
ACTS = {
    Action.ACCEPT: answer.accept,
    Action.DECLINE: answer.decline,
    Action.WITHDRAW: leave.withdraw,
    Action.REVOKE: leave.revoke,
}
FROM_FORCE = {Status.IN_FORCE, Status.REVOKED, Status.SUPERSEDED, Status.EXPIRED}


def given(status, origin):
    now = database_now()
    row = requested(origin=origin)
    Representation.objects.filter(pk=row.pk).update(
        status=status,
        in_force_from=now - timedelta(days=1) if status in FROM_FORCE else None,
        ended_at=now if State(status) in ENDED_STATES else None,
    )
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("side", ["client", "representative"])
@pytest.mark.parametrize("origin", Origin)
@pytest.mark.parametrize("action", ACTS)
@pytest.mark.parametrize("status", Status)
def test_the_services_follow_the_state_table(status, action, origin, side):
    row = given(status, origin)
    account = row.case.requestor if side == "client" else row.representative
    expected = next_state(
        State(status), action, actions.get_roles_of_account(account=account, representation=row)
    )

    if expected is None:
        with pytest.raises(AlreadyDone):
            ACTS[action](account=account, representation=row)
        expected = State(status)
        assert not Notice.objects.exists()
    else:
        ACTS[action](account=account, representation=row)
        # A client who cancels an invitation must not learn whether it reached anyone.
        is_silent = (status, action, origin) == (Status.REQUESTED, Action.WITHDRAW, Origin.INVITATION)
        assert Notice.objects.count() == Message.objects.count() == (1 if is_silent else 2)

    row.refresh_from_db()
    assert row.status == expected


@pytest.mark.parametrize("act", ACTS.values())
def test_an_account_on_neither_side_cannot_act(act):
    for row in (RepresentationFactory(), requested()):
        for account in (UserFactory(), AttorneyFactory()):
            with pytest.raises(NotYours):
                act(account=account, representation=row)


@pytest.mark.parametrize("origin", [Origin.PASSCODE, Origin.INVITATION])
def test_acting_twice_has_the_effect_of_acting_once(origin):
    row = requested(origin=origin)
    requestee = row.case.requestor if origin == Origin.PASSCODE else row.representative
    first, second = (answer.accept(account=requestee, representation=row) for _ in range(2))
    assert (first, first.in_force_from) == (second, second.in_force_from)
    for _ in range(2):
        leave.revoke(account=row.case.requestor, representation=row)
    assert Notice.objects.count() == 4
    row.refresh_from_db()
    assert (row.accepted_by, row.ended_by) == (requestee, row.case.requestor)


def test_accepting_supersedes_the_one_in_force_and_leaves_other_requests_open():
    old = RepresentationFactory()
    new, other = requested(case=old.case), requested(case=old.case)

    answer.accept(account=old.case.requestor, representation=new)

    old.refresh_from_db()
    other.refresh_from_db()
    assert (old.status, other.status) == (Status.SUPERSEDED, Status.REQUESTED)
    assert list(Representation.objects.in_force().filter(case=old.case)) == [new]
    notice = Notice.objects.get(addressee=old.representative)
    assert notice.facts["event"] == RepresentationEvent.SUPERSEDED
    assert Message.objects.filter(account=old.representative).count() == 1


def test_a_representative_whose_accreditation_ended_is_not_accepted():
    row = requested(representative=accredited(until=database_now().date() - timedelta(days=2)))
    with pytest.raises(NotVerified):
        answer.accept(account=row.case.requestor, representation=row)
    row.refresh_from_db()
    assert row.status == Status.REQUESTED


@pytest.mark.parametrize("ending", ENDINGS)
def test_between_page_and_click_access_ends_and_the_held_seat_is_free(client, ending):
    acting = Acting()
    times = f"/appointments/{acting.appointment.public_id}/reschedule/times/"
    client.force_login(acting.attorney)
    assert client.get(acting.page).status_code == client.get(times).status_code == 200

    ending(acting)

    assert client.post(f"{acting.page}confirm/").status_code == 404
    assert client.post(f"{acting.page}extend/").status_code == 404
    assert client.post(times, {"slot": str(SlotFactory().public_id)}).status_code == 404
    assert client.get(acting.page).status_code == 404
    assert client.get(f"/appointments/{acting.appointment.public_id}/").status_code == 404
    acting.hold.refresh_from_db()
    acting.slot.refresh_from_db()
    acting.row.refresh_from_db()
    assert (acting.hold.state, acting.slot.taken, acting.row.status) == ("released", 0, ENDINGS[ending])
    with pytest.raises((HoldEnded, NotYours)):
        acts.confirm(account=acting.attorney, reservation=acting.hold)
    assert Appointment.objects.count() == 1
    assert find_violations() == []


@pytest.mark.parametrize("ending", [revoke, withdraw, supersede, end_verification, end_for_the_client])
def test_the_clients_own_hold_stays(ending):
    acting = Acting()
    acts.release(account=acting.attorney, reservation=acting.hold)
    own = acts.hold(account=acting.client, appointment=acting.appointment, slot=acting.slot)
    ending(acting)
    own.refresh_from_db()
    assert own.state == Reservation.State.HELD


def midnight_after(day):
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), agency_zone())


def test_an_accreditation_ends_access_at_midnight_of_the_agency_and_then_the_rows(client):
    day = database_now().astimezone(agency_zone()).date() + timedelta(days=1)
    midnight = midnight_after(day)
    with clock_stopped_at(midnight - timedelta(minutes=1)):
        acting = Acting(accredited(until=day))
        client.force_login(acting.attorney)
        assert client.get(acting.page).status_code == 200
    with clock_stopped_at(midnight - timedelta(microseconds=1)):
        assert expire_representations() == 0
        assert client.get(acting.page).status_code == 200
    with clock_stopped_at(midnight):
        # The page is open, the seat is held, and no worker has run yet.
        assert client.post(f"{acting.page}confirm/").status_code == 404
        assert client.get(acting.page).status_code == 404
        with pytest.raises(NotYours):
            acts.confirm(account=acting.attorney, reservation=acting.hold)
        assert expire_representations() == 1
        assert expire_representations() == 0
    acting.row.refresh_from_db()
    acting.hold.refresh_from_db()
    assert (acting.row.status, acting.row.ended_at, acting.row.ended_by) == (Status.EXPIRED, midnight, None)
    assert acting.hold.state == Reservation.State.RELEASED
    assert {notice.facts["event"] for notice in Notice.objects.all()} == {RepresentationEvent.EXPIRED}
    assert find_violations() == []


def test_a_case_that_is_busy_expires_with_the_next_run(committed_data):
    until = database_now().date() - timedelta(days=2)
    rows = [RepresentationFactory(representative=accredited(until=until)) for _ in range(2)]
    with locked_by_another(Case.objects.filter(pk=rows[0].case_id)), impatience():
        assert expire_representations() == 1
    rows[1].refresh_from_db()
    assert rows[1].status == Status.EXPIRED
    assert expire_representations() == 1


def test_closing_a_case_ends_requests_too():
    row = requested()
    close_case(actor=officer_of(Unit.CONTACT_CENTER), case=row.case, status="closed", note="Decided.")
    row.refresh_from_db()
    assert row.status == Status.CLOSED


@pytest.mark.parametrize("status", Status)
def test_only_a_representation_in_force_opens_the_case(status):
    row = given(status, Origin.PASSCODE)
    assert Representation.objects.in_force().filter(pk=row.pk).exists() == (status == Status.IN_FORCE)


@pytest.mark.parametrize("ending", ENDINGS)
def test_drafts_of_the_representative_end_and_those_of_the_client_stay_while_the_case_is_open(ending):
    acting = Acting()
    elsewhere = client_of(acting.attorney)
    bulk = bulk_reschedules.add(account=acting.attorney, appointments=[acting.appointment, elsewhere])
    acts.state_reason(account=acting.client, appointment=acting.appointment, reason=reason(), explanation="")

    ending(acting)

    stated_by = set(RescheduleDraft.objects.values_list("account", flat=True))
    assert stated_by == (set() if ending is close else {acting.client.pk})
    items = dict(bulk.items.values_list("appointment", "outcome"))
    ended_elsewhere = "not_yours" if ending is end_verification else ""
    assert items == {acting.appointment.pk: "not_yours", elsewhere.pk: ended_elsewhere}


@pytest.mark.parametrize("ending", [revoke, end_verification])
def test_seats_that_the_representative_holds_for_a_household_are_released(ending):
    family = make_household(3)
    case = family[0].case
    row = RepresentationFactory(case=case)
    [slot] = adjacent_slots(family[0].slot.site, seats=[3])
    taken = acts.hold_together(account=row.representative, appointments=family, first=slot)
    acting = SimpleNamespace(client=case.requestor, attorney=row.representative, row=row, case=case)

    ending(acting)

    slot.refresh_from_db()
    assert slot.taken == 0
    assert {hold.state for hold in Reservation.objects.all()} == {Reservation.State.RELEASED}
    with pytest.raises((HoldEnded, NotYours)):
        acts.confirm_together(account=row.representative, reservation=taken)
    assert find_violations() == []


def test_a_representative_who_comes_back_does_not_get_old_drafts_back():
    acting = Acting()
    bulk = bulk_reschedules.add(account=acting.attorney, appointments=[acting.appointment])
    revoke(acting)
    RepresentationFactory(case=acting.case, representative=acting.attorney)

    [row] = get_bulk_state(account=acting.attorney, bulk=bulk).items
    assert (row.appointment, row.draft) == (None, None)

    assert bulk_reschedules.add(account=acting.attorney, appointments=[acting.appointment]) == bulk
    [row] = get_bulk_state(account=acting.attorney, bulk=bulk).items
    assert (row.appointment, row.draft) == (acting.appointment, None)
