"""The pages to apply as a representative, for applicants and for staff."""

import pytest
from django.urls import reverse

from accounts.models import RepresentativeProfile, User
from accounts.services.applications import ApplicationDetails, end_verification, submit_application
from accounts.units import Unit
from portal.foundation.clock import database_now
from tests.factories.accounts import (
    ACCREDITED,
    ATTORNEY,
    AccreditedFactory,
    AttorneyFactory,
    CaseFactory,
    UserFactory,
    WaitingAttorneyFactory,
    make_profile,
    officer_of,
)
from tests.support.html_forms import missing_forms
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")

APPLY = "accounts:apply_representative"
STATUS = "accounts:representative"
WITHDRAW = "accounts:withdraw_application"
QUEUE = "admin:accounts_representativeprofile_changelist"


def post(client, **changes):
    return client.post(reverse(APPLY), {**ATTORNEY, **changes})


def rejected(kind="not_found"):
    return make_profile(
        UserFactory(representative=True), rejected_at="2026-01-05T12:00:00Z", rejection=kind
    ).user


def test_an_attorney_applies_and_sees_that_it_is_waiting(client):
    client.force_login(UserFactory())
    answer = client.post(reverse(APPLY), ATTORNEY, follow=True)
    assert answer.redirect_chain[-1][0] == reverse(STATUS)
    page = answer.content.decode()
    assert "We are checking your details" in page
    assert ATTORNEY["bar_number"] in page


def test_fields_of_the_other_kind_are_ignored(client):
    account = UserFactory()
    client.force_login(account)
    form = {**ACCREDITED, **ATTORNEY, "accreditation_expires_on": "nonsense"}
    assert client.post(reverse(APPLY), form).status_code == 302
    profile = account.representative_profile
    assert (profile.organization, profile.accreditation, profile.accreditation_expires_on) == ("", "", None)


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({}, "kind", "Choose what kind of representative you are."),
        ({"kind": "attorney", "bar_number": "1"}, "bar_state", "Enter the 2-letter code"),
        ({"kind": "attorney", "bar_state": "tx"}, "bar_number", "Enter your bar or license number."),
        ({**ATTORNEY, "bar_state": "ZZ"}, "bar_state", "We don’t recognize this state"),
        ({**ATTORNEY, "bar_number": "<script>"}, "bar_number", "as it appears on your license"),
        ({"kind": "accredited"}, "organization", "Enter the name of your organization."),
        ({"kind": "accredited"}, "accreditation", "Choose partial or full accreditation."),
        ({**ACCREDITED, "accreditation_expires_on": ""}, "accreditation_expires_on", "Enter the last day"),
        ({**ACCREDITED, "accreditation_expires_on": "0001-01-01"}, "accreditation_expires_on", "2000 to"),
        ({**ACCREDITED, "accreditation_expires_on": "2001-01-01"}, "accreditation_expires_on", "has passed"),
    ],
)
def test_an_error_is_shown_at_its_field_and_the_input_is_kept(client, form, field, said):
    client.force_login(UserFactory())
    answer = client.post(reverse(APPLY), form)
    assert answer.status_code == 422
    [error] = answer.context["form"].errors[field]
    assert said in error
    assert answer.context["form"].data.get("bar_number", "") == form.get("bar_number", "")
    assert not RepresentativeProfile.objects.exists()


def test_lower_case_and_outer_spaces_are_accepted(client):
    account = UserFactory()
    client.force_login(account)
    assert post(client, bar_state=" tx ", bar_number=" 24-000 ").status_code == 302
    profile = account.representative_profile
    assert (profile.bar_state, profile.bar_number) == ("TX", "24-000")


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_account_with_cases_sees_why_it_cannot_apply(client, method):
    client.force_login(CaseFactory().requestor)
    answer = getattr(client, method)(reverse(APPLY), ATTORNEY)
    assert answer.status_code == (200 if method == "get" else 409)
    assert "create another account" in answer.content.decode()
    assert "Submit for verification" not in answer.content.decode()
    assert not missing_forms(answer.content.decode())


def test_a_waiting_applicant_can_correct_the_details(client):
    account = WaitingAttorneyFactory()
    client.force_login(account)
    assert ATTORNEY["bar_number"] in client.get(reverse(APPLY)).content.decode()
    post(client, bar_number="77")
    assert RepresentativeProfile.objects.get(user=account).bar_number == "77"


@pytest.mark.parametrize("rejection", RepresentativeProfile.Rejection)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_rejected_applicant_sees_the_reason_and_the_next_step(client, rejection, language):
    client.force_login(rejected(rejection))
    page = client.get(reverse(STATUS), headers={"accept-language": language}).context["view"]
    assert page.text
    assert page.next_step
    assert page.can_correct


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Your verification has ended"), ("es", "Su verificación ha terminado")],
)
def test_a_representative_sees_that_the_verification_ended_and_can_apply_again(client, language, said):
    profile = make_profile(UserFactory(representative=True, language=language), verified_at=database_now())
    end_verification(
        actor=officer_of(Unit.NBC_ADOPTIONS),
        profile=profile,
        seen_at=profile.verified_at,
        rejection="not_active",
        note="Suspended",
    )
    client.force_login(profile.user)
    page = client.get(reverse(STATUS), headers={"accept-language": language})
    assert said in page.content.decode()
    assert "Suspended" not in page.content.decode()
    assert page.context["view"].can_correct
    assert reverse(WITHDRAW) not in page.content.decode()
    assert client.get(reverse(WITHDRAW)).url == reverse(STATUS)
    assert post(client, bar_number="77").url == reverse(STATUS)
    profile.refresh_from_db()
    assert (profile.stage, profile.bar_number) == (RepresentativeProfile.Stage.WAITING, "77")


