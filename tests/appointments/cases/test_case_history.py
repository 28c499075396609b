"""The case history: one sentence for each kind of entry, which says who did it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Case, Representation
from accounts.services.filed_online import attach_filed_cases
from accounts.services.passcodes import create_for_client, issue_for_staff
from accounts.units import Unit
from appointments.booking import expiry
from appointments.cases import queries
from appointments.cases.facts import EventKind
from appointments.cases.queries import list_history_keys
from appointments.models import Appointment
from appointments.representation.services import leave
from appointments.representation.services.expiry import expire_representations
from appointments.representation.services.invite import cancel_invitation, invite
from appointments.representation.services.paper import enter_paper
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
    RepresentationFactory,
    UserFactory,
    officer_of,
    requested,
)
from tests.factories.appointments import ReservedSeatFactory
from tests.factories.reschedules import reschedule_online

pytestmark = pytest.mark.usefixtures("reference_data")
Origin = Representation.Origin
# Session, account, case with its form, count, page of keys, and one for each of nine tables.
STATEMENTS_OF_A_FULL_PAGE = 15


@pytest.fixture
def case(reference_data):
    return CaseFactory(requestor=UserFactory(name="Ana Ruiz"), filing_channel=Case.FilingChannel.PAPER)


def test_it_says_when_an_appointment_was_scheduled_and_how_it_ended(case):
    for status in ("attended", "missed", "cancelled"):
        Appointment.objects.filter(pk=person_on(case, status.title()).pk).update(status=status)
    sentences = " ".join(list_sentences(case))
    assert "The agency scheduled an appointment for Attended: " in sentences
    assert "Attended came to the appointment on " in sentences
    assert "Missed missed the appointment on " in sentences
    assert "The agency canceled the appointment of Cancelled on " in sentences


def test_a_rescheduled_appointment_has_one_entry_and_not_two(case):
    reschedule_online(person_on(case))
    kinds = [kind for kind, _key, _at in list_history_keys(case, case.requestor)]
    assert kinds.count(EventKind.SCHEDULED) == kinds.count(EventKind.RESCHEDULED) == 1


def test_a_case_filed_online_says_to_which_account_it_was_added():
    case = CaseFactory(requestor=None, filed_by_email="ana@example.org")
    attach_filed_cases(account=UserFactory(name="Ana Ruiz", email="ana@example.org"))
    [sentence] = list_sentences(case)
    assert sentence.startswith(
        "The case was added to your account automatically, because you filed it online"
    )
    case.refresh_from_db()
    case.status, case.closed_at = Case.Status.CLOSED, database_now()
    case.save()
    assert list_sentences(case)[1:] == [sentence]


def test_a_case_added_with_a_code_was_not_added_automatically():
    case = CaseFactory(filing_channel=Case.FilingChannel.ONLINE, requestor__name="Ana Ruiz")
    add_with_code(case)
    assert list_sentences(case) == ["Ana Ruiz (you) added the case with an Online Access Code."]


def test_a_passcode_says_whether_the_client_or_the_agency_created_it(case):
    create_for_client(account=case.requestor, case=case)
    issue_for_staff(actor=officer_of(Unit.CONTACT_CENTER, name="Officer Canary"), case=case)
    assert list_sentences(case) == [
        "The agency created a representative passcode.",
        "Ana Ruiz (you) created a representative passcode.",
    ]


def by_request(case):
    return put_in_force(case)


def by_paper(case):
    return enter_paper(
        actor=officer_of(Unit.CONTACT_CENTER, name="Officer Canary"),
        case=case,
        email=make_maya().email,
        note="Signed by both",
    )


@pytest.mark.parametrize(
    ("begin", "client_reads", "representative_reads"),
    [
        (
            by_request,
            "Ana Ruiz (you) accepted the request from Maya Chen to represent the client",
            "Ana Ruiz accepted the request from Maya Chen (you) to represent the client",
        ),
        (
            accept_invitation,
            "Maya Chen accepted the invitation to represent the client",
            "Maya Chen (you) accepted the invitation to represent the client",
        ),
        (
            by_paper,
            "Maya Chen started to represent the client",
            "Maya Chen (you) started to represent the client",
        ),
    ],
)
def test_it_says_who_accepted_or_that_the_form_was_on_paper(case, begin, client_reads, representative_reads):
    row = begin(case)
    how = " We got a signed Form G-28 on paper." if begin is by_paper else ""
    assert list_sentences(case)[0] == f"{client_reads}.{how}"
    assert list_sentences(case, row.representative)[0] == f"{representative_reads}.{how}"


def revoke(row):
    leave.revoke(account=row.case.requestor, representation=row)


def withdraw(row):
    leave.withdraw(account=row.representative, representation=row)


def supersede(row):
    put_in_force(row.case, AttorneyFactory(name="Otto Next"))


def expire(row):
    profile = row.representative.representative_profile
    profile.kind, profile.bar_number, profile.bar_state = "accredited", "", ""
    profile.organization, profile.accreditation = "Aid", "full"
    profile.accreditation_expires_on = agency_today() - timedelta(days=1)
    profile.save()
    expire_representations()


def close(row):
    close_case.close_case(
        actor=officer_of(Unit.CONTACT_CENTER), case=row.case, status=Case.Status.CLOSED, note="Done"
    )


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (revoke, "Ana Ruiz (you) removed Maya Chen from the case."),
        (withdraw, "Maya Chen withdrew from the case."),
        (supersede, "A new representative replaced Maya Chen."),
        (expire, "Maya Chen is no longer verified and lost access to the case."),
        (close, "The case was closed, so Maya Chen lost access to it."),
    ],
)
def test_it_says_how_a_representation_ended_and_who_ended_it(case, end, sentence):
    end(put_in_force(case))
    assert list_sentences(case).count(sentence) == 1


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (decline, "Ana Ruiz (you) declined the request from Maya Chen."),
        (withdraw, "Maya Chen canceled the request."),
        (expire, "The request from Maya Chen ended. They are no longer verified."),
        (close, "The request from Maya Chen ended because the case was closed."),
    ],
)
def test_it_says_how_a_request_ended(case, end, sentence):
    end(requested(case=case, representative=make_maya()))
    sentences = list_sentences(case)
    assert sentences.count(sentence) == 1
    assert sentences[-1] == "Maya Chen asked to represent the client, with a passcode."


def test_every_ending_has_a_sentence_for_both_readers(case):
    reader = put_in_force(case)
    began_at, ended_at = database_now(), database_now()
    for origin in Origin:
        for status in set(Representation.Status) - {"requested", "in_force"}:
            begun = [] if status == "declined" else [began_at]
            blocking = [] if status == "revoked" else [None]
            for began in begun + blocking:
                RepresentationFactory(
                    case=case, origin=origin, status=status, in_force_from=began, ended_at=ended_at
                )
    for account in (case.requestor, reader.representative):
        for sentence in list_sentences(case, account):
            assert "%" not in sentence
            assert "None" not in sentence


def make_everything_happen(case, number):
    """Make one entry of each kind except the closing."""
    appointment = person_on(case, f"Person {number}")
    reschedule_online(appointment)
    for _ in range(2):
        missed = person_on(case)
        Appointment.objects.filter(pk=missed.pk).update(status="missed")
    Appointment.objects.filter(pk=missed.pk).update(status="superseded")
    ReservedSeatFactory(appointment=person_on(case), expired=True)
    expiry.expire_overdue_holds()
    create_for_client(account=case.requestor, case=case)
    cancel_invitation(
        account=case.requestor,
        invitation=invite(account=case.requestor, case=case, email=f"{number}@firm.example"),
    )
    revoke(put_in_force(case, AttorneyFactory()))


def count_statements(client, case, account):
    client.force_login(account)
    client.get(f"/cases/{case.public_id}/history/")
    with CaptureQueriesContext(connection) as ran:
        answered = client.get(f"/cases/{case.public_id}/history/")
    assert answered.status_code == 200
    return answered, len(ran)


def test_many_entries_take_as_many_statements_as_one_of_each_kind(client, case, monkeypatch):
    monkeypatch.setattr(queries, "HISTORY_PAGE_SIZE", 100)
    Case.objects.filter(pk=case.pk).update(filing_channel="online")
    case.refresh_from_db()
    other = UserFactory(name="Earlier Account")
    Case.objects.filter(pk=case.pk).update(requestor=other)
    add_with_code(case)
    Case.objects.filter(pk=case.pk).update(requestor=case.requestor)
    make_everything_happen(case, 0)
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=database_now())
    one, few = count_statements(client, case, case.requestor)
    Case.objects.filter(pk=case.pk).update(status="open", closed_at=None)
    make_everything_happen(case, 1)
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=database_now())
    two, many = count_statements(client, case, case.requestor)

    kinds = {EventKind(kind) for kind, _key, _at in list_history_keys(case, case.requestor)}
    assert kinds == set(EventKind)
    assert len(two.context["events"]) > len(one.context["events"])
    assert many == few == STATEMENTS_OF_A_FULL_PAGE
