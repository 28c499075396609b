"""The pages of becoming a representative: of the account, and of the staff who verify."""

import pytest
from django.urls import reverse

from accounts.models import RepresentativeProfile, User
from accounts.services.applications import Papers, end_verification, submit
from accounts.units import Unit
from portal.foundation.clock import database_now
from tests.admin import sign_in_staff
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
from tests.html_forms import missing_forms

pytestmark = pytest.mark.usefixtures("reference_data")

APPLY = "accounts:apply_representative"
STATUS = "accounts:representative"
WITHDRAW = "accounts:withdraw_application"
QUEUE = "admin:accounts_representativeprofile_changelist"


def post(client, **changes):
    return client.post(reverse(APPLY), {**ATTORNEY, **changes})


def refused(kind="not_found"):
    return make_profile(
        UserFactory(representative=True), refused_at="2026-01-05T12:00:00Z", refusal=kind
    ).user


def test_an_attorney_applies_and_reads_that_it_waits(client):
    client.force_login(UserFactory())
    answer = client.post(reverse(APPLY), ATTORNEY, follow=True)
    assert answer.redirect_series[-1][0] == reverse(STATUS)
    page = answer.content.decode()
    assert "We are checking your details" in page
    assert ATTORNEY["bar_number"] in page


def test_what_belongs_to_the_other_kind_is_left_out(client):
    account = UserFactory()
    client.force_login(account)
    form = {**ACCREDITED, **ATTORNEY, "accreditation_expires_on": "nonsense"}
    assert client.post(reverse(APPLY), form).status_code == 302
    profile = account.representative_profile
    assert (profile.organization, profile.accreditation, profile.accreditation_expires_on) == ("", "", None)


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({}, "kind", "Choose which kind of representative you are."),
        ({"kind": "attorney", "bar_number": "1"}, "bar_state", "as two letters"),
        ({"kind": "attorney", "bar_state": "tx"}, "bar_number", "Enter your bar or license number."),
        ({**ATTORNEY, "bar_state": "ZZ"}, "bar_state", "This is not a state"),
        ({**ATTORNEY, "bar_number": "<script>"}, "bar_number", "as on your license"),
        ({"kind": "accredited"}, "organization", "Enter the name of your organization."),
        ({"kind": "accredited"}, "accreditation", "Choose partial or full."),
        ({**ACCREDITED, "accreditation_expires_on": ""}, "accreditation_expires_on", "Enter the last day"),
        ({**ACCREDITED, "accreditation_expires_on": "0001-01-01"}, "accreditation_expires_on", "2000 to"),
        ({**ACCREDITED, "accreditation_expires_on": "2001-01-01"}, "accreditation_expires_on", "has passed"),
    ],
)
def test_an_error_names_the_field_and_what_to_do_and_keeps_what_was_typed(client, form, field, said):
    client.force_login(UserFactory())
    answer = client.post(reverse(APPLY), form)
    assert answer.status_code == 422
    [error] = answer.context["form"].errors[field]
    assert said in error
    assert answer.context["form"].data.get("bar_number", "") == form.get("bar_number", "")
    assert not RepresentativeProfile.objects.exists()


def test_lower_case_and_spaces_around_are_forgiven(client):
    account = UserFactory()
    client.force_login(account)
    assert post(client, bar_state=" tx ", bar_number=" 24-000 ").status_code == 302
    profile = account.representative_profile
    assert (profile.bar_state, profile.bar_number) == ("TX", "24-000")


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_account_with_cases_is_told_why_not_and_what_to_do(client, method):
    client.force_login(CaseFactory().requestor)
    answer = getattr(client, method)(reverse(APPLY), ATTORNEY)
    assert answer.status_code == (200 if method == "get" else 409)
    assert "create another account" in answer.content.decode()
    assert "Send for verification" not in answer.content.decode()
    assert not missing_forms(answer.content.decode())


def test_who_waits_corrects_what_was_given(client):
    account = WaitingAttorneyFactory()
    client.force_login(account)
    assert ATTORNEY["bar_number"] in client.get(reverse(APPLY)).content.decode()
    post(client, bar_number="77")
    assert RepresentativeProfile.objects.get(user=account).bar_number == "77"


