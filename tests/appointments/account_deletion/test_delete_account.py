"""Deleting an account: what is deleted, blanked and kept, and who cannot delete."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import serializers
from django.test import Client

from accounts.models import (
    Case,
    FailedAttempt,
    Representation,
    RepresentativeInvitation,
    RepresentativeProfile,
    User,
)
from accounts.services import outbox, phone_codes
from accounts.services.access_codes import CodeRejected, add_case, issue_access_code
from accounts.services.deletion import DeletionRefused, Obstacle
from accounts.services.passcodes import create_for_client
from appointments.account_deletion.services import delete_account
from appointments.booking.errors import AlreadyDone
from appointments.models import Appointment, Notice, RescheduleDraft, Reservation
from appointments.representation.services.answer import accept, decline
from appointments.representation.services.invite import invite
from appointments.representation.services.passcode_request import request_with_passcode
from tests.appointments.booking import acts
from tests.appointments.booking.applicants import ADDRESS, NAME, PHONE, make_applicant, state
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    RepresentationFactory,
    UserFactory,
    officer_of,
)
from tests.support.sign_in import sign_in

pytestmark = pytest.mark.usefixtures("committed_data")


@pytest.fixture
def applicant():
    return make_applicant()


def reschedule(user, appointment, slot):
    state(user, appointment)
    return acts.confirm(account=user, reservation=acts.hold(account=user, appointment=appointment, slot=slot))


def dump_tables():
    """Return every row of every table as text, with the audit history."""
    models = [model for model in apps.get_models() if model._meta.managed]
    return {model._meta.label: serializers.serialize("json", model.objects.all()) for model in models}


def test_no_table_contains_the_person_any_more(applicant, mail_sink, text_gateway_url):
    user, appointment, slots = applicant
    client = Client(HTTP_USER_AGENT="Firefox")
    sign_in(client, user)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    EmailAddress.objects.create(user=user, email="canary.second@example.org")
    state(user, appointment)
    outbox.queue_account_mail(account=user, to_address=ADDRESS, subject="Hello", body=f"Dear {NAME}")
    phone_codes.resend_code(account=user)
    assert ADDRESS in dump_tables()["accounts.CaseEvent"]
    assert PHONE in dump_tables()["accounts.PhoneCode"]

    delete_account(account=user)
    outbox.send_due()

    assert mail_sink.to(ADDRESS)[-1].subject == "Your account was deleted"
    dump = dump_tables()
    for canary in (ADDRESS, NAME, PHONE, PHONE[2:], "canary", "fever"):
        assert [table for table, rows in dump.items() if canary.lower() in rows.lower()] == []
    assert not Session.objects.filter(session_key=client.session.session_key).exists()


def test_no_one_can_sign_in_again_and_open_sessions_end(applicant):
    user, _appointment, _slots = applicant
    client, forced = Client(), Client()
    sign_in(client, user)
    forced.force_login(user)
    delete_account(account=user)
    assert client.get("/appointments/").status_code == 302
    assert forced.get("/appointments/").status_code == 302
    user.refresh_from_db()
    assert (user.is_active, user.has_usable_password(), user.kind) == (False, False, "requestor")
    again = Client()
    assert (
        again.post("/accounts/login/", {"login": ADDRESS, "password": "correct horse battery"}).status_code
        == 200
    )
    assert not UserSession.objects.filter(user=user).exists()


def test_the_record_of_the_case_stays(applicant):
    user, appointment, slots = applicant
    made = reschedule(user, appointment, slots[0])
    delete_account(account=user)
    made.refresh_from_db()
    assert made.actor == user
    assert made.statement.explanation == "A fever"
    assert Notice.objects.get(reschedule=made).facts
    assert Appointment.objects.get(pk=made.to_appointment_id).status == Appointment.Status.SCHEDULED
    case = Case.objects.get()
    assert case.requestor is None
    assert User.objects.get(pk=user.pk).display_name == "a deleted account"


def test_held_seats_are_released_at_once(applicant):
    user, appointment, slots = applicant
    hold = acts.hold(account=user, appointment=appointment, slot=slots[0])
    state(user, appointment)
    delete_account(account=user)
    hold.refresh_from_db()
    slots[0].refresh_from_db()
    assert (hold.state, slots[0].taken) == (Reservation.State.RELEASED, 0)
    assert not RescheduleDraft.objects.exists()


def test_an_expired_hold_is_released_too(applicant, shift_clock):
    user, appointment, slots = applicant
    acts.hold(account=user, appointment=appointment, slot=slots[0])
    shift_clock(timedelta(hours=1))
    delete_account(account=user)
    slots[0].refresh_from_db()
    assert slots[0].taken == 0


def test_the_case_can_be_added_again_with_a_new_code_and_the_same_address(applicant):
    user, appointment, _slots = applicant
    delete_account(account=user)
    case = Case.objects.get()
    code = issue_access_code(case=case)
    again = UserFactory(email=ADDRESS)
    assert add_case(account=again, receipt_number=case.receipt_number, access_code=code) == case


def test_failed_attempts_stay_counted_so_that_a_new_account_cannot_guess_more(applicant):
    user, appointment, _slots = applicant
    receipt_number = Case.objects.get().receipt_number
    with pytest.raises(CodeRejected):
        add_case(account=user, receipt_number=receipt_number, access_code="A" * 16)
    delete_account(account=user)
    assert FailedAttempt.objects.count() == 1


def test_a_representative_who_had_clients_keeps_only_name_and_profile(reference_data):
    attorney = AttorneyFactory(name="Ada Counsel", phone=PHONE)
    RepresentationFactory(
        representative=attorney, status=Representation.Status.REVOKED, ended_at="2030-01-01T00:00Z"
    )
    delete_account(account=attorney)
    attorney.refresh_from_db()
    assert (attorney.name, attorney.phone, attorney.is_active) == ("Ada Counsel", "", False)
    assert RepresentativeProfile.objects.filter(user=attorney).exists()
    assert "deleted" in attorney.email


def test_addresses_in_invitations_are_blanked_for_the_client_and_the_representative(reference_data):
    client, attorney = UserFactory(), AttorneyFactory()
    by_client = RepresentativeInvitation.objects.create(
        case=CaseFactory(requestor=client), invited_by=client, email="counsel@example.org"
    )
    ended = RepresentationFactory(
        representative=attorney, status=Representation.Status.REVOKED, ended_at="2030-01-01T00:00Z"
    )
    to_attorney = RepresentativeInvitation.objects.create(
        case=ended.case, invited_by=ended.case.requestor, email=attorney.email, representation=ended
    )
    delete_account(account=client)
    delete_account(account=attorney)
    for invitation in (by_client, to_attorney):
        invitation.refresh_from_db()
        assert invitation.email == ""


def test_a_representative_who_never_had_clients_leaves_nothing():
    attorney = AttorneyFactory(name="Ada Counsel")
    key = attorney.representative_profile.pk
    delete_account(account=attorney)
    attorney.refresh_from_db()
    assert attorney.name == ""
    assert not RepresentativeProfile.objects.exists()
    assert not RepresentativeProfile.pgh_event_model.objects.filter(pgh_obj=key).exists()


@pytest.mark.parametrize("status", ["requested", "in_force"])
def test_a_representative_with_clients_cannot_delete_the_account(status):
    representation = RepresentationFactory()
    if status == "requested":
        Representation.objects.update(status=status, in_force_from=None)
    with pytest.raises(DeletionRefused) as refused:
        delete_account(account=representation.representative)
    assert refused.value.obstacle is Obstacle.HAS_CLIENTS
    assert User.objects.get(pk=representation.representative.pk).deleted_at is None


def test_staff_cannot_delete_their_account():
    with pytest.raises(DeletionRefused) as refused:
        delete_account(account=officer_of())
    assert refused.value.obstacle is Obstacle.STAFF


def invite_attorney(user):
    """Invite an attorney to the client's case. Return the case and the attorney."""
    case, attorney = Case.objects.get(requestor=user), AttorneyFactory()
    invite(account=user, case=case, email=attorney.email)
    return case, attorney


