"""Deleting an account: what goes, what is blanked, what stays, and who may not."""

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
    LinkFailure,
    Message,
    Person,
    Representation,
    RepresentativeInvitation,
    RepresentativeProfile,
    User,
)
from accounts.services import outbox, phone_codes
from accounts.services.access_codes import LinkRefused, add_case, issue_access_code
from accounts.services.deletion import DeletionRefused, Obstacle
from accounts.services.passcodes import make_for_client
from accounts.units import Unit
from appointments.models import Appointment, Hold, Move, Notice, RescheduleDraft
from appointments.services import delete_account as service
from appointments.services import hold as holds
from appointments.services import reschedule
from appointments.services.delete_account import delete_account
from appointments.services.refusals import AlreadyDone, NotInGoodStanding, NotYours
from appointments.services.representations.answer import accept, decline
from appointments.services.representations.ask import ask_with_passcode
from appointments.services.representations.invite import invite
from appointments.services.representations.paper import enter_paper
from appointments.services.staff_move import move_by_agency
from policy.models import GoodCauseReason
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    RepresentationFactory,
    UserFactory,
    officer_of,
)
from tests.journeys.given import applicant_with_times
from tests.races import Started, gate_before, run_at_once
from tests.sign_in import sign_in
from tests.without_locks import take_row_locks_away

pytestmark = pytest.mark.usefixtures("committed_data")

ADDRESS, NAME, PHONE = "canary.quetzal@example.org", "Canary Quetzalcoatl", "+14155550132"


@pytest.fixture
def applicant():
    """(account, appointment, free slots), the account with a distinctive name, address and number."""
    user, appointment, slots = applicant_with_times(email=ADDRESS, name=NAME, phone=PHONE, told_by="both")
    # The name on the case is the agency's; here it must not hide the account's.
    Person.objects.update(name="Someone Else")
    Person.pgh_event_model.objects.update(name="Someone Else")
    case = appointment.chain.person.case
    case.filed_by_email = ADDRESS
    case.save()
    return user, appointment, slots


def state(user, appointment):
    reason = GoodCauseReason.objects.in_force().get(code="ILLNESS")
    reschedule.state_reason(account=user, appointment=appointment, reason=reason, explanation="A fever")


def move(user, appointment, slot):
    state(user, appointment)
    return reschedule.confirm(account=user, hold=holds.take(account=user, appointment=appointment, slot=slot))


def everything_kept():
    """Every row of every table, the history's too, as text."""
    models = [model for model in apps.get_models() if model._meta.managed]
    return {model._meta.label: serializers.serialize("json", model.objects.all()) for model in models}


def test_person_is_in_no_table_any_more_the_history_included(applicant, mail_sink, text_gateway_url):
    user, appointment, slots = applicant
    client = Client(HTTP_USER_AGENT="Firefox")
    sign_in(client, user)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    EmailAddress.objects.create(user=user, email="canary.second@example.org")
    state(user, appointment)
    outbox.queue_account_mail(account=user, to_address=ADDRESS, subject="Hello", body=f"Dear {NAME}")
    phone_codes.send_again(account=user)
    assert ADDRESS in everything_kept()["accounts.CaseEvent"]
    assert PHONE in everything_kept()["accounts.PhoneCode"]

    delete_account(account=user)
    outbox.send_due()

    assert mail_sink.to(ADDRESS)[-1].subject == "Your account is deleted"
    kept = everything_kept()
    for canary in (ADDRESS, NAME, PHONE, PHONE[2:], "canary", "fever"):
        assert [table for table, rows in kept.items() if canary.lower() in rows.lower()] == []
    assert not Session.objects.filter(session_key=client.session.session_key).exists()


def test_nobody_signs_in_again_and_open_pages_are_out(applicant):
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


