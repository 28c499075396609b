"""The result of a bulk reschedule as files: CSV and one PDF, both on record and only of one's own."""

import io

import pikepdf
import pytest
from django.urls import reverse

from appointments.caseload.services import bulk_reschedules
from appointments.models import Appointment, CaseloadExport, Reschedule
from portal.foundation.clock import agency_today
from tests.appointments.caseload.test_caseload_export import lines_of
from tests.factories.accounts import AttorneyFactory
from tests.factories.caseloads import client_of, end_representation, hold_for

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def attorney(client):
    attorney = AttorneyFactory()
    client.force_login(attorney)
    return attorney


@pytest.fixture
def three(attorney):
    return [client_of(attorney, name=name) for name in ("Ana", "=Bo", "Cy")]


@pytest.fixture
def bulk(attorney, three):
    """Return a finished bulk reschedule: two were rescheduled, of the third no time was held."""
    bulk = bulk_reschedules.add(account=attorney, appointments=three)
    held = [hold_for(attorney, row) for row in three[:2]]
    bulk_reschedules.confirm_all(
        account=attorney, bulk=bulk, reservation_ids=[hold.public_id for hold in held]
    )
    bulk.refresh_from_db()
    return bulk


def download(client, name, bulk):
    return client.post(reverse(f"appointments:{name}", args=[bulk.public_id]))


def names_in(response):
    document = io.BytesIO(b"".join(response.streaming_content))
    with pikepdf.open(document) as pdf, pdf.open_outline() as outline:
        return [item.title.rpartition(": ")[2] for item in outline.root]


def test_the_result_has_the_columns_of_the_caseload_the_outcome_and_the_number(client, attorney, bulk):
    caseload = lines_of(client.post("/caseload/caseload.csv"))[0]
    response = download(client, "bulk_result_csv", bulk)
    assert f'"rescheduled-{agency_today()}.csv"' in response["Content-Disposition"]
    titles, *rows = lines_of(response)
    assert titles == [*caseload, "Result", "Confirmation number"]
    numbers = dict(Reschedule.objects.values_list("series__person__name", "confirmation_number"))
    assert [(row[0], *row[-2:]) for row in rows] == [
        ("Ana", "Rescheduled", numbers["Ana"]),
        ("'=Bo", "Rescheduled", numbers["=Bo"]),
        ("Cy", "No reason was given, or the reason is no longer offered.", ""),
    ]
    slots = Appointment.objects.filter(status="scheduled").select_related("slot__site")
    times = {f"{row.slot.starts_at.astimezone(row.slot.site.zone):%Y-%m-%d %H:%M}" for row in slots}
    assert {row[6] for row in rows} == times


def test_all_notices_are_one_document(client, attorney, bulk):
    response = download(client, "bulk_notices", bulk)
    assert response["Content-Type"] == "application/pdf"
    assert f'"notices-{agency_today()}.pdf"' in response["Content-Disposition"]
    assert names_in(response) == ["Ana", "=Bo"]


def test_each_download_is_on_record(client, attorney, bulk):
    download(client, "bulk_result_csv", bulk)
    download(client, "bulk_notices", bulk)
    records = CaseloadExport.objects.order_by("pk").values_list("account", "kind", "row_count")
    assert list(records) == [(attorney.pk, "result", 3), (attorney.pk, "notices", 2)]


def test_a_client_whose_representation_ended_is_in_neither_file(client, attorney, bulk, three):
    end_representation(three[0])
    _titles, *rows = lines_of(download(client, "bulk_result_csv", bulk))
    assert [row[0] for row in rows] == ["'=Bo", "Cy"]
    assert names_in(download(client, "bulk_notices", bulk)) == ["=Bo"]
    end_representation(three[1])
    assert download(client, "bulk_notices", bulk).status_code == 302


def test_another_accounts_files_do_not_exist(client, bulk):
    client.force_login(AttorneyFactory())
    for name in ("bulk_result_csv", "bulk_notices"):
        assert download(client, name, bulk).status_code == 404
    assert not CaseloadExport.objects.exists()


def test_a_get_and_an_open_bulk_reschedule_send_nothing(client, attorney, bulk, three):
    address = reverse("appointments:bulk_notices", args=[bulk.public_id])
    assert client.get(address)["Location"] == reverse("appointments:bulk_result", args=[bulk.public_id])
    again = bulk_reschedules.add(account=attorney, appointments=three[2:])
    assert download(client, "bulk_result_csv", again).status_code == 302
    assert not CaseloadExport.objects.exists()


def test_a_separate_reason_is_folded_until_it_has_a_value(client, attorney, three):
    bulk = bulk_reschedules.add(account=attorney, appointments=three)
    address = reverse("appointments:bulk_reasons", args=[bulk.public_id])
    page = client.get(address).content.decode()
    assert "Use a different reason for Ana" in page
    assert "<details open>" not in page.replace("  ", " ")
    own = f"reason-{three[1].public_id}"
    again = client.post(address, {"reason": "OTHER", own: "ILLNESS"}).content.decode()
    assert again.count("<details open>") == 1
