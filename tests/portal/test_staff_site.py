"""Tests of the admin site: who can enter, and the banner above every page."""

import pytest
from django.urls import reverse

from accounts.units import Unit
from tests.factories.accounts import PASSWORD, AttorneyFactory, UserFactory, officer_of
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")

INDEX = "/admin/"
PAGES = ["policyversion", "formtype", "formtypeversion", "goodcausereason", "contactroute"]


def test_staff_without_a_security_key_cannot_enter(client):
    sign_in_staff(client, UserFactory(staff=True), second_factor="")
    assert client.get(INDEX).status_code == 302


@pytest.mark.parametrize("second_factor", ["totp", "recovery_codes"])
def test_a_second_factor_that_can_be_phished_is_not_enough(client, second_factor):
    sign_in_staff(client, UserFactory(staff=True), second_factor)
    assert client.get(INDEX).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_staff_with_a_security_key_can_read_the_rules_but_not_change_them(client, page):
    sign_in_staff(client, officer_of(Unit.AUDITORS))
    assert client.get(INDEX).status_code == 200
    address = reverse(f"admin:policy_{page}_changelist")
    assert client.get(address).status_code == 200
    assert client.get(address + "add/").status_code == 404
    before = client.get(address).context["cl"].result_count
    client.post(address, {"action": "delete_selected", "_selected_action": "1", "post": "yes"})
    assert client.get(address).context["cl"].result_count == before > 0


def test_the_password_page_of_the_admin_redirects_to_the_page_for_every_account(client):
    officer = officer_of(Unit.AUDITORS)
    sign_in_staff(client, officer)
    new = "another long password"
    said = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    for answer in (client.get("/admin/password_change/"), client.post("/admin/password_change/", said)):
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/change/")
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


@pytest.mark.parametrize("factory", [UserFactory, AttorneyFactory])
def test_people_who_are_not_staff_cannot_enter(client, factory):
    sign_in_staff(client, factory())
    assert client.get(INDEX).status_code == 302


def test_the_demonstration_needs_no_second_factor_and_has_its_banner(client, settings):
    settings.IS_DEMO = True
    settings.ROOT_URLCONF = "tests.support.demo_urls"
    sign_in_staff(client, UserFactory(staff=True), second_factor="")
    answer = client.get(INDEX)
    assert answer.status_code == 200
    assert "This is a demonstration" in answer.content.decode()