def test_record_of_the_case_stays(applicant):
    user, appointment, slots = applicant
    made = move(user, appointment, slots[0])
    delete_account(account=user)
    made.refresh_from_db()
    assert made.actor == user
    assert made.statement.explanation == "A fever"
    assert Notice.objects.get(move=made).facts
    assert Appointment.objects.get(pk=made.to_appointment_id).status == Appointment.Status.STANDING
    case = Case.objects.get()
    assert case.requestor is None
    assert User.objects.get(pk=user.pk).display_name == "a deleted account"


def test_seats_are_free_for_others_at_once(applicant):
    user, appointment, slots = applicant
    hold = holds.take(account=user, appointment=appointment, slot=slots[0])
    state(user, appointment)
    delete_account(account=user)
    hold.refresh_from_db()
    slots[0].refresh_from_db()
    assert (hold.state, slots[0].taken) == (Hold.State.RELEASED, 0)
    assert not RescheduleDraft.objects.exists()


def test_lapsed_hold_is_given_back_too(applicant, shift_clock):
    user, appointment, slots = applicant
    holds.take(account=user, appointment=appointment, slot=slots[0])
    shift_clock(timedelta(hours=1))
    delete_account(account=user)
    slots[0].refresh_from_db()
    assert slots[0].taken == 0


def test_case_can_be_added_again_with_a_new_code_and_the_same_address(applicant):
    user, appointment, _slots = applicant
    delete_account(account=user)
    case = Case.objects.get()
    code = issue_access_code(case=case)
    again = UserFactory(email=ADDRESS)
    assert add_case(account=again, receipt_number=case.receipt_number, access_code=code) == case


def test_wrong_codes_stay_counted_so_that_no_new_account_guesses_on(applicant):
    user, appointment, _slots = applicant
    receipt_number = Case.objects.get().receipt_number
    with pytest.raises(LinkRefused):
        add_case(account=user, receipt_number=receipt_number, access_code="A" * 16)
    delete_account(account=user)
    assert LinkFailure.objects.count() == 1


def test_representative_who_ever_acted_keeps_name_and_profile_and_nothing_else(reference_data):
    attorney = AttorneyFactory(name="Ada Counsel", phone=PHONE)
    RepresentationFactory(
        representative=attorney, status=Representation.Status.REVOKED, ended_at="2030-01-01T00:00Z"
    )
    delete_account(account=attorney)
    attorney.refresh_from_db()
    assert (attorney.name, attorney.phone, attorney.is_active) == ("Ada Counsel", "", False)
    assert RepresentativeProfile.objects.filter(user=attorney).exists()
    assert "deleted" in attorney.email


def test_addresses_of_invitations_go_with_the_client_and_with_the_representative(reference_data):
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


def test_representative_who_never_acted_leaves_nothing():
    attorney = AttorneyFactory(name="Ada Counsel")
    key = attorney.representative_profile.pk
    delete_account(account=attorney)
    attorney.refresh_from_db()
    assert attorney.name == ""
    assert not RepresentativeProfile.objects.exists()
    assert not RepresentativeProfile.pgh_event_model.objects.filter(pgh_obj=key).exists()


@pytest.mark.parametrize("status", ["requested", "in_force"])
def test_refuses_a_representative_with_clients(status):
    representation = RepresentationFactory()
    if status == "requested":
        Representation.objects.update(status=status, in_force_from=None)
    with pytest.raises(DeletionRefused) as refused:
        delete_account(account=representation.representative)
    assert refused.value.obstacle is Obstacle.HAS_CLIENTS
    assert User.objects.get(pk=representation.representative.pk).deleted_at is None


def test_refuses_staff():
    with pytest.raises(DeletionRefused) as refused:
        delete_account(account=officer_of())
    assert refused.value.obstacle is Obstacle.STAFF


def test_twice_at_once_is_once(applicant):
    user, _appointment, _slots = applicant
    outcomes = run_at_once([lambda: delete_account(account=user)] * 4)
    assert [outcome.error for outcome in outcomes] == [None] * 4
    assert Message.objects.filter(account=user).count() == 1


