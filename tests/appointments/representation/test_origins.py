"""How a representation begins: with a passcode, by invitation or on paper; and what is refused."""

from datetime import timedelta

import pytest

from accounts.models import (
    Case,
    FailedAttempt,
    Representation,
    RepresentativeInvitation,
    RepresentativePasscode,
    RepresentativeProfile,
)
from accounts.services.access_codes import issue_access_code
from accounts.services.codes import CODE_LIFETIME, CodeRejected, TooManyAttempts
from accounts.services.passcodes import CaseIsClosed, create_for_client, issue_for_staff
from accounts.units import Unit
from appointments.booking.errors import AlreadyDone, NotVerified, NotYours, TooManyInvitations
from appointments.models import Notice
from appointments.representation.queries import list_open_invitations
from appointments.representation.services.answer import accept
from appointments.representation.services.invite import cancel_invitation, invite
from appointments.representation.services.paper import enter_paper
from appointments.representation.services.passcode_request import request_with_passcode
from appointments.staff.services.close_case import close_case
from portal.foundation.clock import agency_today
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    RepresentationFactory,
    UserFactory,
    accredited,
    officer_of,
    requested,
)

pytestmark = pytest.mark.usefixtures("reference_data")
Status, Origin = Representation.Status, Representation.Origin
WRONG = "0" * 16


@pytest.fixture
def case(reference_data):
    return CaseFactory()


@pytest.fixture
def officer(reference_data):
    return officer_of(Unit.CONTACT_CENTER)


def passcode_of(case):
    code, _row = create_for_client(account=case.requestor, case=case)
    return code


def request(attorney, case, code):
    return request_with_passcode(account=attorney, receipt_number=case.receipt_number, passcode=code)


def test_a_passcode_creates_a_request_and_gives_no_access_yet(case):
    attorney, code = AttorneyFactory(), passcode_of(case)

    created = request(attorney, case, code)

    assert (created.status, created.origin, created.requested_by) == (
        Status.REQUESTED,
        Origin.PASSCODE,
        attorney,
    )
    assert not Representation.objects.in_force().exists()
    row = RepresentativePasscode.objects.get()
    assert (row.representation, row.used_at is not None) == (created, True)
    assert row.expires_at - row.issued_at == CODE_LIFETIME
    assert code not in row.code_hash


def test_the_same_passcode_again_returns_the_same_request(case):
    attorney, code = AttorneyFactory(), passcode_of(case)
    assert request(attorney, case, code) == request(attorney, case, code)
    assert Notice.objects.count() == 2


def test_an_invited_representative_accepts_by_using_the_clients_passcode(case):
    attorney, code = AttorneyFactory(), passcode_of(case)
    invite(account=case.requestor, case=case, email=attorney.email)
    row = request_with_passcode(account=attorney, receipt_number=case.receipt_number, passcode=code)
    assert row == Representation.objects.get()
    assert (row.status, row.accepted_by) == (Representation.Status.IN_FORCE, attorney)


def test_an_invitation_of_a_former_client_is_not_accepted_by_the_current_clients_passcode(case):
    row = requested(case=case, origin=Origin.INVITATION)
    Case.objects.update(requestor=UserFactory())
    case.refresh_from_db()
    request(row.representative, case, passcode_of(case))
    row.refresh_from_db()
    assert row.status == Status.REQUESTED


def test_a_passcode_works_for_one_representative(case):
    code = passcode_of(case)
    request(AttorneyFactory(), case, code)
    with pytest.raises(CodeRejected):
        request(AttorneyFactory(), case, code)


def wrong(case, shift_clock):
    return WRONG


def expired_code(case, shift_clock):
    code = passcode_of(case)
    shift_clock(CODE_LIFETIME)
    return code


def replaced(case, shift_clock):
    code = passcode_of(case)
    passcode_of(case)
    return code


def of_another_case(case, shift_clock):
    return passcode_of(CaseFactory())


def the_clients_own_access_code(case, shift_clock):
    return issue_access_code(case=case)


def of_a_closed_case(case, shift_clock):
    code = passcode_of(case)
    close_case(actor=officer_of(Unit.CONTACT_CENTER), case=case, status="closed", note="Decided.")
    return code


