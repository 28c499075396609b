"""The case history of different readers: what one may know and another may not."""

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
    accept_invitation,
    add_with_code,
    decline,
    list_sentences,
    make_maya,
    person_on,
    put_in_force,
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


def test_the_client_reads_the_same_whether_or_not_an_invitation_reached_someone(case):
    pages = []
    for address in (make_maya(email="one@firm.example").email, "two@firm.example"):
        case = CaseFactory(requestor__name="Ana Ruiz", filing_channel=Case.FilingChannel.PAPER)
        cancel_invitation(
            account=case.requestor, invitation=invite(account=case.requestor, case=case, email=address)
        )
        invite(account=case.requestor, case=case, email=address)
        pages.append([sentence.replace(address, "ADDRESS") for sentence in list_sentences(case)])
    assert (
        pages[0]
        == pages[1]
        == [
            "Ana Ruiz (you) invited ADDRESS to represent the client.",
            "Ana Ruiz (you) canceled the invitation to ADDRESS.",
            "Ana Ruiz (you) invited ADDRESS to represent the client.",
        ]
    )


@pytest.mark.parametrize("ending", ["expired", "superseded"])
def test_an_invitation_that_ended_without_an_answer_reveals_no_name(case, ending):
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
    assert list_sentences(case) == [f"Ana Ruiz (you) invited {invited.email} to represent the client."]


def test_a_representative_who_declines_an_invitation_is_not_named(case):
    invite(account=case.requestor, case=case, email=make_maya(email="maya@firm.example").email)
    row = Representation.objects.get()
    answer.decline(account=row.representative, representation=row)
    assert list_sentences(case)[0] == "maya@firm.example declined the invitation."


def test_a_representative_sees_no_other_request_invitation_or_passcode(case):
    create_for_client(account=case.requestor, case=case)
    before = put_in_force(case, AttorneyFactory(name="Bea Before"))
    decline(requested(case=case, representative=AttorneyFactory(name="Rival One")))
    requested(case=case, representative=AttorneyFactory(name="Rival Two"))
    invite(account=case.requestor, case=case, email=AttorneyFactory(name="Rival Three").email)
    row = put_in_force(case)

    sentences = " ".join(list_sentences(case, row.representative))

    assert "Rival" not in sentences
    assert "invited" not in sentences
    assert "created a representative passcode" not in sentences
    assert "Maya Chen (you) asked to represent the client, with a passcode" in sentences
    assert f"{before.representative.name} asked" not in sentences
    assert f"request from {before.representative.name} to represent" in sentences
    assert "A new representative replaced Bea Before" in sentences
    ours = " ".join(list_sentences(case))
    for known in (
        "Rival One",
        "Rival Two",
        "created a representative passcode",
        "Bea Before asked to represent the client, with a passcode",
    ):
        assert known in ours
    assert "Rival Three" not in ours


def test_a_representative_reads_in_the_history_that_they_were_invited(case):
    row = accept_invitation(case)
    assert "Maya Chen (you) was invited to represent the client." in list_sentences(case, row.representative)


def test_a_deleted_account_is_called_a_deleted_account(case):
    add_with_code(case)
    create_for_client(account=case.requestor, case=case)
    invite(account=case.requestor, case=case, email="someone@firm.example")
    reschedule_online(person_on(case))
    services.delete_account(account=case.requestor)
    Case.objects.filter(pk=case.pk).update(requestor=UserFactory(name="Ana Again"))

    sentences = list_sentences(case)

    for start in (
        "rescheduled the",
        "invited an address that is no longer",
        "created a",
        "added the case with",
    ):
        assert any(sentence.startswith(f"A deleted account {start}") for sentence in sentences), start
    assert not any(sentence.startswith(" ") for sentence in sentences)


def test_staff_notes_and_names_are_in_no_history(case):
    officer = officer_of(Unit.CONTACT_CENTER, name="Officer Canary")
    appointment = person_on(case)
    Appointment.objects.filter(pk=appointment.pk).update(is_staff_only=True)
    reschedule_by_agency(appointment)
    close_case.close_case(actor=officer, case=case, status=Case.Status.WITHDRAWN, note="Note Canary")
    sentences = " ".join(list_sentences(case))
    assert "The agency closed the case: Withdrawn." in sentences
    assert "Canary" not in sentences
    assert "staff" not in sentences.lower()
