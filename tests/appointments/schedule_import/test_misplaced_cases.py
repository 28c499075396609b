"""A delivery corrects the address of a case in a stranger's account: it loses the case, and staff decide."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models import Case, CaseAccountConflict, Message, Representation
from accounts.services.access_codes import add_case, issue_access_code
from accounts.services.filed_online import attach_filed_cases
from accounts.units import Unit
from appointments.booking.errors import AlreadyDone, NoteMissing
from appointments.cases.queries import get_history_entries, list_history_keys
from appointments.models import Appointment, Notice
from appointments.staff.services.case_account import detach_case, keep_case
from tests.appointments.schedule_import.current import starts_of
from tests.factories.accounts import AttorneyFactory, UserFactory, officer_of
from tests.support.deliveries import load
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")

RIGHT = "right@example.org"


@pytest.fixture
def stranger():
    return UserFactory(name="Noor Haddad", email="noor@example.org")


@pytest.fixture
def misplaced(scheduler, stranger):
    """A case filed online that came into the account of a stranger by a typing error in the address."""
    scheduler.slot(10)
    person = scheduler.person(filing_channel="online", filed_by_email=stranger.email)
    scheduler.appointment("A1", person, starts_of(scheduler, 0))
    load(scheduler.deliver(hours=9))
    case = Case.objects.get()
    assert case.requestor == stranger
    return case


def correct(scheduler, address=RIGHT):
    scheduler.row("cases.csv").update(filed_by_email=address, filing_channel="online" if address else "paper")
    return load(scheduler.deliver()).counts


@pytest.fixture
def officer():
    return officer_of(Unit.CONTACT_CENTER)


@pytest.mark.parametrize("address", [RIGHT, ""])
def test_the_account_loses_the_case_at_once(scheduler, stranger, misplaced, address):
    """The fault: the stranger still read the case and could reschedule it, and no one knew."""
    counts = correct(scheduler, address)

    conflict = CaseAccountConflict.objects.get()
    assert counts["conflicts_account"] == 1
    assert (conflict.case, conflict.account, conflict.line, conflict.settled_at) == (
        misplaced,
        stranger,
        2,
        None,
    )
    assert not Appointment.objects.for_account(stranger).exists()
    notice = Notice.objects.get()
    assert (notice.kind, notice.addressee, notice.facts["event"]) == ("case_access", stranger, "suspended")
    assert list(Notice.objects.for_account(stranger)) == [notice]
    assert Message.objects.get().account == stranger


def test_no_account_gets_it_by_its_address_before_staff_decide(scheduler, stranger, misplaced):
    account = UserFactory(email=RIGHT)

    assert correct(scheduler)["cases_attached"] == 0
    assert load(scheduler.deliver()).counts["cases_attached"] == 0
    assert attach_filed_cases(account=account) == attach_filed_cases(account=stranger) == 0


def test_an_access_code_adds_it_all_the_same(scheduler, misplaced):
    correct(scheduler)
    account = UserFactory()

    add_case(
        account=account,
        receipt_number=misplaced.receipt_number,
        access_code=issue_access_code(case=misplaced),
    )

    assert Case.objects.get().requestor == account


def test_an_account_that_verified_the_new_address_keeps_it(scheduler, stranger, misplaced):
    EmailAddress.objects.create(user=stranger, email=RIGHT, verified=True)

    assert correct(scheduler)["conflicts_account"] == 0
    assert Case.objects.get().requestor == stranger


def test_an_account_that_added_the_case_with_a_code_keeps_it(scheduler, stranger, misplaced):
    Case.objects.update(requestor=None)
    code = issue_access_code(case=misplaced)
    add_case(account=stranger, receipt_number=misplaced.receipt_number, access_code=code)

    assert correct(scheduler)["conflicts_account"] == 0
    assert Case.objects.get().requestor == stranger


def test_the_same_delivery_again_finds_no_conflict(scheduler, misplaced):
    correct(scheduler)

    assert correct(scheduler)["conflicts_account"] == 0


# --- What staff decide ----------------------------------------------------------------------------


def test_staff_give_it_back(scheduler, stranger, misplaced, officer):
    correct(scheduler)

    keep_case(actor=officer, case=misplaced, note="Old address of the same person")

    conflict = CaseAccountConflict.objects.get()
    assert Case.objects.get().requestor == stranger
    assert (conflict.outcome, conflict.settled_by) == ("kept", officer)
    assert Notice.objects.latest("pk").facts["event"] == "kept"
    assert correct(scheduler)["conflicts_account"] == 0


def test_staff_remove_it_and_the_right_account_gets_it(scheduler, stranger, misplaced, officer):
    correct(scheduler)
    account = UserFactory(email=RIGHT)

    detach_case(actor=officer, case=misplaced, note="Someone else's case")

    assert Notice.objects.filter(addressee=stranger).latest("pk").facts["event"] == "detached"
    assert attach_filed_cases(account=account) == 1
    assert Case.objects.get().requestor == account


def test_who_has_it_now_does_not_learn_of_the_stranger(scheduler, stranger, misplaced, officer):
    correct(scheduler)
    account = UserFactory(email=RIGHT)
    detach_case(actor=officer, case=misplaced, note="Someone else's case")
    attach_filed_cases(account=account)

    entries = get_history_entries(list_history_keys(misplaced, account))

    attached = [entry.row.requestor_id for entry in entries if entry.kind == "case_filed_online"]
    assert attached == [account.pk]


def test_staff_remove_a_case_without_a_delivery_and_it_does_not_come_back(stranger, misplaced, officer):
    detach_case(actor=officer, case=misplaced, note="Asked by phone")

    conflict = CaseAccountConflict.objects.get()
    assert (conflict.outcome, conflict.account, conflict.line) == ("detached", stranger, None)
    assert attach_filed_cases(account=stranger) == 0
    assert Case.objects.get().requestor is None


def test_removing_it_ends_the_representation_that_the_account_accepted(stranger, misplaced, officer):
    attorney = AttorneyFactory()
    representation = Representation.objects.create(
        case=misplaced,
        representative=attorney,
        origin=Representation.Origin.INVITATION,
        requested_by=stranger,
        accepted_by=attorney,
        status="in_force",
        in_force_from=misplaced.people.get().series.appointments.get().status_changed_at,
    )

    detach_case(actor=officer, case=misplaced, note="Asked by phone")

    representation.refresh_from_db()
    assert representation.status == "revoked"
    assert not Appointment.objects.for_account(attorney).exists()


@pytest.mark.parametrize("act", [keep_case, detach_case])
def test_a_decision_needs_a_reason_and_something_to_decide(misplaced, officer, act):
    with pytest.raises(NoteMissing):
        act(actor=officer, case=misplaced, note=" ")
    Case.objects.update(requestor=None)
    with pytest.raises(AlreadyDone):
        act(actor=officer, case=misplaced, note="Why")


def test_it_is_not_given_back_when_another_account_has_it(scheduler, misplaced, officer):
    correct(scheduler)
    Case.objects.update(requestor=UserFactory())

    with pytest.raises(AlreadyDone):
        keep_case(actor=officer, case=misplaced, note="Why")


def test_staff_see_it_and_decide_on_the_page_of_the_case(client, scheduler, stranger, misplaced, officer):
    correct(scheduler)
    sign_in_staff(client, officer)
    address = f"/admin/accounts/case/{misplaced.pk}/"

    page = client.get(f"{address}change/").content.decode()
    assert "Noor Haddad, who had the case" in page
    assert f"{address}account/give-back/" in page
    assert misplaced.receipt_number in client.get("/admin/").content.decode()
    client.post(f"{address}account/remove/", {"note": "Someone else's case"})

    assert CaseAccountConflict.objects.get().outcome == "detached"
