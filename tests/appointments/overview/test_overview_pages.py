"""What every page shows of the account: its own held times, unread notices, and the to-do list."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Representation
from appointments.booking.expiry import expire_overdue_holds
from appointments.models import Notice, Reservation
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    RepresentationFactory,
    UserFactory,
    officer_of,
    requested,
)
from tests.factories.appointments import AppointmentFactory, SlotFactory
from tests.factories.caseloads import client_of, end_representation, hold_for
from tests.factories.households import adjacent_slots, make_household
from tests.factories.policy import reason
from tests.factories.reschedules import reschedule_by_agency

pytestmark = pytest.mark.usefixtures("db", "reference_data")

SESSION_AND_ACCOUNT = 2


@pytest.fixture
def appointment():
    return AppointmentFactory()


@pytest.fixture
def account(client, appointment):
    client.force_login(appointment.case.requestor)
    return appointment.case.requestor


def hold(appointment, account=None):
    account = account or appointment.case.requestor
    acts.state_reason(account=account, appointment=appointment, reason=reason(), explanation="")
    slot = SlotFactory(site=appointment.slot.site, ahead=timedelta(days=12))
    return acts.hold(account=account, appointment=appointment, slot=slot)


def overview(client, address="/help/"):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.context["overview"]


def test_a_hold_is_on_every_page_and_nothing_is_held_after_it_expired(client, account, appointment):
    held = hold(appointment)
    for address in ("/appointments/", f"/appointments/{appointment.public_id}/", "/notices/", "/help/"):
        page = client.get(address).content.decode()
        assert "Held for you" in page, address
        assert f"/reservations/{held.public_id}/release/" in page

    acts.run_out(held)
    page = client.get("/notices/").content.decode()
    assert "Held for you" not in page
    assert "Your hold expired" in page


@pytest.mark.parametrize("is_swept", [True, False])
def test_an_expired_hold_can_be_tried_again_with_one_click(client, account, appointment, is_swept):
    held = hold(appointment)
    acts.run_out(held)
    if is_swept:
        expire_overdue_holds()
    banner = overview(client).hold
    assert not banner.is_live

    answer = client.post(banner.again_address, {"slot": banner.slot_id, "site": banner.hold.site_id})

    again = Reservation.objects.get(account=account, state=Reservation.State.HELD)
    assert answer.url == f"/reservations/{again.public_id}/"
    assert overview(client).hold.hold.reservation_id == again.public_id


def test_a_group_is_tried_again_together(client):
    appointments = make_household(3)
    account = appointments[0].case.requestor
    client.force_login(account)
    for row in appointments:
        acts.state_reason(account=account, appointment=row, reason=reason(), explanation="")
    [slot] = adjacent_slots(appointments[0].slot.site, seats=[3])
    acts.run_out(acts.hold_together(account=account, appointments=appointments, first=slot))
    banner = overview(client).hold

    client.post(banner.again_address, {"slot": banner.slot_id, "site": banner.hold.site_id})

    again = Reservation.objects.get(account=account, state=Reservation.State.HELD)
    assert again.seats.count() == 3


def test_an_expired_hold_is_forgotten_after_half_an_hour(client, account, appointment):
    held = hold(appointment)
    acts.run_out(held)
    # A microsecond either way is the clock's: it advances between the two pages.
    for age, is_shown in ((timedelta(minutes=29), True), (timedelta(minutes=31), False)):
        Reservation.objects.filter(pk=held.pk).update(
            made_at=database_now() - age, expires_at=database_now() - age
        )
        assert bool(overview(client).hold) is is_shown


def test_an_expired_hold_is_forgotten_after_another_choice(client, account, appointment):
    acts.run_out(hold(appointment))
    acts.release(account=account, reservation=hold(appointment))
    assert overview(client).hold is None


def test_an_expired_hold_is_forgotten_when_the_appointment_is_rescheduled(client, account, appointment):
    acts.run_out(hold(appointment))
    reschedule_by_agency(appointment)
    assert overview(client).hold is None


def test_a_dismissed_hold_is_not_shown_again_and_leads_back(client, account, appointment):
    held = hold(appointment)
    acts.run_out(held)
    answer = client.post(f"/reservations/{held.public_id}/dismiss/", {"next": "/notices/"})
    assert answer.url == "/notices/"
    assert overview(client).hold is None


def test_another_account_sees_and_dismisses_no_hold_of_this_one(client, appointment):
    held = hold(appointment)
    attorney = RepresentationFactory(case=appointment.case).representative
    for other in (UserFactory(), attorney):
        client.force_login(other)
        assert overview(client).hold is None
        assert client.post(f"/reservations/{held.public_id}/dismiss/").status_code == 404


def test_a_hold_is_not_shown_after_access_has_ended(client):
    attorney = AttorneyFactory()
    appointment = client_of(attorney)
    hold_for(attorney, appointment)
    client.force_login(attorney)
    assert overview(client).hold
    end_representation(appointment)
    assert overview(client).hold is None


def test_releasing_from_the_banner_leads_back_to_the_page(client, account, appointment):
    held = hold(appointment)
    release = f"/reservations/{held.public_id}/release/"
    answer = client.post(release, {"next": "/notices/?page=1"}, follow=True)
    assert answer.redirect_chain == [("/notices/?page=1", 302)]
    assert answer.context["overview"].hold is None
    assert client.post(release, {"next": "https://elsewhere.example/"}).url == "/"


def notice_for(account, appointment, **fields):
    return Notice.objects.create(
        kind=Notice.Kind.HOLD_EXPIRED, addressee=account, appointment=appointment, facts={}, **fields
    )


def test_the_navigation_counts_the_accounts_own_unread_notices(client, account, appointment):
    assert overview(client).unread == ""
    notice_for(account, appointment)
    notice_for(account, appointment, read_at=database_now())
    notice_for(UserFactory(), appointment)
    assert overview(client).unread == "1"


def test_notices_that_the_account_may_no_longer_open_are_not_counted(client):
    attorney = AttorneyFactory()
    appointment = client_of(attorney)
    notice_for(attorney, appointment)
    client.force_login(attorney)
    assert overview(client).unread == "1"
    end_representation(appointment)
    assert overview(client).unread == ""


def count_statements(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as ran:
        assert client.get(address).status_code == 200
    return len(ran)


def test_a_page_takes_one_statement_for_any_number_of_holds_and_notices(client):
    attorney = AttorneyFactory()
    client.force_login(attorney)
    address = "/clients/add/"
    assert count_statements(client, address) == SESSION_AND_ACCOUNT + 1
    for _ in range(3):
        appointment = client_of(attorney)
        hold_for(attorney, appointment)
        notice_for(attorney, appointment)
    assert count_statements(client, address) == SESSION_AND_ACCOUNT + 1
    assert overview(client, address).hold.others == 2


def test_staff_and_visitors_pay_no_statement(client):
    visitors = count_statements(client, "/help/")
    client.force_login(officer_of())
    assert count_statements(client, "/help/") == visitors + SESSION_AND_ACCOUNT
    client.force_login(UserFactory())
    assert count_statements(client, "/help/") == visitors + SESSION_AND_ACCOUNT + 1


def to_do(client, address="/appointments/"):
    return [item.text for item in client.get(address).context["to_do"]]


def test_a_client_sees_requests_of_verified_representatives_and_changes_by_the_agency(client, account):
    appointment = AppointmentFactory(series__person__case__requestor=account)
    assert to_do(client) == []
    maya = AttorneyFactory(name="Maya Chen")
    requested(case=appointment.case, representative=maya)
    requested(case=appointment.case, representative=AttorneyFactory(is_active=False))
    requested(representative=maya)  # of someone else's case
    reschedule_by_agency(appointment)
    assert to_do(client) == [
        "Maya Chen asked to represent you.",
        "You have 1 new notice about a change by the agency.",
    ]


def test_a_representative_sees_first_which_case_was_lost(client):
    attorney = AttorneyFactory()
    client.force_login(attorney)
    now = database_now()
    ended = {"status": Representation.Status.REVOKED, "ended_at": now}
    lost = RepresentationFactory(representative=attorney, **ended)
    RepresentationFactory(representative=attorney, ended_by=attorney, **ended)
    RepresentationFactory(representative=attorney, **{**ended, "ended_at": now - timedelta(days=9)})
    again = RepresentationFactory(representative=attorney, **ended).case
    RepresentationFactory(representative=attorney, case=again)
    Representation.objects.filter(representative=attorney, ended_at__lt=now).update(
        in_force_from=now - timedelta(days=90), ended_at=now - timedelta(days=31)
    )
    invited = requested(representative=attorney, origin="invitation")

    assert to_do(client, "/caseload/") == [
        f"You no longer represent {lost.case.requestor.name} ({lost.case.receipt_number}).",
        f"{invited.case.requestor.name} asked you to represent them.",
    ]


@pytest.mark.parametrize("kind", ["requestor", "representative"])
def test_the_to_do_list_takes_one_statement_for_any_number_of_tasks(client, kind):
    account = AttorneyFactory() if kind == "representative" else UserFactory()
    client.force_login(account)
    address = "/caseload/" if kind == "representative" else "/appointments/"

    def add_task():
        if kind == "requestor":
            requested(case=CaseFactory(requestor=account))
        else:
            requested(representative=account, origin="invitation")

    add_task()
    one = count_statements(client, address)
    for _ in range(6):
        add_task()
    assert count_statements(client, address) == one
    assert len(to_do(client, address)) == 5
