"""A case's history: every kind of event in a sentence that says by whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Case, Representation
from accounts.services.filed_online import attach_filed_cases
from accounts.services.passcodes import create_for_client, issue_for_staff
from accounts.units import Unit
from appointments.booking import expiry
from appointments.cases import views
from appointments.cases.queries import EventKind, list_events
from appointments.models import Appointment
from appointments.representation.services import leave
from appointments.representation.services.expiry import expire_representations
from appointments.representation.services.invite import cancel_invitation, invite
from appointments.representation.services.paper import enter_paper
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
    RepresentationFactory,
    UserFactory,
    officer_of,
    requested,
)
from tests.factories.appointments import ReservedSeatFactory
from tests.factories.reschedules import reschedule_online

pytestmark = pytest.mark.usefixtures("reference_data")
Origin = Representation.Origin
NO_LONGER_COUNTS = "the license or accreditation no longer counts here"
# Session, account, case with its form, the count, the page of rows, and one for each of nine tables.
STATEMENTS_OF_A_FULL_PAGE = 14


@pytest.fixture
def case(reference_data):
    return CaseFactory(requestor=UserFactory(name="Ana Ruiz"), filing_channel=Case.FilingChannel.PAPER)


def test_says_when_an_appointment_was_made_and_what_became_of_it(case):
    for status in ("attended", "missed", "cancelled"):
        Appointment.objects.filter(pk=person_on(case, status.title()).pk).update(status=status)
    said = " ".join(told(case))
    assert "The agency scheduled an appointment for Attended: " in said
    assert "Attended came to the appointment of " in said
    assert "Missed did not come to the appointment of " in said
    assert "The agency cancelled the appointment of Cancelled on " in said


def test_an_appointment_that_a_reschedule_made_is_notification_channel_the_reschedule_alone(case):
    reschedule_online(person_on(case))
    kinds = [kind for kind, _key, _at in list_events(case, case.requestor)]
    assert kinds.count(EventKind.SCHEDULED) == kinds.count(EventKind.RESCHEDULED) == 1


def test_a_case_filed_online_says_to_whose_account_it_came():
    case = CaseFactory(requestor=None, filed_by_email="ana@example.org")
    attach_filed_cases(account=UserFactory(name="Ana Ruiz", email="ana@example.org"))
    [sentence] = told(case)
    assert sentence.startswith("The case came to the account of Ana Ruiz (you), because it was filed online")
    case.refresh_from_db()
    case.status, case.closed_at = Case.Status.CLOSED, database_now()
    case.save()
    assert told(case)[1:] == [sentence]


def test_a_case_added_with_a_code_did_not_come_by_itself():
    case = CaseFactory(filing_channel=Case.FilingChannel.ONLINE, requestor__name="Ana Ruiz")
    add_with_code(case)
    assert told(case) == ["Ana Ruiz (you) added the case with an Online Access Code."]


def test_passcodes_say_whether_the_client_or_the_agency_made_them(case):
    create_for_client(account=case.requestor, case=case)
    issue_for_staff(actor=officer_of(Unit.CONTACT_CENTER, name="Officer Canary"), case=case)
    assert told(case) == [
        "The agency made a representative passcode.",
        "Ana Ruiz (you) made a representative passcode.",
    ]


def by_request(case):
    return acting(case)


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


def expired(row):
    profile = row.representative.representative_profile
    profile.kind, profile.bar_number, profile.bar_state = "accredited", "", ""
    profile.organization, profile.accreditation = "Aid", "full"
    profile.accreditation_expires_on = agency_today() - timedelta(days=1)
    profile.save()
    expire_representations()


def closed(row):
    close_case.close_case(
        actor=officer_of(Unit.CONTACT_CENTER), case=row.case, status=Case.Status.CLOSED, note="Done"
    )


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (revoked, "Ana Ruiz (you) ended the representation. Maya Chen no longer acts on this case."),
        (withdrawn, "Maya Chen withdrew and no longer acts on this case."),
        (superseded, "Another representative took the place of Maya Chen, who no longer acts on this case."),
        (
            expired,
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
            expired,
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
    for origin in Origin:
        for status in set(Representation.Status) - {"requested", "in_force"}:
            begun = [] if status == "declined" else [began_at]
            blocking = [] if status == "revoked" else [None]
            for began in begun + blocking:
                RepresentationFactory(
                    case=case, origin=origin, status=status, in_force_from=began, ended_at=ended_at
                )
    for account in (case.requestor, reader.representative):
        for sentence in told(case, account):
            assert "%" not in sentence
            assert "None" not in sentence


def everything_on(case, number):
    """One event of each kind but the closing."""
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
    revoked(acting(case, AttorneyFactory()))


def statements_of(client, case, account):
    client.force_login(account)
    client.get(f"/cases/{case.public_id}/history/")
    with CaptureQueriesContext(connection) as ran:
        answered = client.get(f"/cases/{case.public_id}/history/")
    assert answered.status_code == 200
    return answered, len(ran)


def test_takes_as_many_statements_for_many_events_as_for_one_of_each_kind(client, case, monkeypatch):
    monkeypatch.setattr(views, "EVENTS_PAGE_SIZE", 100)
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
