"""Applications of representatives: which acts are allowed at which stage, to whom, with which details."""

from datetime import date, timedelta

import pytest

from accounts.models import ALLOWED_STAGES, ApplicationAct, Case, RepresentativeProfile, User
from accounts.services import applications
from accounts.services.access_codes import CodeRejected, add_case, issue_access_code
from accounts.services.applications import (
    AccountHasCases,
    AccreditationEnded,
    AlreadyDecided,
    ApplicationDetails,
    DetailsChanged,
    RepresentationsStillEnding,
    end_verification,
    extend_accreditation,
    reject_application,
    submit_application,
    verify_application,
    withdraw_application,
)
from accounts.services.authority import NotYours
from accounts.services.representative_names import decide_name
from accounts.units import Unit
from portal.foundation.clock import agency_today, database_now
from tests.factories.accounts import (
    ACCREDITED,
    ATTORNEY,
    CaseFactory,
    RepresentationFactory,
    UserFactory,
    WaitingAttorneyFactory,
    make_profile,
    officer_of,
)

pytestmark = pytest.mark.usefixtures("reference_data")

DAY = timedelta(days=1)
Stage = RepresentativeProfile.Stage
VERIFYING = [Unit.NBC_ADOPTIONS, Unit.CONTACT_CENTER_SUPERVISORS]
NOT_FOUND = RepresentativeProfile.Rejection.NOT_FOUND


def attorney_details(**changes):
    return ApplicationDetails(**{**ATTORNEY, **changes})


def accredited_details(**changes):
    return ApplicationDetails(**{**ACCREDITED, **changes})


def profile_at(stage, details=ATTORNEY):
    now = database_now()
    fields = {
        Stage.WAITING: {},
        Stage.VERIFIED: {"verified_at": now, "requested_name": "New Name", "name_requested_at": now},
        Stage.REJECTED: {"rejected_at": now, "rejection": NOT_FOUND},
    }
    return make_profile(UserFactory(representative=True), **details, **fields[stage])


def decide(act, profile, actor):
    seen = {"actor": actor, "profile": profile, "seen_at": profile.stage_entered_at, "note": "Looked up"}
    if act == ApplicationAct.VERIFY:
        verify_application(**seen)
    else:
        {"reject": reject_application, "end": end_verification}[act](rejection=NOT_FOUND, **seen)


def decide_new_name(profile, is_confirmed=True):
    decide_name(
        actor=officer_of(*VERIFYING),
        profile=profile,
        seen_at=profile.name_requested_at or database_now(),
        is_confirmed=is_confirmed,
        note="Checked",
    )


ACTS = {
    ApplicationAct.SUBMIT: lambda profile: submit_application(
        account=profile.user, details=accredited_details()
    ),
    ApplicationAct.WITHDRAW: lambda profile: withdraw_application(account=profile.user),
    ApplicationAct.VERIFY: lambda profile: decide("verify", profile, officer_of(*VERIFYING)),
    ApplicationAct.REJECT: lambda profile: decide("reject", profile, officer_of(*VERIFYING)),
    ApplicationAct.EXTEND: lambda profile: extend_accreditation(
        actor=officer_of(*VERIFYING), profile=profile, expires_on=agency_today() + DAY, note="A letter"
    ),
    ApplicationAct.END: lambda profile: decide("end", profile, officer_of(*VERIFYING)),
    ApplicationAct.NAME: decide_new_name,
}
LEADS_TO = {
    ApplicationAct.SUBMIT: Stage.WAITING,
    ApplicationAct.VERIFY: Stage.VERIFIED,
    ApplicationAct.REJECT: Stage.REJECTED,
    ApplicationAct.EXTEND: Stage.VERIFIED,
    ApplicationAct.END: Stage.REJECTED,
    ApplicationAct.NAME: Stage.VERIFIED,
}


def row_of(profile):
    return RepresentativeProfile.objects.filter(pk=profile.pk).values().first()


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("act", ApplicationAct)
def test_every_act_is_allowed_only_at_the_stages_of_the_table(act, stage):
    profile = profile_at(stage, ACCREDITED)
    before = row_of(profile)
    if stage not in ALLOWED_STAGES[act]:
        with pytest.raises(AlreadyDecided):
            ACTS[act](profile)
        assert row_of(profile) == before
        return
    ACTS[act](profile)
    after = RepresentativeProfile.objects.filter(pk=profile.pk).first()
    assert (after.stage if after else None) == LEADS_TO.get(act)


def test_the_table_has_every_act():
    assert set(ALLOWED_STAGES) == set(ApplicationAct) == set(ACTS)


# --- Submitting ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "details", [attorney_details(), accredited_details(), accredited_details(accreditation="full")]
)
def test_an_account_without_cases_becomes_a_waiting_representative(details):
    account = UserFactory()
    profile = submit_application(account=account, details=details)
    account.refresh_from_db()
    assert account.kind == User.Kind.REPRESENTATIVE
    assert profile.stage == Stage.WAITING
    assert profile.accreditation == details.accreditation