@pytest.mark.parametrize(
    "code", [wrong, expired_code, replaced, of_another_case, the_clients_own_access_code, of_a_closed_case]
)
def test_every_unusable_passcode_gets_the_same_answer_and_counts_once(case, shift_clock, code):
    with pytest.raises(CodeRejected):
        request(AttorneyFactory(), case, code(case, shift_clock))
    assert FailedAttempt.objects.count() == 1
    assert not Representation.objects.exists()


def test_an_unknown_receipt_number_takes_as_many_statements_as_a_wrong_passcode(
    case, django_assert_num_queries
):
    attorney = AttorneyFactory()
    for number in (case.receipt_number, "ZZZ0000000000"):
        with django_assert_num_queries(11), pytest.raises(CodeRejected):
            request_with_passcode(account=attorney, receipt_number=number, passcode=WRONG)


def test_the_sixth_guess_within_fifteen_minutes_is_locked_also_with_the_right_passcode(case, shift_clock):
    attorney, code = AttorneyFactory(), passcode_of(case)
    for number in range(5):
        with pytest.raises(CodeRejected):
            request_with_passcode(account=attorney, receipt_number=f"ZZZ{number:010d}", passcode=WRONG)
    with pytest.raises(TooManyAttempts):
        request(attorney, case, code)
    shift_clock(timedelta(minutes=15, seconds=1))
    assert request(attorney, case, code).status == Status.REQUESTED


def test_guesses_of_other_accounts_never_refuse_the_right_passcode(case):
    code = passcode_of(case)
    for guesser in AttorneyFactory.create_batch(3):
        for _ in range(5):
            with pytest.raises(CodeRejected):
                request(guesser, case, WRONG)
    assert request(AttorneyFactory(), case, code).status == Status.REQUESTED


def unverified():
    attorney = AttorneyFactory()
    RepresentativeProfile.objects.filter(user=attorney).update(verified_at=None)
    return attorney


def not_accredited():
    return accredited(until=agency_today() - timedelta(days=1))


@pytest.mark.parametrize("who", [unverified, not_accredited, UserFactory])
def test_an_account_that_may_not_represent_anyone_cannot_use_a_passcode(case, who):
    with pytest.raises(NotVerified):
        request(who(), case, passcode_of(case))
    assert not FailedAttempt.objects.exists()


def test_only_the_client_makes_a_passcode_and_only_for_an_open_case(case):
    attorney = RepresentationFactory(case=case).representative
    for account in (UserFactory(), attorney):
        with pytest.raises(NotYours):
            create_for_client(account=account, case=case)
    with pytest.raises(CaseIsClosed):
        create_for_client(account=(closed := CaseFactory(closed=True)).requestor, case=closed)


def test_a_staff_passcode_asks_the_client_if_the_case_has_an_account(case, officer):
    code, row = issue_for_staff(actor=officer, case=case)
    assert row.issued_by == officer
    assert request(AttorneyFactory(), case, code).status == Status.REQUESTED


def test_a_staff_passcode_is_in_force_at_once_if_no_one_could_accept(officer):
    case = CaseFactory(requestor=None)
    code, _row = issue_for_staff(actor=officer, case=case)
    created = request(AttorneyFactory(), case, code)
    assert (created.status, created.origin, created.requested_by) == (Status.IN_FORCE, Origin.PAPER, officer)
    assert created in Representation.objects.in_force()


def test_staff_of_another_unit_issue_no_passcode(officer):
    with pytest.raises(NotYours):
        issue_for_staff(actor=officer, case=CaseFactory(adoption=True))
    assert not RepresentativePasscode.objects.exists()


def test_an_invitation_reaches_the_representative_of_that_address(case):
    attorney = AttorneyFactory(email="jo@firm.example")
    invitation = invite(account=case.requestor, case=case, email="Jo@Firm.example")
    created = invitation.representation
    assert (created.representative, created.status, created.origin) == (
        attorney,
        Status.REQUESTED,
        Origin.INVITATION,
    )
    assert list(list_open_invitations(case)) == [invitation]


def nobody():
    return "nobody@firm.example"


@pytest.mark.parametrize(
    "email",
    [nobody, lambda: UserFactory().email, lambda: unverified().email, lambda: not_accredited().email],
    ids=["nobody", "an applicant", "unverified", "expired"],
)
def test_an_invitation_that_reaches_no_one_looks_like_any_other(case, email):
    attorney = AttorneyFactory()
    reached = invite(account=case.requestor, case=case, email=attorney.email)
    unreached = invite(account=case.requestor, case=case, email=email())

    assert unreached.representation is None
    assert set(list_open_invitations(case)) == {reached, unreached}
    first, second = Notice.objects.filter(addressee=case.requestor).values_list("facts", flat=True)
    assert first == second
    assert Representation.objects.count() == 1
    for invitation in (reached, unreached):
        cancel_invitation(account=case.requestor, invitation=invitation)
    assert not list_open_invitations(case).exists()