@pytest.mark.parametrize("refusal", RepresentativeProfile.Refusal)
@pytest.mark.parametrize("language", ["en", "es"])
def test_who_was_refused_reads_why_and_what_next(client, refusal, language):
    client.force_login(refused(refusal))
    page = client.get(reverse(STATUS), headers={"accept-language": language}).context["view"]
    assert page.text
    assert page.next_step
    assert page.can_correct


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Your verification has ended"), ("es", "Su verificación ha terminado")],
)
def test_whose_verification_ended_reads_so_and_may_give_the_papers_again(client, language, said):
    profile = make_profile(UserFactory(representative=True, language=language), verified_at=database_now())
    end_verification(
        actor=officer_of(Unit.NBC_ADOPTIONS),
        profile=profile,
        seen_at=profile.verified_at,
        refusal="not_active",
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


def test_who_is_verified_corrects_nothing(client):
    client.force_login(AttorneyFactory())
    assert client.get(reverse(APPLY)).url == reverse(STATUS)
    assert post(client, bar_number="77").url == reverse(STATUS)
    assert "You are verified" in client.get(reverse(STATUS)).content.decode()


def test_whose_accreditation_ended_reads_so(client):
    account = AccreditedFactory()
    RepresentativeProfile.objects.filter(user=account).update(accreditation_expires_on="2026-01-05")
    client.force_login(account)
    assert "Jan. 5, 2026" in client.get(reverse(STATUS)).content.decode()


def test_withdrawing_asks_once_more_and_then_leads_to_the_appointments(client):
    account = WaitingAttorneyFactory()
    client.force_login(account)
    assert client.get(reverse(WITHDRAW)).status_code == 200
    assert RepresentativeProfile.objects.filter(user=account).exists()
    assert client.post(reverse(WITHDRAW)).url == reverse("appointments:list")
    account.refresh_from_db()
    assert account.kind == User.Kind.REQUESTOR


def test_a_representative_finds_no_page_to_add_a_case(client):
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


def test_the_queue_shows_who_waits_the_oldest_first(client, officer):
    waiting = [WaitingAttorneyFactory(name=f"Waiting {number}") for number in range(2)]
    AttorneyFactory(name="Verified Already")
    page = client.get(reverse(QUEUE)).content.decode()
    assert page.index(waiting[0].name) < page.index(waiting[1].name)
    assert "Verified Already" not in page
    assert "Verified Already" in client.get(reverse(QUEUE), {"stage": "verified"}).content.decode()


@pytest.mark.parametrize("stage", ["nonsense", "\x00", ""])
def test_any_stage_is_answered(client, officer, stage):
    assert client.get(reverse(QUEUE), {"stage": stage}).status_code in (200, 302)


def test_the_queue_costs_the_same_for_one_and_for_many(client, officer, django_assert_max_num_queries):
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


def test_an_officer_refuses_with_a_reason(client, officer):
    profile = WaitingAttorneyFactory().representative_profile
    assert client.post(act("refuse", profile), seen(profile)).status_code == 422
    client.post(act("refuse", profile), {**seen(profile), "refusal": "unclear"})
    profile.refresh_from_db()
    assert (profile.stage, profile.refusal) == (RepresentativeProfile.Stage.REFUSED, "unclear")


def test_papers_corrected_after_the_page_was_opened_are_shown_again(client, officer):
    profile = WaitingAttorneyFactory().representative_profile
    submit(account=profile.user, papers=Papers(**{**ATTORNEY, "bar_number": "77"}))
    answer = client.post(act("verify", profile), seen(profile), follow=True)
    assert "corrected the details meanwhile" in answer.content.decode()
    profile.refresh_from_db()
    assert profile.stage == RepresentativeProfile.Stage.WAITING


@pytest.mark.parametrize("seen_at", ["", "nonsense", "2026-01-01", "9" * 400])
def test_a_forged_page_decides_nothing(client, officer, seen_at):
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


def test_an_auditor_reads_and_decides_nothing(client):
    sign_in_staff(client, officer_of(Unit.AUDITORS))
    profile = WaitingAttorneyFactory().representative_profile
    page = client.get(reverse("admin:accounts_representativeprofile_change", args=[profile.pk]))
    assert "Your unit reads this but does not decide." in page.content.decode()
    client.post(act("verify", profile), seen(profile))
    profile.refresh_from_db()
    assert profile.stage == RepresentativeProfile.Stage.WAITING