def test_an_account_with_its_own_cases_cannot_apply():
    account = CaseFactory().requestor
    with pytest.raises(AccountHasCases):
        submit_application(account=account, details=attorney_details())
    account.refresh_from_db()
    assert account.kind == User.Kind.REQUESTOR
    assert not RepresentativeProfile.objects.exists()


def test_staff_cannot_apply():
    with pytest.raises(NotYours):
        submit_application(account=officer_of(Unit.CONTACT_CENTER), details=attorney_details())


def test_an_applicant_cannot_add_a_case_even_with_a_stale_account():
    case, stale = CaseFactory(requestor=None), UserFactory()
    code = issue_access_code(case=case)
    submit_application(account=stale, details=attorney_details())
    assert stale.kind == User.Kind.REQUESTOR
    with pytest.raises(CodeRejected):
        add_case(account=stale, receipt_number=case.receipt_number, access_code=code)
    assert Case.objects.get(pk=case.pk).requestor is None


def test_correcting_replaces_the_details_and_clears_the_rejection():
    profile = profile_at(Stage.REJECTED)
    submit_application(account=profile.user, details=accredited_details())
    profile.refresh_from_db()
    assert (profile.kind, profile.bar_number, profile.rejection) == ("accredited", "", "")
    assert profile.stage == Stage.WAITING


def test_an_accreditation_is_valid_through_its_last_day():
    today = agency_today()
    submit_application(account=UserFactory(), details=accredited_details(accreditation_expires_on=today))
    with pytest.raises(AccreditationEnded):
        submit_application(
            account=UserFactory(), details=accredited_details(accreditation_expires_on=today - DAY)
        )


def test_withdrawing_makes_the_account_a_requestors_again():
    account = UserFactory()
    submit_application(account=account, details=attorney_details())
    withdraw_application(account=account)
    case = CaseFactory(requestor=None)
    code = issue_access_code(case=case)
    added = add_case(account=account, receipt_number=case.receipt_number, access_code=code)
    assert added.requestor == account


def test_an_application_with_clients_cannot_be_withdrawn():
    profile = profile_at(Stage.WAITING)
    RepresentationFactory(representative=profile.user)
    with pytest.raises(AlreadyDecided):
        withdraw_application(account=profile.user)


# --- Deciding -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [*Unit, None])
@pytest.mark.parametrize("act", ["verify", "reject", "end"])
def test_only_units_that_verify_decide(unit, act):
    stage = Stage.VERIFIED if act == "end" else Stage.WAITING
    profile, officer = profile_at(stage), officer_of(*[unit] if unit else [])
    if unit in VERIFYING:
        decide(act, profile, officer)
        profile.refresh_from_db()
        assert profile.decided_by == officer
        return
    with pytest.raises(NotYours):
        decide(act, profile, officer)
    profile.refresh_from_db()
    assert profile.stage == stage


@pytest.mark.parametrize(("act", "stage"), [("verify", Stage.WAITING), ("end", Stage.VERIFIED)])
def test_a_superuser_cannot_decide(act, stage):
    with pytest.raises(NotYours):
        decide(act, profile_at(stage), officer_of(is_superuser=True))


def test_an_officer_who_left_the_unit_cannot_decide():
    officer = officer_of(Unit.NBC_ADOPTIONS)
    assert officer.powers.verifies_representatives
    officer.groups.clear()
    with pytest.raises(NotYours):
        decide("verify", profile_at(Stage.WAITING), officer)


def test_corrected_details_must_be_reviewed_again():
    seen = profile_at(Stage.WAITING)
    submit_application(account=seen.user, details=attorney_details(bar_number="77"))
    for act in ("verify", "reject"):
        with pytest.raises(DetailsChanged):
            decide(act, seen, officer_of(*VERIFYING))
    assert RepresentativeProfile.objects.get().stage == Stage.WAITING


def test_an_accreditation_that_ended_while_it_waited_is_not_verified(shift_clock):
    profile = profile_at(Stage.WAITING, {**ACCREDITED, "accreditation_expires_on": agency_today()})
    shift_clock(DAY)
    with pytest.raises(AccreditationEnded):
        decide("verify", profile, officer_of(*VERIFYING))


@pytest.mark.parametrize("stage", [Stage.WAITING, Stage.REJECTED])
def test_a_representation_gives_no_access_until_verified(stage):
    profile = profile_at(stage)
    representation = RepresentationFactory(representative=profile.user)
    assert representation.case not in Case.objects.for_account(profile.user)


def test_a_representation_gives_access_once_verified():
    profile = profile_at(Stage.WAITING)
    representation = RepresentationFactory(representative=profile.user)
    decide("verify", profile, officer_of(*VERIFYING))
    assert representation.case in Case.objects.for_account(profile.user)


@pytest.mark.parametrize(
    ("act", "stage"), [("verify", Stage.WAITING), ("reject", Stage.WAITING), ("end", Stage.VERIFIED)]
)
def test_the_account_gets_a_mail_without_details(act, stage, mail_sink):
    profile = profile_at(stage)
    decide(act, profile, officer_of(*VERIFYING))
    [message] = profile.user.messages.all()
    assert (message.template, message.context) == (applications.DECISION_MAIL, {})