def test_code_entered_meanwhile_attaches_nothing_to_a_deleted_account(applicant, monkeypatch):
    user, _appointment, _slots = applicant
    case = applicant_with_times()[1].chain.person.case
    Case.objects.filter(pk=case.pk).update(requestor=None)
    code = issue_access_code(case=case)
    gate = gate_before(monkeypatch.setattr, service, "blank_account")
    deletion = Started(lambda: delete_account(account=user))
    gate.until_reached()
    entry = Started(lambda: add_case(account=user, receipt_number=case.receipt_number, access_code=code))
    entry.until_it_waits_for_a_lock()
    gate.open()
    assert deletion.outcome().error is None
    assert isinstance(entry.outcome().error, LinkRefused)
    assert Case.objects.get(pk=case.pk).requestor is None


def test_hold_taken_meanwhile_is_refused(applicant, monkeypatch):
    user, appointment, slots = applicant
    gate = gate_before(monkeypatch.setattr, service, "blank_account")
    deletion = Started(lambda: delete_account(account=user))
    gate.until_reached()
    take = Started(lambda: holds.take(account=user, appointment=appointment, slot=slots[0]))
    take.until_it_waits_for_a_lock()
    gate.open()
    assert deletion.outcome().error is None
    assert isinstance(take.outcome().error, NotYours)
    assert not Hold.objects.exists()


def test_confirmation_under_way_ends_first(applicant, monkeypatch):
    user, appointment, slots = applicant
    state(user, appointment)
    hold = holds.take(account=user, appointment=appointment, slot=slots[0])
    gate = gate_before(monkeypatch.setattr, reschedule, "write_move")
    confirmation = Started(lambda: reschedule.confirm(account=user, hold=hold))
    gate.until_reached()
    deletion = Started(lambda: delete_account(account=user))
    deletion.until_it_waits_for_a_lock()
    gate.open()
    assert confirmation.outcome().error is None
    assert deletion.outcome().error is None
    assert Move.objects.get().actor == user
    assert Case.objects.get().requestor is None


def invited(user):
    """(the case, an attorney whom the account invited to it)"""
    case, attorney = Case.objects.get(requestor=user), AttorneyFactory()
    invite(account=user, case=case, email=attorney.email)
    return case, attorney


def test_an_invitation_of_a_deleted_client_opens_nothing(applicant):
    user, _appointment, _slots = applicant
    case, attorney = invited(user)
    delete_account(account=user)
    row = Representation.objects.get()
    assert row.status == Representation.Status.WITHDRAWN
    with pytest.raises(AlreadyDone):
        accept(account=attorney, representation=row)
    assert RepresentativeInvitation.objects.get().taken_back_at is not None
    # The attorney is told, and the notice names nobody.
    told = Notice.objects.filter(addressee=attorney).latest("pk")
    assert (told.facts["event"], told.facts["name"]) == ("withdrawn", "")


def invite_while_the_account_is_deleted(user, monkeypatch):
    """In another tab the client invites someone once the deletion has found whom it must decline."""
    case, attorney = Case.objects.get(requestor=user), AttorneyFactory()
    gate = gate_before(monkeypatch.setattr, service, "blank_account")
    deletion = Started(lambda: delete_account(account=user))
    gate.until_reached()
    inviting = Started(lambda: invite(account=user, case=case, email=attorney.email))
    inviting.until_it_waits_or_ends()
    gate.open()
    assert deletion.outcome().error is None
    return inviting.outcome()


def test_a_client_who_is_deleting_the_account_invites_nobody(applicant, monkeypatch):
    outcome = invite_while_the_account_is_deleted(applicant[0], monkeypatch)
    assert isinstance(outcome.error, NotYours)
    assert not Representation.objects.exists()
    assert not RepresentativeInvitation.objects.exists()


