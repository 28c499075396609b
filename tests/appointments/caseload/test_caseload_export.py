"""The caseload as a CSV file: the rows of the list, safe in a spreadsheet, and recorded."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.units import Unit
from appointments.caseload.queries import caseload
from appointments.models import CaseloadExport
from tests.factories.accounts import AttorneyFactory, CaseFactory, officer_of
from tests.factories.appointments import SiteFactory, SlotFactory
from tests.factories.caseloads import client_of, clients_of, end_representation
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")

EXPORT = "/caseload/caseload.csv"
EXPORTS = "admin:appointments_caseloadexport_changelist"


@pytest.fixture
def attorney(client):
    attorney = AttorneyFactory()
    client.force_login(attorney)
    return attorney


def lines_of(response):
    text = b"".join(response.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_has_every_row_of_every_page_of_the_filtered_list(client, attorney):
    clients_of(attorney, 55)
    client_of(attorney, is_staff_only=True)
    client_of(AttorneyFactory(), name="Zebedee")
    response = client.post(f"{EXPORT}?state=allowed&page=2")
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    titles, *rows = lines_of(response)
    assert len(rows) == 55
    assert {len(row) for row in rows} == {len(titles)}


def test_shows_the_deadline_the_time_zone_and_the_refusal(client, attorney):
    slot = SlotFactory(site=SiteFactory(tz="America/Phoenix", name="Phoenix"), ahead=timedelta(days=4))
    case = CaseFactory(receipt_number="IOE1234567890")
    client_of(attorney, name="Ana Núñez", case=case, slot=slot, is_staff_only=True)
    [titles, row] = lines_of(client.post(EXPORT))
    cells = dict(zip(titles, row, strict=True))
    local = slot.starts_at.astimezone(slot.site.zone)
    assert cells["Client"] == "Ana Núñez"
    assert cells["Receipt number"] == "IOE1234567890"
    assert cells["Appointment (site’s time)"] == f"{local:%Y-%m-%d %H:%M}"
    assert cells["Reschedule online until (site’s time)"] == f"{local - timedelta(hours=12):%Y-%m-%d %H:%M}"
    assert cells["Time zone"] == "America/Phoenix"
    assert (cells["Can be rescheduled online"], cells["Reason it can’t be rescheduled"]) == (
        "No",
        "Only staff can reschedule this appointment",
    )


def test_every_line_is_in_the_readers_language(client, attorney):
    client_of(attorney, is_staff_only=True)
    response = client.post(EXPORT, headers={"accept-language": "es"})
    [titles, row] = lines_of(response)
    assert titles[1] == "Número de recibo"
    assert row[-2] == "No"
    assert row[-1] != "Only staff can reschedule this appointment"


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x.test","Ana")', "+1", "-1", "@SUM(1)", "\t=1", "\r=1"])
def test_a_name_that_is_a_formula_becomes_text(client, attorney, name):
    client_of(attorney, name=name)
    [_titles, row] = lines_of(client.post(EXPORT))
    assert row[0] == f"'{name}"


def test_every_cell_is_quoted_so_that_a_semicolon_does_not_start_a_new_one(client, attorney):
    """In countries with a decimal comma, spreadsheets split cells at semicolons."""
    client_of(attorney, name="Doe;=1+1")
    lines = b"".join(client.post(EXPORT).streaming_content).decode("utf-8-sig").splitlines()
    assert any('"Doe;=1+1"' in line for line in lines)
    assert all(line.startswith('"') and line.endswith('"') for line in lines)


def test_the_export_is_recorded_before_the_first_line(client, attorney):
    clients_of(attorney, 3)
    client.post(EXPORT)
    [record] = CaseloadExport.objects.all()
    assert (record.account, record.row_count) == (attorney, 3)
    assert record.exported_at is not None


def test_a_get_exports_and_records_nothing(client, attorney):
    client_of(attorney)
    assert client.get(EXPORT).status_code == 302
    assert not CaseloadExport.objects.exists()


def test_invalid_filters_export_nothing(client, attorney):
    client_of(attorney)
    assert client.post(f"{EXPORT}?state=nonsense").status_code == 302
    assert not CaseloadExport.objects.exists()


def test_a_client_who_revokes_while_the_file_is_sent_is_left_out(client, attorney, monkeypatch):
    monkeypatch.setattr(caseload, "ROWS_AT_ONCE", 1)
    _first, goes, _last = (client_of(attorney, ahead=timedelta(days=day)) for day in (3, 4, 5))
    lines = client.post(EXPORT).streaming_content
    next(lines), next(lines)
    end_representation(goes)
    assert len(list(lines)) == 1


@pytest.mark.parametrize("count", [2, 40])
def test_takes_as_many_statements_for_many_clients_as_for_two(
    client, attorney, django_assert_num_queries, count
):
    clients_of(attorney, count)
    client.get("/caseload/")
    with django_assert_num_queries(17):
        assert len(lines_of(client.post(EXPORT))) == count + 1


def test_only_auditors_see_who_exported(client, attorney):
    client_of(attorney, name="Zebedee Quillfeather")
    client.post(EXPORT)
    for unit in Unit:
        sign_in_staff(client, officer_of(unit))
        answer = client.get(reverse(EXPORTS))
        assert (attorney.email in answer.content.decode()) is (unit is Unit.AUDITORS), unit
        assert "Zebedee" not in answer.content.decode()