def test_a_verified_representative_cannot_correct_the_details(client):
    client.force_login(AttorneyFactory())
    assert client.get(reverse(APPLY)).url == reverse(STATUS)
    assert post(client, bar_number="77").url == reverse(STATUS)
    assert "You are verified" in client.get(reverse(STATUS)).content.decode()


def test_a_representative_sees_that_the_accreditation_ended(client):
    account = AccreditedFactory()
    RepresentativeProfile.objects.filter(user=account).update(accreditation_expires_on="2026-01-05")
    client.force_login(account)
    assert "Jan. 5, 2026" in client.get(reverse(STATUS)).content.decode()


def test_withdrawing_asks_for_confirmation_and_leads_to_the_appointments(client):
    account = WaitingAttorneyFactory()
    client.force_login(account)
    assert client.get(reverse(WITHDRAW)).status_code == 200
    assert RepresentativeProfile.objects.filter(user=account).exists()
    assert client.post(reverse(WITHDRAW)).url == reverse("appointments:list")
    account.refresh_from_db()
    assert account.kind == User.Kind.REQUESTOR


def test_a_representative_gets_a_404_for_the_page_to_add_a_case(client):
    client.force_login(AttorneyFactory())
    assert client.get(reverse("accounts:add_case")).status_code == 404
    assert client.post(reverse("accounts:add_case"), {}).status_code == 404


# --- Staff --------------------------------------------------------------------------------------------


@pytest.fixture
def officer(client):
    officer = officer_of(Unit.CONTACT_CENTER_SUPERVISORS)
    sign_in_staff(client, officer)
    return officer


def seen(profile):
    return {"seen_at": profile.submitted_at.isoformat(), "note": "Looked up"}


def act(name, profile):
    return reverse(f"admin:application_{name}", args=[profile.pk])


def test_the_list_shows_waiting_applications_oldest_first(client, officer):
    waiting = [WaitingAttorneyFactory(name=f"Waiting {number}") for number in range(2)]
    AttorneyFactory(name="Verified Already")
    page = client.get(reverse(QUEUE)).content.decode()
    assert page.index(waiting[0].name) < page.index(waiting[1].name)
    assert "Verified Already" not in page
    assert "Verified Already" in client.get(reverse(QUEUE), {"stage": "verified"}).content.decode()


@pytest.mark.parametrize("stage", ["nonsense", "\x00", ""])
def test_the_stage_filter_accepts_any_value(client, officer, stage):
    assert client.get(reverse(QUEUE), {"stage": stage}).status_code in (200, 302)


def test_the_list_takes_a_constant_number_of_queries(client, officer, django_assert_max_num_queries):
    WaitingAttorneyFactory.create_batch(12)
    with django_assert_max_num_queries(9):
        client.get(reverse(QUEUE))


def test_an_officer_verifies(client, officer):
    profile = WaitingAttorneyFactory().representative_profile
    assert client.get(act("verify", profile)).status_code == 200
    assert client.post(act("verify", profile), {"note": ""}).status_code == 422
    client.post(act("verify", profile), seen(profile))
    profile.refresh_from_db()
    assert profile.stage == RepresentativeProfile.Stage.VERIFIED


def test_an_officer_rejects_with_a_reason(client, officer):
    profile = WaitingAttorneyFactory().representative_profile
    assert client.post(act("reject", profile), seen(profile)).status_code == 422
    client.post(act("reject", profile), {**seen(profile), "rejection": "unclear"})
    profile.refresh_from_db()
    assert (profile.stage, profile.rejection) == (RepresentativeProfile.Stage.REJECTED, "unclear")


def test_details_corrected_after_the_page_was_opened_are_shown_again(client, officer):
    profile = WaitingAttorneyFactory().representative_profile
    submit_application(account=profile.user, details=ApplicationDetails(**{**ATTORNEY, "bar_number": "77"}))
    answer = client.post(act("verify", profile), seen(profile), follow=True)
    assert "changed the details while you were reviewing them" in answer.content.decode()
    profile.refresh_from_db()
    assert profile.stage == RepresentativeProfile.Stage.WAITING


@pytest.mark.parametrize("seen_at", ["", "nonsense", "2026-01-01", "9" * 400])
def test_a_forged_form_decides_nothing(client, officer, seen_at):
    profile = WaitingAttorneyFactory().representative_profile
    answer = client.post(act("verify", profile), {"note": "x", "seen_at": seen_at})
    assert answer.status_code in (302, 422)
    profile.refresh_from_db()
    assert profile.stage == RepresentativeProfile.Stage.WAITING


def test_an_officer_extends_an_accreditation(client, officer):
    profile = AccreditedFactory().representative_profile
    client.post(act("extend", profile), {"expires_on": "2101-06-30", "note": "A letter"})
    profile.refresh_from_db()
    assert profile.accreditation_expires_on.isoformat() == "2101-06-30"


def test_an_auditor_can_read_but_not_decide(client):
    sign_in_staff(client, officer_of(Unit.AUDITORS))
    profile = WaitingAttorneyFactory().representative_profile
    page = client.get(reverse("admin:accounts_representativeprofile_change", args=[profile.pk]))
    assert "Your unit can view applications but not decide them." in page.content.decode()
    client.post(act("verify", profile), seen(profile))
    profile.refresh_from_db()
    assert profile.stage == RepresentativeProfile.Stage.WAITING