def test_an_invitation_of_a_deleted_client_cannot_be_accepted(applicant):
    user, _appointment, _slots = applicant
    case, attorney = invite_attorney(user)
    delete_account(account=user)
    row = Representation.objects.get()
    assert row.status == Representation.Status.WITHDRAWN
    with pytest.raises(AlreadyDone):
        accept(account=attorney, representation=row)
    assert RepresentativeInvitation.objects.get().cancelled_at is not None
    # The attorney is notified, and the notice contains no name.
    notice = Notice.objects.filter(addressee=attorney).latest("pk")
    assert (notice.facts["event"], notice.facts["name"]) == ("withdrawn", "")


def test_a_request_to_represent_a_deleted_client_is_declined(applicant):
    user, _appointment, _slots = applicant
    case, attorney = Case.objects.get(requestor=user), AttorneyFactory()
    code, _passcode = create_for_client(account=user, case=case)
    request_with_passcode(account=attorney, receipt_number=case.receipt_number, passcode=code)
    delete_account(account=user)
    assert Representation.objects.get().status == Representation.Status.DECLINED


def test_a_representation_of_a_deleted_client_stays_in_force(applicant):
    user, _appointment, _slots = applicant
    row = RepresentationFactory(case=Case.objects.get(requestor=user))
    delete_account(account=user)
    row.refresh_from_db()
    assert row.status == Representation.Status.IN_FORCE


def test_unused_codes_of_a_deleted_client_are_rejected(applicant):
    user, _appointment, _slots = applicant
    case = Case.objects.get(requestor=user)
    passcode, _row = create_for_client(account=user, case=case)
    Case.objects.update(requestor=None)
    code = issue_access_code(case=case)
    Case.objects.update(requestor=user)
    delete_account(account=user)
    with pytest.raises(CodeRejected):
        request_with_passcode(
            account=AttorneyFactory(), receipt_number=case.receipt_number, passcode=passcode
        )
    with pytest.raises(CodeRejected):
        add_case(account=UserFactory(), receipt_number=case.receipt_number, access_code=code)


def test_names_and_addresses_are_blanked_in_notices_about_representations(applicant):
    user, _appointment, _slots = applicant
    case, attorney = invite_attorney(user)
    address = attorney.email
    decline(account=attorney, representation=Representation.objects.get())
    assert address in dump_tables()["appointments.Notice"]
    assert NAME in dump_tables()["appointments.Notice"]
    delete_account(account=user)
    delete_account(account=attorney)
    outbox.send_due()
    dump = dump_tables()
    for canary in (address, NAME):
        assert [table for table, rows in dump.items() if canary.lower() in rows.lower()] == []
