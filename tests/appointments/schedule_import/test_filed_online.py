"""A delivery attaches cases filed online to the accounts whose verified addresses filed them."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models import Case, User
from accounts.queries import has_filed_cases
from accounts.services import filed_online
from accounts.services.access_codes import CodeRejected, add_case, issue_access_code
from accounts.services.applications import AccountHasCases, ApplicationDetails, submit_application
from accounts.services.filed_online import attach_filed_cases
from appointments.account_deletion.services import delete_account
from appointments.schedule_import import changes
from tests.accounts.test_access_code_races import remove_case_lock
from tests.appointments.schedule_import.test_while_others_act import import_now
from tests.factories.accounts import ATTORNEY, AttorneyFactory, CaseFactory, UserFactory, officer_of
from tests.support.deliveries import ago, load
from tests.support.races import Started, gate_before

ADDRESS = "ana.online@example.org"


def deliver(scheduler, *, by=ADDRESS, number=1):
    """Deliver one case that was filed online by this address."""
    starts_at = scheduler.slot(10 + number)
    person = scheduler.person(number, filing_channel="online", filed_by_email=by)
    scheduler.appointment(f"A{number}", person, starts_at)
    return scheduler.deliver(hours=2)


def delivered_case(number=1):
    return Case.objects.get(receipt_number=f"MSC{number:010d}")


# --- Which account gets which case ----------------------------------------------------------------


def test_a_new_case_is_attached_to_the_account_that_verified_the_address(reference_data, scheduler):
    account = UserFactory(email=ADDRESS)
    loaded = load(deliver(scheduler, by="Ana.Online@Example.org"))
    assert delivered_case().requestor == account
    assert loaded.counts["cases_attached"] == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: UserFactory(email=ADDRESS, verified=False),
        lambda: UserFactory(email=ADDRESS, is_active=False),
        lambda: AttorneyFactory(email=ADDRESS),
        lambda: officer_of(email=ADDRESS),
        lambda: UserFactory(email="else@example.org"),
    ],
    ids=["not verified", "closed", "attorney", "staff", "another address"],
)
def test_it_is_attached_to_no_other_account(reference_data, scheduler, make):
    make()
    loaded = load(deliver(scheduler))
    assert delivered_case().requestor is None
    assert loaded.counts["cases_attached"] == 0


def test_a_second_verified_address_counts_too(reference_data, scheduler):
    account = UserFactory()
    EmailAddress.objects.create(user=account, email=ADDRESS, verified=True)
    load(deliver(scheduler))
    assert delivered_case().requestor == account


def test_a_known_case_without_account_is_attached_by_the_next_delivery(reference_data, scheduler):
    load(deliver(scheduler, by="old@example.org"))
    account = UserFactory(email=ADDRESS)
    scheduler.row("cases.csv")["filed_by_email"] = ADDRESS
    load(scheduler.deliver(hours=1))
    assert delivered_case().requestor == account


def test_each_of_many_cases_is_attached_to_its_own_account(reference_data, scheduler):
    accounts = [UserFactory(email=f"filer{number}@example.org") for number in range(5)]
    for number, account in enumerate(accounts):
        delivery = deliver(scheduler, by=account.email, number=number)
    loaded = load(delivery)
    assert loaded.counts["cases_attached"] == 5
    assert [delivered_case(number).requestor for number in range(5)] == accounts


@pytest.fixture
def left(reference_data, scheduler):
    """Return a case filed online whose account was deleted. The scheduler still delivers its address."""
    account = UserFactory(email=ADDRESS)
    load(deliver(scheduler))
    delete_account(account=account)
    return delivered_case()


def test_a_case_whose_account_was_deleted_is_not_attached_by_its_address(scheduler, left):
    again = UserFactory(email=ADDRESS)
    scheduler.row("cases.csv")["form"] = "I-485"

    loaded = load(scheduler.deliver(hours=1))

    left.refresh_from_db()
    assert (left.requestor, left.filed_by_email) == (None, "")
    assert loaded.counts["cases_attached"] == 0
    assert attach_filed_cases(account=again) == 0


def test_a_case_whose_account_was_deleted_is_closed_without_keeping_its_address(scheduler, left):
    scheduler.row("cases.csv").update(status="closed", closed_at=ago(days=1))
    load(scheduler.deliver(hours=1))
    left.refresh_from_db()
    assert (left.status, left.filed_by_email) == ("closed", "")


def test_an_address_that_was_stored_again_does_not_attach_the_case_either(left):
    Case.objects.update(filed_by_email=ADDRESS)
    again = UserFactory(email=ADDRESS)
    assert not has_filed_cases(account=again)
    assert attach_filed_cases(account=again) == 0


def test_a_new_code_attaches_it_to_the_account_that_enters_it(left):
    again = UserFactory(email=ADDRESS)
    code = issue_access_code(case=left)
    add_case(account=again, receipt_number=left.receipt_number, access_code=code)
    left.refresh_from_db()
    assert left.requestor == again


# --- While others act -----------------------------------------------------------------------------


def import_held_after_attaching(scheduler, monkeypatch, act):
    """Run `act` after the import has attached cases and before it commits."""
    gate = gate_before(monkeypatch.setattr, changes, "make_plan")
    delivery = deliver(scheduler)
    loading = Started(lambda: import_now(delivery))
    gate.until_reached()
    acting = Started(act)
    acting.until_it_waits_or_ends()
    gate.open()
    return loading.outcome(), acting.outcome()


def verify_address(account):
    EmailAddress.objects.filter(user=account).update(verified=True)
    return attach_filed_cases(account=account)


def verify_during_import(scheduler, monkeypatch):
    account = UserFactory(email=ADDRESS, verified=False)
    loading, _ = import_held_after_attaching(scheduler, monkeypatch, lambda: verify_address(account))
    assert loading.error is None
    return account


def test_an_address_verified_during_the_import_misses_no_case(committed_data, scheduler, monkeypatch):
    account = verify_during_import(scheduler, monkeypatch)
    assert delivered_case().requestor == account


def test_control_without_the_wait_the_case_stays_without_account(committed_data, scheduler, monkeypatch):
    monkeypatch.setattr(filed_online, "wait_for_imports", lambda: None)
    verify_during_import(scheduler, monkeypatch)
    assert delivered_case().requestor is None


def apply_during_import(scheduler, monkeypatch):
    account = UserFactory(email=ADDRESS)
    _, applying = import_held_after_attaching(
        scheduler,
        monkeypatch,
        lambda: submit_application(account=account, details=ApplicationDetails(**ATTORNEY)),
    )
    return applying, User.objects.get(pk=account.pk)


def test_an_application_during_the_import_sees_the_attached_case(committed_data, scheduler, monkeypatch):
    applying, account = apply_during_import(scheduler, monkeypatch)
    assert isinstance(applying.error, AccountHasCases)
    assert delivered_case().requestor == account


def test_control_without_the_wait_a_representative_gets_the_case(committed_data, scheduler, monkeypatch):
    monkeypatch.setattr("accounts.services.applications.wait_for_imports", lambda: None)
    applying, account = apply_during_import(scheduler, monkeypatch)
    assert applying.error is None
    assert delivered_case().requestor == account
    assert account.kind == User.Kind.REPRESENTATIVE


def add_by_code_during_import(scheduler, monkeypatch):
    """Enter a code for a case that the import is attaching to another account."""
    filer, holder = UserFactory(email=ADDRESS), UserFactory()
    case = CaseFactory(requestor=None, receipt_number="MSC0000000001")
    code = issue_access_code(case=case)
    loading, adding = import_held_after_attaching(
        scheduler,
        monkeypatch,
        lambda: add_case(account=holder, receipt_number=case.receipt_number, access_code=code),
    )
    assert loading.error is None
    return filer, holder, adding


def test_a_code_does_not_take_the_case_from_the_account_that_filed_it(committed_data, scheduler, monkeypatch):
    filer, _holder, adding = add_by_code_during_import(scheduler, monkeypatch)
    assert isinstance(adding.error, CodeRejected)
    assert delivered_case().requestor == filer


def test_control_without_the_lock_on_the_case_it_would(committed_data, scheduler, monkeypatch):
    remove_case_lock(monkeypatch)
    _filer, holder, adding = add_by_code_during_import(scheduler, monkeypatch)
    assert adding.error is None
    assert delivered_case().requestor == holder
