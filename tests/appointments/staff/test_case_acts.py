"""The pages that close a case, restrict it to staff, issue and enter codes, and settle a conflict."""

import io
import re

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pdfua import validate

from accounts.models import AccessCode, Case, Representation, RepresentativePasscode
from accounts.services.access_codes import add_case
from accounts.units import Unit
from appointments.models import Appointment
from appointments.representation.services.passcode_request import request_with_passcode
from portal.foundation.clock import agency_today
from tests.factories.accounts import AttorneyFactory, CaseFactory, UserFactory, officer_of
from tests.factories.appointments import AppointmentFactory, ConflictFactory
from tests.factories.reschedules import reschedule_online
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def officer(client, reference_data):
    officer = officer_of(Unit.CONTACT_CENTER)
    sign_in_staff(client, officer)
    return officer


@pytest.fixture
def paper_case(reference_data):
    return CaseFactory(requestor=None, filing_channel=Case.FilingChannel.PAPER)


def page(name, *args):
    return reverse(f"admin:{name}", args=args)


def read_pdf(document):
    with pikepdf.open(io.BytesIO(document)) as pdf:
        return str(pdf.Root.Lang), str(pdf.docinfo.Title)


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Account Access Notice"), ("es", "Aviso de Acceso a la Cuenta")]
)
def test_a_new_code_comes_once_as_an_accessible_letter(
    client, officer, paper_case, language, title, tmp_path, text_of
):
    address = page("case_issue_code", paper_case.pk)
    assert client.get(address).status_code == 200

    answer = client.post(address, {"language": language})

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    assert "attachment" in answer["Content-Disposition"]
    spoken, titled = read_pdf(answer.content)
    assert (spoken[:2], titled) == (language, title)
    path = tmp_path / "letter.pdf"
    path.write_bytes(answer.content)
    assert validate(path).findings == ()
    said = text_of(answer.content)
    assert paper_case.receipt_number in said
    [code] = re.findall(r"(?:[0-9A-HJKMNP-TV-Z]{4} ){3}[0-9A-HJKMNP-TV-Z]{4}", said)
    assert AccessCode.objects.get().issued_by == officer
    case_page = client.get(page("accounts_case_change", paper_case.pk)).content.decode()
    assert code not in case_page
    assert officer.name in case_page
    account = UserFactory()
    linked = add_case(
        account=account, receipt_number=paper_case.receipt_number, access_code=code.replace(" ", "")
    )
    assert linked == paper_case


def test_a_printed_code_is_entered_and_a_bad_one_is_answered_at_its_field(client, officer, paper_case):
    address = page("case_enter_code", paper_case.pk)
    today = agency_today().isoformat()
    for code, printed_on in (("nonsense", today), ("7F3K 9Q2M DX4T 8N2P", "2020-01-01"), ("", "")):
        answer = client.post(address, {"code": code, "printed_on": printed_on})
        assert answer.status_code == 422
        assert answer.context["form"].errors
    assert client.post(address, {"code": "7f3k-9q2m-dx4t-8n2p", "printed_on": today}).status_code == 302
    again = client.post(
        page("case_enter_code", CaseFactory(requestor=None).pk),
        {"code": "7F3K9Q2MDX4T8N2P", "printed_on": today},
    )
    assert "code" in again.context["form"].errors
    assert AccessCode.objects.count() == 1


def test_a_case_with_an_account_gets_no_code(client, officer):
    case = CaseFactory()
    for name, fields in (
        ("case_issue_code", {"language": "en"}),
        ("case_enter_code", {"code": "7F3K9Q2MDX4T8N2P", "printed_on": agency_today().isoformat()}),
    ):
        assert client.post(page(name, case.pk), fields).status_code == 302
    assert not AccessCode.objects.exists()


def test_closing_needs_a_status_and_a_note_and_happens_once(client, officer):
    case = AppointmentFactory().series.person.case
    address = page("case_close", case.pk)
    assert client.post(address, {"status": "closed"}).status_code == 422
    assert client.post(address, {"status": "open", "note": "x"}).status_code == 422
    assert client.post(address, {"status": "withdrawn", "note": "By letter."}).status_code == 302
    assert client.post(address, {"status": "closed", "note": "Again."}).status_code == 302
    assert Case.objects.get(pk=case.pk).status == Case.Status.WITHDRAWN


def test_marking_twice_leaves_the_mark(client, officer):
    appointment = AppointmentFactory()
    mark = page("case_mark", appointment.series.person.case_id, appointment.public_id)
    lift = page("case_lift", appointment.series.person.case_id, appointment.public_id)
    for _ in range(2):
        client.post(mark, {"note": "In custody."})
        assert Appointment.objects.get(pk=appointment.pk).is_staff_only
    for _ in range(2):
        client.post(lift, {"note": "Released."})
        assert not Appointment.objects.get(pk=appointment.pk).is_staff_only


