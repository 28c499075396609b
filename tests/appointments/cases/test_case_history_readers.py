"""A case's history, and what one of its readers may know and another not."""

from datetime import timedelta

import pytest

from accounts.models import Case, Representation
from accounts.services.passcodes import create_for_client
from accounts.units import Unit
from appointments.account_deletion import services
from appointments.models import Appointment
from appointments.representation.services import answer
from appointments.representation.services.expiry import expire_representations
from appointments.representation.services.invite import cancel_invitation, invite
from appointments.staff.services import close_case
from portal.foundation.clock import agency_today, database_now
from tests.appointments.cases.case_histories import (
    acting,
    add_with_code,
    by_invitation,
    declined,
    maya,
    person_on,
    told,
)
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    UserFactory,
    accredited,
    officer_of,
    requested,
)
from tests.factories.reschedules import reschedule_by_agency, reschedule_online

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def case(reference_data):
    return CaseFactory(requestor=UserFactory(name="Ana Ruiz"), filing_channel=Case.FilingChannel.PAPER)


def test_the_client_reads_the_same_of_an_invitation_whomever_it_reached(case):
    pages = []
    for address in (maya(email="one@firm.example").email, "two@firm.example"):
        case = CaseFactory(requestor__name="Ana Ruiz", filing_channel=Case.FilingChannel.PAPER)
        cancel_invitation(
            account=case.requestor, invitation=invite(account=case.requestor, case=case, email=address)
        )
        invite(account=case.requestor, case=case, email=address)
        pages.append([sentence.replace(address, "ADDRESS") for sentence in told(case)])
    assert (
        pages[0]
        == pages[1]
        == [
            "Ana Ruiz (you) invited ADDRESS to act on this case as representative.",
            "Ana Ruiz (you) took back the invitation to ADDRESS.",
            "Ana Ruiz (you) invited ADDRESS to act on this case as representative.",
        ]
    )


@pytest.mark.parametrize("ending", ["expired", "superseded"])
def test_an_invitation_that_ended_unanswered_betrays_nobody(case, ending):
    invited = accredited(until=agency_today(), name="Maya Chen")
    invite(account=case.requestor, case=case, email=invited.email)
    if ending == "expired":
        profile = invited.representative_profile
        profile.refresh_from_db()
        profile.accreditation_expires_on = agency_today() - timedelta(days=1)
        profile.save()
        assert expire_representations() == 1
    else:
        Representation.objects.update(status=ending, ended_at=database_now())
    assert told(case) == [f"Ana Ruiz (you) invited {invited.email} to act on this case as representative."]


def test_who_declines_an_invitation_keeps_the_name(case):
    invite(account=case.requestor, case=case, email=maya(email="maya@firm.example").email)
    row = Representation.objects.get()
    answer.decline(account=row.representative, representation=row)
    assert told(case)[0] == "maya@firm.example declined the invitation to act on this case."


def test_a_representative_reads_of_no_other_request_invitation_or_passcode(case):
    create_for_client(account=case.requestor, case=case)
    before = acting(case, AttorneyFactory(name="Bea Before"))
    declined(requested(case=case, representative=AttorneyFactory(name="Rival One")))
    requested(case=case, representative=AttorneyFactory(name="Rival Two"))
    invite(account=case.requestor, case=case, email=AttorneyFactory(name="Rival Three").email)
    row = acting(case)

    said = " ".join(told(case, row.representative))

    assert "Rival" not in said
    assert "invited" not in said
    assert "made a representative passcode" not in said
    assert "Maya Chen (you) asked with a passcode" in said
    assert f"{before.representative.name} asked" not in said
    assert f"request of {before.representative.name}, who began to act" in said
    assert "took the place of Bea Before" in said
    ours = " ".join(told(case))
    for known in ("Rival One", "Rival Two", "made a representative passcode", "Bea Before asked"):
        assert known in ours
    assert "Rival Three" not in ours


def test_who_was_invited_reads_that_in_the_history(case):
    row = by_invitation(case)
    assert "Maya Chen (you) was invited to act on this case as representative." in told(
        case, row.representative
    )


def test_a_deleted_account_is_called_that(case):
    add_with_code(case)
    create_for_client(account=case.requestor, case=case)
    invite(account=case.requestor, case=case, email="someone@firm.example")
    reschedule_online(person_on(case))
    services.delete_account(account=case.requestor)
    Case.objects.filter(pk=case.pk).update(requestor=UserFactory(name="Ana Again"))

    said = told(case)

    for start in ("moved the", "invited an address that is no longer", "made a", "added the case with"):
        assert any(sentence.startswith(f"A deleted account {start}") for sentence in said), start
    assert not any(sentence.startswith(" ") for sentence in said)


def test_what_only_staff_know_is_in_no_history(case):
    officer = officer_of(Unit.CONTACT_CENTER, name="Officer Canary")
    appointment = person_on(case)
    Appointment.objects.filter(pk=appointment.pk).update(is_staff_only=True)
    reschedule_by_agency(appointment)
    close_case.close_case(actor=officer, case=case, status=Case.Status.WITHDRAWN, note="Note Canary")
    said = " ".join(told(case))
    assert "The agency closed the case: Withdrawn." in said
    assert "Canary" not in said
    assert "staff" not in said.lower()
