"""Checked boxes of the caseload stay checked from page to page, and are rescheduled together."""

import re
from datetime import timedelta
from html import unescape

import pytest

from appointments.caseload.services.bulk_reschedules import MAX_ITEMS
from appointments.caseload.views.caseload import PAGE_SIZE
from appointments.models import Appointment, BulkItem
from tests.factories.accounts import AttorneyFactory
from tests.factories.caseloads import client_of, clients_of
from tests.support.html_forms import kept_form, token_of

pytestmark = pytest.mark.usefixtures("reference_data")

CASELOAD = "/caseload/"
HIDDEN_CHECK = re.compile(r'<input type="hidden" name="appointment" value="([^"]+)"')
CHECKED = re.compile(r'value="([0-9a-f-]{36})"\s+checked')


@pytest.fixture
def attorney(client):
    attorney = AttorneyFactory()
    client.force_login(attorney)
    return attorney


def send(client, response, button, value, *checked):
    """Press a button of the list's form with these boxes checked, and send the hidden fields."""
    form = kept_form(response.content.decode())
    attribute = "formaction" if button == "reschedule" else "action"
    address = unescape(re.search(rf'\s{attribute}="([^"]+)"', form).group(1))
    values = [*HIDDEN_CHECK.findall(form), *(str(row.public_id) for row in checked)]
    answer = client.post(address, {"resume_token": token_of(form), "appointment": values, button: value})
    assert answer.status_code == 302
    return answer["Location"]


def turn(client, response, page, *checked):
    return client.get(send(client, response, "turn_to", page, *checked))


def test_checked_boxes_stay_checked_from_page_to_page_and_are_rescheduled_together(client, attorney):
    clients = clients_of(attorney, PAGE_SIZE + 2)
    on_first, on_second = clients[0], clients[-1]
    second = turn(client, client.get(CASELOAD, {"state": "allowed"}), 2, on_first)
    assert second.context["page"].number == 2
    assert second.wsgi_request.GET["state"] == "allowed"
    assert second.context["checked_elsewhere"] == [str(on_first.public_id)]
    assert "<strong data-selection-count>1</strong>" in second.content.decode()
    first = turn(client, second, 1, on_second)
    assert CHECKED.findall(first.content.decode()) == [str(on_first.public_id)]
    send(client, first, "reschedule", "", on_first)
    assert {row.appointment for row in BulkItem.objects.all()} == {on_first, on_second}
    assert not client.get(CASELOAD).context["checked_elsewhere"]


def test_an_unchecked_box_stays_unchecked(client, attorney):
    clients = clients_of(attorney, PAGE_SIZE + 2)
    second = turn(client, client.get(CASELOAD), 2, clients[0], clients[1])
    first = turn(client, second, 1)
    again = turn(client, turn(client, first, 2, clients[1]), 1)
    assert CHECKED.findall(again.content.decode()) == [str(clients[1].public_id)]


def test_uncheck_all_includes_the_other_pages(client, attorney):
    clients = clients_of(attorney, PAGE_SIZE + 2)
    second = turn(client, client.get(CASELOAD), 2, clients[0])
    again = client.get(send(client, second, "select", "none", clients[-1]))
    assert again.context["page"].number == 2
    assert not again.context["checked_elsewhere"]
    assert not CHECKED.findall(again.content.decode())
    assert not BulkItem.objects.exists()


def test_a_search_keeps_the_checked_boxes(client, attorney):
    clients = clients_of(attorney, PAGE_SIZE + 2)
    page = client.get(send(client, client.get(CASELOAD), "words", "Client", clients[0]))
    assert page.context["words"] == "Client"
    assert CHECKED.findall(page.content.decode()) == [str(clients[0].public_id)]


@pytest.mark.parametrize(
    ("button", "value"), [("sort", "client"), ("due", "on"), ("clear", "all"), ("state", "allowed")]
)
def test_another_order_and_other_filters_keep_the_checked_boxes(client, attorney, button, value):
    chosen, _other = clients_of(attorney, 2)
    address = send(client, client.get(CASELOAD), button, value, chosen)
    assert CHECKED.findall(client.get(address).content.decode()) == [str(chosen.public_id)]
    assert (f"{button}={value}" in address) is (button != "clear")


def test_selects_all_that_can_be_rescheduled_up_to_the_limit(client, attorney):
    clients_of(attorney, 25, ahead=timedelta(days=9))
    last = client_of(attorney, name="Zoe", ahead=timedelta(days=30))
    client_of(attorney, is_staff_only=True, ahead=timedelta(days=2))
    page = client.get(send(client, client.get(CASELOAD), "select", "all", last))
    checked = CHECKED.findall(page.content.decode())
    assert len(checked) == MAX_ITEMS
    assert str(last.public_id) in checked
    assert {row.can_be_selected for row in page.context["rows"] if row.is_checked} == {True}
    assert send(
        client, page, "reschedule", "", *Appointment.objects.filter(public_id__in=checked)
    ).startswith("/caseload/bulk/")
    assert BulkItem.objects.count() == MAX_ITEMS


def test_selects_only_what_the_filters_show(client, attorney):
    _other, due = (
        clients_of(attorney, 1, ahead=timedelta(days=30)),
        client_of(attorney, ahead=timedelta(days=3)),
    )
    page = client.get(CASELOAD, {"due": "on"})
    again = client.get(send(client, page, "select", "all"))
    assert CHECKED.findall(again.content.decode()) == [str(due.public_id)]
    invalid = client.get(CASELOAD, {"state": "nonsense"})
    assert "data-select-all" not in invalid.content.decode()


def test_an_invalid_page_leads_to_the_nearest_page(client, attorney):
    clients_of(attorney, PAGE_SIZE + 2)
    for page, number in (("99", 2), ("nonsense", 1), ("-1", 2)):
        assert turn(client, client.get(CASELOAD), page).context["page"].number == number
