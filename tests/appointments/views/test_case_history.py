"""A case's history: every kind of event in a sentence that says by whom, and what no reader may know."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import AccessCode, Case, Representation
from accounts.services.filed_online import attach_filed_cases
from accounts.services.passcodes import issue_for_staff, make_for_client
from accounts.units import Unit
from appointments.case_events import EventKind, list_events
from appointments.models import Appointment
from appointments.presenters.case_history import tell_events
from appointments.services import close_case, delete_account, reap
from appointments.services.representations import answer, leave
from appointments.services.representations.invite import invite, take_back
from appointments.services.representations.lapse import lapse_representations
from appointments.services.representations.paper import enter_paper
from appointments.views import cases
from policy.clock import agency_today, database_now
from tests.appointments.moves import move_by_agency, move_online
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    PersonFactory,
    RepresentationFactory,
    UserFactory,
    accredited,
    officer_of,
    requested,
)
from tests.factories.appointments import AppointmentFactory, ChainFactory, HoldFactory

pytestmark = pytest.mark.usefixtures("reference_data")
Way = Representation.Way
NO_LONGER_COUNTS = "the license or accreditation no longer counts here"

# Session, account, case with its form, the count, the page of rows, and one for each of nine tables.
STATEMENTS_OF_A_FULL_PAGE = 14


@pytest.fixture
def case(reference_data):
    return CaseFactory(requestor=UserFactory(name="Ana Ruiz"), filing_channel=Case.FilingChannel.PAPER)


def person_on(case, name="Ana Ruiz"):
    return AppointmentFactory(chain=ChainFactory(person=PersonFactory(case=case, name=name)))


def told(case, reader=None):
    """The sentences that the reader finds, the newest first."""
    case = Case.objects.get(pk=case.pk)
    reader = reader or case.requestor
    with translation.override("en"):
        return [event.text for event in tell_events(list_events(case, reader), case, reader)]


def maya(**fields):
    return AttorneyFactory(name="Maya Chen", **fields)


def acting(case, representative=None, **fields):
    """A representation that the client accepted; the representative may read the case."""
    row = requested(case=case, representative=representative or maya(), **fields)
    asked = case.requestor if row.way == Way.PASSCODE else row.representative
    return answer.accept(account=asked, representation=row)


def test_says_when_an_appointment_was_made_and_what_became_of_it(case):
    for status in ("attended", "missed", "cancelled"):
        Appointment.objects.filter(pk=person_on(case, status.title()).pk).update(status=status)
    said = " ".join(told(case))
    assert "The agency scheduled an appointment for Attended: " in said
    assert "Attended came to the appointment of " in said
    assert "Missed did not come to the appointment of " in said
    assert "The agency cancelled the appointment of Cancelled on " in said


def test_an_appointment_that_a_move_made_is_told_by_the_move_alone(case):
    move_online(person_on(case))
    kinds = [kind for kind, _key, _at in list_events(case, case.requestor)]
    assert kinds.count(EventKind.SCHEDULED) == kinds.count(EventKind.MOVED) == 1


def test_a_case_filed_online_says_to_whose_account_it_came():
    case = CaseFactory(requestor=None, filed_by_email="ana@example.org")
    attach_filed_cases(account=UserFactory(name="Ana Ruiz", email="ana@example.org"))
    [sentence] = told(case)
    assert sentence.startswith("The case came to the account of Ana Ruiz (you), because it was filed online")
    case.refresh_from_db()
    case.status, case.closed_at = Case.Status.CLOSED, database_now()
    case.save()
    assert told(case)[1:] == [sentence]


def add_with_code(case):
    now = database_now()
    AccessCode.objects.create(
        case=case,
        code_hash=f"{case.pk:064d}",
        issued_at=now - timedelta(days=1),
        expires_at=now + timedelta(days=9),
        used_at=now,
        used_by=case.requestor,
    )


def test_a_case_added_with_a_code_did_not_come_by_itself():
    case = CaseFactory(filing_channel=Case.FilingChannel.ONLINE, requestor__name="Ana Ruiz")
    add_with_code(case)
    assert told(case) == ["Ana Ruiz (you) added the case with an Online Access Code."]


def test_passcodes_say_whether_the_client_or_the_agency_made_them(case):
    make_for_client(account=case.requestor, case=case)
    issue_for_staff(actor=officer_of(Unit.CONTACT_CENTER, name="Officer Canary"), case=case)
    assert told(case) == [
        "The agency made a representative passcode.",
        "Ana Ruiz (you) made a representative passcode.",
    ]


def test_the_client_reads_the_same_of_an_invitation_whomever_it_reached(case):
    pages = []
    for address in (maya(email="one@firm.example").email, "two@firm.example"):
        case = CaseFactory(requestor__name="Ana Ruiz", filing_channel=Case.FilingChannel.PAPER)
        take_back(account=case.requestor, invitation=invite(account=case.requestor, case=case, email=address))
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


@pytest.mark.parametrize("ending", ["lapsed", "superseded"])
def test_an_invitation_that_ended_unanswered_betrays_nobody(case, ending):
    invited = accredited(until=agency_today(), name="Maya Chen")
    invite(account=case.requestor, case=case, email=invited.email)
    if ending == "lapsed":
        profile = invited.representative_profile
        profile.refresh_from_db()
        profile.accreditation_expires_on = agency_today() - timedelta(days=1)
        profile.save()
        assert lapse_representations() == 1
    else:
        Representation.objects.update(status=ending, ended_at=database_now())
    assert told(case) == [f"Ana Ruiz (you) invited {invited.email} to act on this case as representative."]


def test_who_declines_an_invitation_keeps_the_name(case):
    invite(account=case.requestor, case=case, email=maya(email="maya@firm.example").email)
    row = Representation.objects.get()
    answer.decline(account=row.representative, representation=row)
    assert told(case)[0] == "maya@firm.example declined the invitation to act on this case."


def by_request(case):
    return acting(case)


def by_invitation(case):
    invite(account=case.requestor, case=case, email=maya(email="maya@firm.example").email)
    row = Representation.objects.get()
    return answer.accept(account=row.representative, representation=row)


def by_paper(case):
    return enter_paper(
        actor=officer_of(Unit.CONTACT_CENTER, name="Officer Canary"),
        case=case,
        email=maya().email,
        note="Signed by both",
    )


@pytest.mark.parametrize(
    ("begin", "client_reads", "representative_reads"),
    [
        (
            by_request,
            "Ana Ruiz (you) accepted the request of Maya Chen, who began to act on this case",
            "Ana Ruiz accepted the request of Maya Chen (you), who began to act on this case",
        ),
        (
            by_invitation,
            "Maya Chen accepted the invitation and began to act on this case",
            "Maya Chen (you) accepted the invitation and began to act on this case",
        ),
        (
            by_paper,
            "Maya Chen began to act on this case",
            "Maya Chen (you) began to act on this case",
        ),
    ],
)
def test_says_who_accepted_or_that_it_was_paper(case, begin, client_reads, representative_reads):
    row = begin(case)
    how = ": the agency received a signed paper Form G-28" if begin is by_paper else ""
    assert told(case)[0] == f"{client_reads} as representative{how}."
    assert told(case, row.representative)[0] == f"{representative_reads} as representative{how}."


def revoked(row):
    leave.revoke(account=row.case.requestor, representation=row)


def withdrawn(row):
    leave.withdraw(account=row.representative, representation=row)


def superseded(row):
    acting(row.case, AttorneyFactory(name="Otto Next"))


def lapsed(row):
    profile = row.representative.representative_profile
    profile.kind, profile.bar_number, profile.bar_state = "accredited", "", ""
    profile.organization, profile.accreditation = "Aid", "full"
    profile.accreditation_expires_on = agency_today() - timedelta(days=1)
    profile.save()
    lapse_representations()


def closed(row):
    close_case.close_case(
        actor=officer_of(Unit.CONTACT_CENTER), case=row.case, status=Case.Status.CLOSED, note="Done"
    )


def declined(row):
    answer.decline(account=row.case.requestor, representation=row)


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (revoked, "Ana Ruiz (you) ended the representation. Maya Chen no longer acts on this case."),
        (withdrawn, "Maya Chen withdrew and no longer acts on this case."),
        (superseded, "Another representative took the place of Maya Chen, who no longer acts on this case."),
        (
            lapsed,
            f"Maya Chen no longer acts on this case, because {NO_LONGER_COUNTS}.",
        ),
        (closed, "The case was closed, so Maya Chen no longer acts on it."),
    ],
)
def test_says_how_a_representation_ended_and_by_whom(case, end, sentence):
    end(acting(case))
    assert told(case).count(sentence) == 1


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (declined, "Ana Ruiz (you) declined the request of Maya Chen to act on this case."),
        (withdrawn, "Maya Chen took back the request to act on this case."),
        (
            lapsed,
            f"The request of Maya Chen ended unanswered, because {NO_LONGER_COUNTS}.",
        ),
        (closed, "The request of Maya Chen ended unanswered, because the case was closed."),
    ],
)
def test_says_how_a_request_came_to_nothing(case, end, sentence):
    end(requested(case=case, representative=maya()))
    said = told(case)
    assert said.count(sentence) == 1
    assert said[-1] == "Maya Chen asked with a passcode to act on this case as representative."


def test_every_ending_has_a_sentence_for_both_readers(case):
    reader = acting(case)
    began_at, ended_at = database_now(), database_now()
    for way in Way:
        for status in set(Representation.Status) - {"requested", "in_force"}:
            begun = [] if status == "declined" else [began_at]
            never = [] if status == "revoked" else [None]
            for began in begun + never:
                RepresentationFactory(
                    case=case, way=way, status=status, in_force_from=began, ended_at=ended_at
                )
    for account in (case.requestor, reader.representative):
        for sentence in told(case, account):
            assert "%" not in sentence
            assert "None" not in sentence


def test_a_representative_reads_of_no_other_request_invitation_or_passcode(case):
    make_for_client(account=case.requestor, case=case)
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
    make_for_client(account=case.requestor, case=case)
    invite(account=case.requestor, case=case, email="someone@firm.example")
    move_online(person_on(case))
    delete_account.delete_account(account=case.requestor)
    Case.objects.filter(pk=case.pk).update(requestor=UserFactory(name="Ana Again"))

    said = told(case)

    for start in ("moved the", "invited an address that is no longer", "made a", "added the case with"):
        assert any(sentence.startswith(f"A deleted account {start}") for sentence in said), start
    assert not any(sentence.startswith(" ") for sentence in said)


def test_what_only_staff_know_is_in_no_history(case):
    officer = officer_of(Unit.CONTACT_CENTER, name="Officer Canary")
    appointment = person_on(case)
    Appointment.objects.filter(pk=appointment.pk).update(is_staff_only=True)
    move_by_agency(appointment)
    close_case.close_case(actor=officer, case=case, status=Case.Status.WITHDRAWN, note="Note Canary")
    said = " ".join(told(case))
    assert "The agency closed the case: Withdrawn." in said
    assert "Canary" not in said
    assert "staff" not in said.lower()


def everything_on(case, number):
    """One event of each kind but the closing."""
    appointment = person_on(case, f"Person {number}")
    move_online(appointment)
    for _ in range(2):
        missed = person_on(case)
        Appointment.objects.filter(pk=missed.pk).update(status="missed")
    Appointment.objects.filter(pk=missed.pk).update(status="superseded")
    HoldFactory(appointment=person_on(case), lapsed=True)
    reap.reap_lapsed_holds()
    make_for_client(account=case.requestor, case=case)
    take_back(
        account=case.requestor,
        invitation=invite(account=case.requestor, case=case, email=f"{number}@firm.example"),
    )
    revoked(acting(case, AttorneyFactory()))


def statements_of(client, case, account):
    client.force_login(account)
    client.get(f"/cases/{case.public_id}/history/")
    with CaptureQueriesContext(connection) as ran:
        answered = client.get(f"/cases/{case.public_id}/history/")
    assert answered.status_code == 200
    return answered, len(ran)


def test_takes_as_many_statements_for_many_events_as_for_one_of_each_kind(client, case, monkeypatch):
    monkeypatch.setattr(cases, "EVENTS_PAGE_SIZE", 100)
    Case.objects.filter(pk=case.pk).update(filing_channel="online")
    case.refresh_from_db()
    other = UserFactory(name="Earlier Account")
    Case.objects.filter(pk=case.pk).update(requestor=other)
    add_with_code(case)
    Case.objects.filter(pk=case.pk).update(requestor=case.requestor)
    everything_on(case, 0)
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=database_now())
    one, few = statements_of(client, case, case.requestor)
    Case.objects.filter(pk=case.pk).update(status="open", closed_at=None)
    everything_on(case, 1)
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=database_now())
    two, many = statements_of(client, case, case.requestor)

    kinds = {EventKind(kind) for kind, _key, _at in list_events(case, case.requestor)}
    assert kinds == set(EventKind)
    assert len(two.context["events"]) > len(one.context["events"])
    assert many == few == STATEMENTS_OF_A_FULL_PAGE