def test_the_audit_history_has_the_note_and_the_act():
    profile = profile_at(Stage.WAITING)
    decide("verify", profile, officer_of(*VERIFYING))
    event = RepresentativeProfile.pgh_event_model.objects.filter(pgh_obj=profile).latest("pgh_id")
    assert event.pgh_context.metadata["note"] == "Looked up"
    assert event.verified_at is not None


# --- Ending -------------------------------------------------------------------------------------------


def test_ending_the_verification_ends_access_and_is_in_the_history():
    profile, officer = profile_at(Stage.VERIFIED), officer_of(*VERIFYING)
    representation = RepresentationFactory(representative=profile.user)
    assert representation.case in Case.objects.for_account(profile.user)

    decide("end", profile, officer)

    assert not Case.objects.for_account(profile.user).exists()
    profile.refresh_from_db()
    assert (profile.decided_by, profile.rejection, profile.is_verification_ended) == (
        officer,
        NOT_FOUND,
        True,
    )
    event = RepresentativeProfile.pgh_event_model.objects.filter(pgh_obj=profile).latest("pgh_id")
    assert event.pgh_context.metadata["note"] == "Looked up"
    assert (event.decided_by, event.verified_at) == (officer, None)


def test_a_stale_page_does_not_end_a_newer_verification():
    seen, officer = profile_at(Stage.VERIFIED), officer_of(*VERIFYING)
    decide("end", seen, officer)
    submit_application(account=seen.user, details=attorney_details(bar_number="77"))
    decide("verify", RepresentativeProfile.objects.get(), officer)
    with pytest.raises(DetailsChanged):
        decide("end", seen, officer)
    assert RepresentativeProfile.objects.get().stage == Stage.VERIFIED


def test_details_submitted_again_show_that_a_verification_ended():
    profile, officer = profile_at(Stage.VERIFIED), officer_of(*VERIFYING)
    decide("end", profile, officer)
    submit_application(account=profile.user, details=attorney_details())
    profile.refresh_from_db()
    assert (profile.stage, profile.is_verification_ended) == (Stage.WAITING, False)
    assert profile.verification_ended_at is not None
    decide("verify", profile, officer)
    profile.refresh_from_db()
    assert (profile.stage, profile.verification_ended_at) == (Stage.VERIFIED, None)


def test_withdrawing_cannot_erase_an_ended_verification():
    profile = profile_at(Stage.VERIFIED)
    decide("end", profile, officer_of(*VERIFYING))
    with pytest.raises(AlreadyDecided):
        withdraw_application(account=profile.user)
    submit_application(account=profile.user, details=attorney_details())
    with pytest.raises(AlreadyDecided):
        withdraw_application(account=profile.user)


# --- Extending ----------------------------------------------------------------------------------------


def test_an_extension_waits_until_expired_representations_are_ended(shift_clock):
    profile = profile_at(Stage.VERIFIED, {**ACCREDITED, "accreditation_expires_on": agency_today()})
    RepresentationFactory(representative=profile.user)
    shift_clock(DAY)
    with pytest.raises(RepresentationsStillEnding):
        extend_accreditation(
            actor=officer_of(*VERIFYING), profile=profile, expires_on=agency_today(), note="A letter"
        )
    assert not Case.objects.for_account(profile.user).exists()


def test_extending_before_the_end_keeps_the_clients():
    profile = profile_at(Stage.VERIFIED, {**ACCREDITED, "accreditation_expires_on": agency_today()})
    representation = RepresentationFactory(representative=profile.user)
    extend_accreditation(
        actor=officer_of(*VERIFYING), profile=profile, expires_on=agency_today() + DAY, note="A letter"
    )
    assert list(Case.objects.for_account(profile.user)) == [representation.case]


def test_an_extension_into_the_past_or_of_an_attorney_is_rejected():
    officer = officer_of(*VERIFYING)
    with pytest.raises(AccreditationEnded):
        extend_accreditation(
            actor=officer,
            profile=profile_at(Stage.VERIFIED, ACCREDITED),
            expires_on=agency_today() - DAY,
            note="x",
        )
    with pytest.raises(AlreadyDecided):
        extend_accreditation(
            actor=officer, profile=profile_at(Stage.VERIFIED), expires_on=date(2100, 1, 1), note="x"
        )


@pytest.mark.parametrize("unit", [unit for unit in Unit if unit not in VERIFYING])
def test_only_units_that_verify_extend(unit):
    with pytest.raises(NotYours):
        extend_accreditation(
            actor=officer_of(unit),
            profile=profile_at(Stage.VERIFIED, ACCREDITED),
            expires_on=date(2100, 1, 1),
            note="x",
        )


def test_a_waiting_attorney_cannot_represent_clients():
    assert WaitingAttorneyFactory().representative_profile.stage == Stage.WAITING
