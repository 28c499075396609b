"""The database enforces each named constraint of accounts, even without the services."""

from datetime import timedelta

import pytest

from accounts.models import (
    AccessCode,
    Case,
    CaseAccountConflict,
    Message,
    Person,
    PhoneCode,
    Representation,
    RepresentativeInvitation,
    RepresentativePasscode,
    RepresentativeProfile,
    User,
)
from accounts.representation_states import ENDED_STATES
from portal.foundation.clock import database_now
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    PersonFactory,
    RepresentationFactory,
    UserFactory,
    WaitingAttorneyFactory,
    requested,
)
from tests.support.constraints import assert_refused_by, declared_constraints


def update(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def access_code(**fields):
    now = database_now()
    return AccessCode.objects.create(
        **{
            "case": CaseFactory(),
            "code_hash": "0" * 64,
            "issued_at": now,
            "expires_at": now + timedelta(days=90),
            **fields,
        }
    )


def same_email_in_capitals():
    first = UserFactory()
    User.objects.create(email=first.email.upper(), name="Somebody else")


def second_open_account_conflict():
    first = CaseAccountConflict.objects.create(case=CaseFactory(), account=UserFactory())
    CaseAccountConflict.objects.create(case=first.case, account=UserFactory())


def account_conflict_settled_without_a_reason():
    CaseAccountConflict.objects.create(
        case=CaseFactory(),
        account=UserFactory(),
        outcome=CaseAccountConflict.Outcome.KEPT,
        settled_at=database_now(),
        settled_by=UserFactory(staff=True),
    )


def second_representation_in_force():
    first = RepresentationFactory()
    RepresentationFactory(case=first.case)


def representation_that_ended_before_it_began():
    first = RepresentationFactory()
    update(first, status=Representation.Status.REVOKED, ended_at=first.in_force_from - timedelta(seconds=1))


def requested_twice():
    first = requested()
    requested(case=first.case, representative=first.representative)


def passcode(**fields):
    now, case = database_now(), CaseFactory()
    return RepresentativePasscode.objects.create(
        **{
            "case": case,
            "code_hash": "0" * 64,
            "issued_at": now,
            "issued_by": case.requestor,
            "expires_at": now + timedelta(days=90),
            **fields,
        }
    )


def phone_code(**fields):
    lasts_until = database_now() + timedelta(minutes=10)
    return PhoneCode.objects.create(
        **{"account": UserFactory(), "phone": "+14155550132", "expires_at": lasts_until, **fields}
    )


VIOLATIONS = {
    "user_email_in_lower_case": same_email_in_capitals,
    "user_kind_known": lambda: update(UserFactory(), kind="robot"),
    "user_only_staff_enter_the_admin": lambda: update(UserFactory(), is_staff=True),
    "user_language_known": lambda: update(UserFactory(), language="fr"),
    "user_phone_in_e164": lambda: update(UserFactory(), phone="4155550132"),
    "user_notification_channel_text_has_a_phone": lambda: update(UserFactory(), notification_channel="text"),
    "user_confirmed_phone_is_there": lambda: update(UserFactory(), phone_confirmed_at=database_now()),
    "user_deleted_is_blank": lambda: update(UserFactory(), deleted_at=database_now()),
    "account_conflict_one_open_per_case": second_open_account_conflict,
    "account_conflict_settled_with_reason": account_conflict_settled_without_a_reason,
    "case_receipt_number_shape": lambda: update(CaseFactory(), receipt_number="IOE012345678O"),
    "case_closed_at_with_status": lambda: update(CaseFactory(), status=Case.Status.CLOSED),
    "case_filing_channel_known": lambda: update(CaseFactory(), filing_channel="fax"),
    "person_role_known": lambda: update(PersonFactory(), role="neighbor"),
    "access_code_used_by_someone": lambda: access_code(used_at=database_now()),
    "access_code_expires_after_issue": lambda: access_code(expires_at=database_now() - timedelta(days=1)),
    "message_sent_at_with_state": lambda: Message.objects.create(
        to_address="a@example.org", state=Message.State.SENT
    ),
    "message_has_an_addressee": lambda: Message.objects.create(subject="to nobody"),
    "message_fits_its_channel": lambda: Message.objects.create(
        account=UserFactory(), channel="text", to_address="a@example.org"
    ),
    "phone_code_in_e164": lambda: phone_code(phone="4155550132"),
    "phone_code_expires_after_it_is_made": lambda: phone_code(expires_at=database_now() - timedelta(days=1)),
    "phone_code_tries_end": lambda: phone_code(failures=6),
    "representative_papers_with_kind": lambda: update(
        WaitingAttorneyFactory().representative_profile, bar_number=""
    ),
    "representative_rejected_with_reason": lambda: update(
        WaitingAttorneyFactory().representative_profile, rejected_at=database_now()
    ),
    "representative_requested_name_has_an_instant": lambda: update(
        AttorneyFactory().representative_profile, requested_name="New Name"
    ),
    "representative_decided_once": lambda: update(
        AttorneyFactory().representative_profile, rejected_at=database_now(), rejection="unclear"
    ),
    "representative_ended_is_not_verified": lambda: update(
        AttorneyFactory().representative_profile, verification_ended_at=database_now()
    ),
    "representative_accreditation_with_kind": lambda: RepresentativeProfile.objects.create(
        user=UserFactory(representative=True), kind=RepresentativeProfile.Kind.ACCREDITED
    ),
    "representation_one_in_force_per_case": second_representation_in_force,
    "representation_instants_with_status": lambda: update(RepresentationFactory(), in_force_from=None),
    "representation_ends_after_it_begins": representation_that_ended_before_it_began,
    "representation_asked_for_once": requested_twice,
    "representation_known_origin": lambda: update(RepresentationFactory(), origin="fax"),
    "representation_accepted_when_in_force": lambda: update(requested(), accepted_by=UserFactory()),
    "representation_asked_to_end": lambda: update(requested(), ended_channel="phone"),
    "representation_end_reason_of_a_side": lambda: update(requested(), end_reason="other"),
    "invitation_asked_to_take_back": lambda: RepresentativeInvitation.objects.create(
        case=CaseFactory(), invited_by=UserFactory(), email="a@example.org", cancellation_channel="phone"
    ),
    "representation_ended_by_when_ended": lambda: update(requested(), ended_by=UserFactory()),
    "passcode_used_for_a_representation": lambda: passcode(used_at=database_now()),
    "passcode_expires_after_issue": lambda: passcode(expires_at=database_now() - timedelta(days=1)),
}


@pytest.mark.parametrize("constraint", VIOLATIONS)
def test_the_database_rejects(reference_data, constraint):
    assert_refused_by(constraint, VIOLATIONS[constraint])


def test_every_constraint_of_accounts_has_such_a_test():
    assert declared_constraints("accounts") == VIOLATIONS.keys()


def ended():
    row = RepresentationFactory()
    update(row, status=Representation.Status.REVOKED, ended_at=database_now())
    return row


def declined():
    row = requested()
    update(row, status=Representation.Status.DECLINED, ended_at=database_now())
    return row


@pytest.mark.parametrize(
    ("constraint", "model", "fields"),
    [
        ("user_only_staff_enter_the_admin", AttorneyFactory, {"is_staff": True}),
        ("case_closed_at_with_status", CaseFactory, {"status": "lost"}),
        ("case_receipt_number_shape", CaseFactory, {"receipt_number": "ioe0123456789"}),
        ("case_receipt_number_shape", CaseFactory, {"receipt_number": "IOE012345678"}),
        ("case_receipt_number_shape", CaseFactory, {"receipt_number": ""}),
        ("representation_instants_with_status", RepresentationFactory, {"status": "paused"}),
        *(
            ("representation_instants_with_status", RepresentationFactory, {"status": status})
            for status in sorted(ENDED_STATES)
        ),
        *(
            ("representation_instants_with_status", requested, {"status": status})
            for status in sorted({"in_force"} | ENDED_STATES)
        ),
        ("representation_instants_with_status", ended, {"status": "declined"}),
        ("representation_instants_with_status", declined, {"status": "revoked"}),
    ],
)
def test_the_database_rejects_this_too(reference_data, constraint, model, fields):
    assert_refused_by(constraint, lambda: update(model(), **fields))


def test_a_closed_case_needs_its_instant_and_an_open_one_has_none(reference_data):
    closed = CaseFactory(closed=True)
    assert_refused_by("case_closed_at_with_status", lambda: update(closed, status=Case.Status.OPEN))
    update(closed, status=Case.Status.WITHDRAWN)
    closed.refresh_from_db()
    assert closed.status == Case.Status.WITHDRAWN


def test_an_ended_representation_makes_room_for_the_next(reference_data):
    first = RepresentationFactory()
    update(first, status=Representation.Status.REVOKED, ended_at=database_now())
    second = RepresentationFactory(case=first.case)
    assert list(Representation.objects.in_force().filter(case=first.case)) == [second]


def test_a_known_role_is_every_role_that_the_model_offers(reference_data):
    person = PersonFactory()
    for role in Person.Role:
        update(person, role=role)
        person.refresh_from_db()
        assert person.role == role