def test_auditors_read_the_note_in_the_history_and_the_public_never_does(client, officer):
    appointment = AppointmentFactory()
    case = appointment.series.person.case
    client.post(page("case_mark", case.pk, appointment.public_id), {"note": "Canary custody."})
    assert client.get(page("accounts_case_history", case.pk)).status_code == 404

    sign_in_staff(client, officer_of(Unit.AUDITORS))
    history = client.get(page("accounts_case_history", case.pk)).content.decode()
    assert "Canary custody." in history
    assert officer.name in history

    client.force_login(case.requestor)
    public = client.get(reverse("appointments:detail", args=[appointment.public_id])).content.decode()
    assert "Canary" not in public


def test_a_conflict_is_settled_with_a_note_from_its_page(client, officer):
    conflict = ConflictFactory()
    address = page("conflict_settle", conflict.pk)
    assert client.get(address).status_code == 200
    assert client.post(address, {"note": ""}).status_code == 422
    assert client.post(address, {"note": "Called them."}).status_code == 302
    conflict.refresh_from_db()
    assert (conflict.settled_by, conflict.note) == (officer, "Called them.")
    listed = client.get(page("appointments_deliveryconflict_changelist") + "?settled=no").content.decode()
    assert address not in listed


@pytest.mark.parametrize(
    "name",
    [
        "accounts_case",
        "appointments_reschedule",
        "appointments_notice",
        "appointments_deliveryconflict",
        "appointments_slot",
        "appointments_site",
        "policy_policyversion",
        "policy_formtypeversion",
    ],
)
def test_every_list_takes_the_same_statements_for_one_row_as_for_many(client, reference_data, name):
    def add_rows(number):
        for _ in range(number):
            ConflictFactory(appointment=reschedule_online(AppointmentFactory()).to_appointment)

    sign_in_staff(client, officer_of(Unit.AUDITORS))
    add_rows(1)
    address = page(f"{name}_changelist")
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        assert client.get(address).status_code == 200
    add_rows(4)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(one) <= 12


def test_a_paper_form_is_in_force_at_once_and_a_bad_address_is_answered_at_its_field(client, officer):
    case, attorney = CaseFactory(), AttorneyFactory()
    address = page("case_enter_paper", case.pk)
    for email in ("", "no address", "nobody@firm.example", UserFactory().email):
        answer = client.post(address, {"email": email, "note": "Received by mail."})
        assert answer.status_code == 422
        assert "email" in answer.context["form"].errors
    assert "note" in client.post(address, {"email": attorney.email}).context["form"].errors

    assert client.post(address, {"email": attorney.email, "note": "Received by mail."}).status_code == 302

    row = Representation.objects.in_force().get(case=case)
    assert (row.representative, row.requested_by) == (attorney, officer)
    shown = client.get(page("accounts_case_change", case.pk)).content.decode()
    assert attorney.name in shown
    assert "Paper Form G-28" in shown
    again = client.post(address, {"email": attorney.email, "note": "Received by mail."}, follow=True)
    assert "already represents the client" in again.content.decode()


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Representative passcode"), ("es", "Código para representantes")]
)
def test_a_passcode_comes_once_as_an_accessible_letter(client, officer, language, title, tmp_path, text_of):
    case = CaseFactory()
    answer = client.post(page("case_issue_passcode", case.pk), {"language": language})

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    spoken, titled = read_pdf(answer.content)
    assert (spoken[:2], titled) == (language, title)
    path = tmp_path / "letter.pdf"
    path.write_bytes(answer.content)
    assert validate(path).findings == ()
    [code] = re.findall(r"(?:[0-9A-HJKMNP-TV-Z]{4} ){3}[0-9A-HJKMNP-TV-Z]{4}", text_of(answer.content))
    assert code not in client.get(page("accounts_case_change", case.pk)).content.decode()
    asked = request_with_passcode(
        account=AttorneyFactory(), receipt_number=case.receipt_number, passcode=code.replace(" ", "")
    )
    assert asked.status == Representation.Status.REQUESTED


@pytest.mark.parametrize("name", ["case_enter_paper", "case_issue_passcode"])
def test_a_unit_that_only_reads_and_a_closed_case_get_no_representation(client, officer, name):
    fields = {"email": AttorneyFactory().email, "note": "Received by mail.", "language": "en"}
    for case in (CaseFactory(adoption=True), CaseFactory(closed=True)):
        answer = client.post(page(name, case.pk), fields)
        assert (answer.status_code, answer["Location"]) == (302, page("accounts_case_change", case.pk))
    assert not Representation.objects.exists()
    assert not RepresentativePasscode.objects.exists()


@pytest.mark.parametrize("name", ["case_enter_paper", "case_issue_passcode"])
def test_another_units_case_is_unknown(client, name):
    sign_in_staff(client, officer_of(Unit.NBC_ADOPTIONS))
    fields = {"email": AttorneyFactory().email, "note": "Received by mail.", "language": "en"}
    answer = client.post(page(name, CaseFactory().pk), fields)
    unknown = client.post(page(name, 999_999), fields)
    assert answer.status_code == unknown.status_code == 302
    assert answer["Location"] == unknown["Location"]
    assert not Representation.objects.exists()
    assert not RepresentativePasscode.objects.exists()