def test_inviting_the_same_address_again_is_the_same_invitation(case):
    attorney = AttorneyFactory()
    first, second = (invite(account=case.requestor, case=case, email=attorney.email) for _ in range(2))
    assert first == second
    assert Representation.objects.count() == 1


def test_five_addresses_a_day_are_invited_and_no_more(case, shift_clock):
    for number in range(5):
        invite(account=case.requestor, case=case, email=f"nobody{number}@firm.example")
    with pytest.raises(TooManyInvitations):
        invite(account=case.requestor, case=case, email="nobody5@firm.example")
    shift_clock(timedelta(days=1, seconds=1))
    invite(account=case.requestor, case=case, email="nobody5@firm.example")
    assert RepresentativeInvitation.objects.count() == 6


def test_only_the_client_invites_and_cancels(case):
    invitation = invite(account=case.requestor, case=case, email=AttorneyFactory().email)
    for account in (UserFactory(), RepresentationFactory(case=case).representative):
        with pytest.raises(NotYours):
            invite(account=account, case=case, email="a@firm.example")
        with pytest.raises(NotYours):
            cancel_invitation(account=account, invitation=invitation)
    assert list(list_open_invitations(case)) == [invitation]


def test_a_closed_case_takes_no_invitations():
    case = CaseFactory(closed=True)
    with pytest.raises(CaseIsClosed):
        invite(account=case.requestor, case=case, email="a@firm.example")


def test_an_invitation_cancelled_is_withdrawn_and_cannot_be_accepted(case):
    attorney = AttorneyFactory()
    invitation = invite(account=case.requestor, case=case, email=attorney.email)
    for _ in range(2):
        cancel_invitation(account=case.requestor, invitation=invitation)
    invitation.representation.refresh_from_db()
    assert invitation.representation.status == Status.WITHDRAWN
    assert not list_open_invitations(case).exists()
    with pytest.raises(AlreadyDone):
        accept(account=attorney, representation=invitation.representation)


def test_an_accepted_invitation_is_not_cancelled(case):
    attorney = AttorneyFactory()
    invitation = invite(account=case.requestor, case=case, email=attorney.email)
    accept(account=attorney, representation=invitation.representation)
    cancel_invitation(account=case.requestor, invitation=invitation)
    assert Representation.objects.in_force().filter(representative=attorney).exists()


def test_paper_is_in_force_at_once_and_supersedes(case, officer):
    old = RepresentationFactory(case=case)
    attorney = AttorneyFactory()
    own_request = requested(case=case, representative=attorney)

    entered = enter_paper(actor=officer, case=case, email=attorney.email.upper(), note="Received by mail.")

    assert (entered.status, entered.origin, entered.requested_by) == (Status.IN_FORCE, Origin.PAPER, officer)
    assert list(Representation.objects.in_force().filter(case=case)) == [entered]
    for ended in (old, own_request):
        ended.refresh_from_db()
        assert (ended.status, ended.ended_by) == (Status.SUPERSEDED, officer)


@pytest.mark.parametrize("who", [unverified, not_accredited, UserFactory])
def test_paper_links_only_a_representative_who_is_verified(case, officer, who):
    with pytest.raises(NotVerified):
        enter_paper(actor=officer, case=case, email=who().email, note="Received by mail.")
    assert not Representation.objects.exists()


def test_paper_is_entered_once_by_the_unit_of_the_form_on_an_open_case(case, officer):
    attorney = AttorneyFactory()
    enter_paper(actor=officer, case=case, email=attorney.email, note="Received by mail.")
    with pytest.raises(AlreadyDone):
        enter_paper(actor=officer, case=case, email=attorney.email, note="Received by mail.")
    with pytest.raises(NotYours):
        enter_paper(actor=officer, case=CaseFactory(adoption=True), email=attorney.email, note="Mail.")
    with pytest.raises(CaseIsClosed):
        enter_paper(actor=officer, case=CaseFactory(closed=True), email=attorney.email, note="Mail.")
    assert Representation.objects.count() == 1