def test_control_without_the_locks_the_invitation_of_a_deleted_client_is_open(applicant, monkeypatch):
    take_row_locks_away(monkeypatch.setattr)
    outcome = invite_while_the_account_is_deleted(applicant[0], monkeypatch)
    assert outcome.error is None
    assert Representation.objects.get().status == Representation.Status.REQUESTED


def test_whoever_asks_to_act_for_a_deleted_client_is_declined(applicant):
    user, _appointment, _slots = applicant
    case, attorney = Case.objects.get(requestor=user), AttorneyFactory()
    code, _passcode = make_for_client(account=user, case=case)
    ask_with_passcode(account=attorney, receipt_number=case.receipt_number, passcode=code)
    delete_account(account=user)
    assert Representation.objects.get().status == Representation.Status.DECLINED


def test_who_acts_for_a_deleted_client_goes_on(applicant):
    user, _appointment, _slots = applicant
    row = RepresentationFactory(case=Case.objects.get(requestor=user))
    delete_account(account=user)
    row.refresh_from_db()
    assert row.status == Representation.Status.IN_FORCE


def test_unused_codes_of_a_deleted_clients_cases_open_nothing(applicant):
    user, _appointment, _slots = applicant
    case = Case.objects.get(requestor=user)
    passcode, _row = make_for_client(account=user, case=case)
    Case.objects.update(requestor=None)
    code = issue_access_code(case=case)
    Case.objects.update(requestor=user)
    delete_account(account=user)
    with pytest.raises(LinkRefused):
        ask_with_passcode(account=AttorneyFactory(), receipt_number=case.receipt_number, passcode=passcode)
    with pytest.raises(LinkRefused):
        add_case(account=UserFactory(), receipt_number=case.receipt_number, access_code=code)


def test_names_and_addresses_go_from_notices_of_who_may_act(applicant):
    user, _appointment, _slots = applicant
    case, attorney = invited(user)
    address = attorney.email
    decline(account=attorney, representation=Representation.objects.get())
    assert address in everything_kept()["appointments.Notice"]
    assert NAME in everything_kept()["appointments.Notice"]
    delete_account(account=user)
    delete_account(account=attorney)
    outbox.send_due()
    kept = everything_kept()
    for canary in (address, NAME):
        assert [table for table, rows in kept.items() if canary.lower() in rows.lower()] == []


@pytest.mark.parametrize("way", ["invited", "on paper"])
def test_a_representative_who_is_deleting_the_account_is_not_put_on_a_case(applicant, monkeypatch, way):
    user, _appointment, _slots = applicant
    case, attorney, officer = (
        Case.objects.get(requestor=user),
        AttorneyFactory(),
        officer_of(Unit.CONTACT_CENTER),
    )
    gate = gate_before(monkeypatch.setattr, service, "blank_account")
    deletion = Started(lambda: delete_account(account=attorney))
    gate.until_reached()
    if way == "invited":
        other = Started(lambda: invite(account=user, case=case, email=attorney.email))
    else:
        other = Started(lambda: enter_paper(actor=officer, case=case, email=attorney.email, note="Mail."))
    other.until_it_waits_or_ends()
    gate.open()
    assert deletion.outcome().error is None
    assert isinstance(other.outcome().error, NotInGoodStanding | None)
    assert not Representation.objects.exists()


def test_a_move_by_staff_meanwhile_owes_the_deleted_account_nothing(applicant, monkeypatch):
    user, appointment, slots = applicant
    gate = gate_before(monkeypatch.setattr, service, "blank_account")
    deletion = Started(lambda: delete_account(account=user))
    gate.until_reached()
    move = Started(lambda: move_by_agency(actor=None, appointment=appointment, slot=slots[0]))
    move.until_it_waits_or_ends()
    gate.open()
    assert (deletion.outcome().error, move.outcome().error) == (None, None)
    assert Move.objects.get().notices.count() == 0
    assert not Message.objects.filter(account=user, template="appointments/email/notice").exists()
