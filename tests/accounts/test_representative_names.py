"""Clients see the verified name and license of their representative, whatever the representative types."""

import threading
from functools import partial

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from accounts.models import RepresentativeProfile, User
from accounts.services import representative_names
from accounts.services.applications import AlreadyDecided, DetailsChanged, verify_application
from accounts.services.authority import NotYours
from accounts.services.profile import update_profile
from accounts.services.representative_names import decide_name
from accounts.units import Unit
from tests.factories.accounts import (
    AttorneyFactory,
    RepresentationFactory,
    UserFactory,
    WaitingAttorneyFactory,
    officer_of,
)
from tests.support.races import run_at_once
from tests.support.staff_sign_in import sign_in_staff
from tests.support.without_locks import change_querysets

pytestmark = pytest.mark.usefixtures("reference_data")
OFFICE_LIKE = "Immigration Office Support"


def rename(account, name=OFFICE_LIKE):
    return update_profile(account=account, name=name, phone="", language="en")


def profile_of(account):
    return RepresentativeProfile.objects.select_related("user").get(user=account)


def decide(account, *, is_confirmed=True, actor=None, seen_at=None):
    profile = profile_of(account)
    decide_name(
        actor=actor or officer_of(Unit.NBC_ADOPTIONS),
        profile=profile,
        seen_at=seen_at or profile.name_requested_at,
        is_confirmed=is_confirmed,
        note="Saw the license",
    )


def get_name(account):
    return User.objects.get(pk=account.pk).name


@pytest.fixture
def attorney():
    return AttorneyFactory(name="Ruth Adler")


def pages_of_client(representation):
    client = Client()
    client.force_login(representation.case.requestor)
    key = representation.case.public_id
    return [
        client.get(reverse(page, args=[key])).content.decode()
        for page in ("appointments:case", "appointments:representative")
    ]


def test_clients_see_the_verified_name_and_license_until_staff_verify_the_new_name(attorney):
    representation = RepresentationFactory(representative=attorney)
    profile = profile_of(attorney)
    rename(attorney)
    license_text = f"{profile.bar_state} license {profile.bar_number}"
    for page in pages_of_client(representation):
        assert "Ruth Adler" in page
        assert license_text in page
        assert OFFICE_LIKE not in page
    decide(attorney)
    for page in pages_of_client(representation):
        assert OFFICE_LIKE in page
        assert license_text in page


def test_the_verified_name_stays_if_staff_do_not_confirm_the_new_one(attorney):
    rename(attorney)
    decide(attorney, is_confirmed=False)
    assert (get_name(attorney), profile_of(attorney).requested_name) == ("Ruth Adler", "")
    with pytest.raises(AlreadyDecided):
        decide(attorney, seen_at=profile_of(attorney).verified_at)


def test_the_representative_can_take_the_request_back(attorney):
    rename(attorney)
    rename(attorney, "Ruth Adler")
    assert (get_name(attorney), profile_of(attorney).requested_name) == ("Ruth Adler", "")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Until we verify it"), ("es", "Hasta que lo verifiquemos")]
)
def test_the_profile_page_says_which_name_clients_see(attorney, language, said):
    client = Client()
    client.force_login(attorney)
    answer = client.post(
        "/accounts/profile/", {"name": OFFICE_LIKE, "phone": "", "language": language}, follow=True
    )
    page = answer.content.decode()
    assert said in page
    assert f'value="{OFFICE_LIKE}"' in page
    assert page.count("<bdi>Ruth Adler</bdi>") == 2
    # Saving the page again keeps the request.
    requested_at = profile_of(attorney).name_requested_at
    client.post("/accounts/profile/", {"name": OFFICE_LIKE, "phone": "", "language": language})
    assert profile_of(attorney).name_requested_at == requested_at


def test_other_accounts_change_their_name_freely():
    for account in (UserFactory(), WaitingAttorneyFactory()):
        rename(account)
        assert get_name(account) == OFFICE_LIKE


def test_an_officer_does_not_verify_a_name_that_changed_unseen():
    waiting = WaitingAttorneyFactory(name="Ruth Adler")
    seen_at = profile_of(waiting).stage_entered_at
    rename(waiting)
    with pytest.raises(DetailsChanged):
        verify_application(
            actor=officer_of(Unit.NBC_ADOPTIONS), profile=profile_of(waiting), seen_at=seen_at, note="x"
        )


def test_an_officer_does_not_confirm_a_name_that_changed_unseen(attorney):
    rename(attorney)
    seen_at = profile_of(attorney).name_requested_at
    rename(attorney, "Another Name")
    with pytest.raises(DetailsChanged):
        decide(attorney, seen_at=seen_at)
    assert get_name(attorney) == "Ruth Adler"


def test_only_units_that_verify_representatives_decide(attorney):
    rename(attorney)
    with pytest.raises(NotYours):
        decide(attorney, actor=officer_of(Unit.AUDITORS))


def test_staff_find_the_name_among_the_waiting_applications_and_decide(client, attorney):
    rename(attorney)
    sign_in_staff(client, officer_of(Unit.NBC_ADOPTIONS))
    waiting = client.get(reverse("admin:accounts_representativeprofile_changelist")).content.decode()
    assert "Ruth Adler" in waiting
    assert "new name to verify" in waiting
    profile = profile_of(attorney)
    page = reverse("admin:application_name", args=[profile.pk])
    shown = client.get(page).content.decode()
    assert OFFICE_LIKE in shown
    fields = {"seen_at": profile.name_requested_at.isoformat(), "is_confirmed": "yes", "note": "Saw it"}
    client.post(page, fields)
    assert get_name(attorney) == OFFICE_LIKE


def race_to_decide(account):
    profile = profile_of(account)
    acts = [
        partial(
            decide_name,
            actor=officer_of(Unit.NBC_ADOPTIONS),
            profile=profile,
            seen_at=profile.name_requested_at,
            is_confirmed=is_confirmed,
            note="x",
        )
        for is_confirmed in (True, False)
    ]
    return [type(outcome.error) for outcome in run_at_once(acts)]


def test_of_two_officers_who_decide_at_once_one_finds_it_decided(committed_data):
    attorney = AttorneyFactory(name="Ruth Adler")
    rename(attorney)
    assert sorted(error.__name__ for error in race_to_decide(attorney)) == ["AlreadyDecided", "NoneType"]


def test_control_without_the_locks_both_decide(committed_data, monkeypatch):
    attorney = AttorneyFactory(name="Ruth Adler")
    rename(attorney)
    check, barrier = representative_names.check_can_verify, threading.Barrier(2)

    def check_then_meet(actor):
        check(actor)
        barrier.wait(timeout=5)

    monkeypatch.setattr(representative_names, "check_can_verify", check_then_meet)
    change_querysets(monkeypatch.setattr, QuerySet, "select_for_update", lambda self, **_: self.all())
    assert race_to_decide(attorney) == [type(None), type(None)]
