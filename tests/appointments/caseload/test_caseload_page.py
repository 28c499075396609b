"""The caseload page: whose rows it shows, their order, the filters, and the number of statements."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.models import Case, User
from appointments.caseload.queries.caseload import list_client_appointments
from appointments.caseload.views.caseload import PAGE_SIZE
from appointments.models import Appointment, AppointmentSeries, BulkItem, BulkReschedule, CaseloadExport
from policy.models import FormType
from portal.foundation.clock import database_now
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    RepresentationFactory,
    UserFactory,
    officer_of,
)
from tests.factories.appointments import SiteFactory, SlotFactory
from tests.factories.caseloads import client_of, clients_of, end_representation

pytestmark = pytest.mark.usefixtures("reference_data")

CASELOAD = "/caseload/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def attorney(client):
    attorney = AttorneyFactory()
    client.force_login(attorney)
    return attorney


def shown(response):
    """Return the public ids on the page, in order."""
    return [row.appointment.public_id for row in response.context["rows"]]


def find(client, **query):
    response = client.get(CASELOAD, query)
    assert response.status_code == 200
    return shown(response)


# --- Whose rows ---------------------------------------------------------------------------------------


def test_shows_every_clients_scheduled_appointment_by_deadline(client, attorney):
    late, soon, passed = (client_of(attorney, ahead=timedelta(days=days)) for days in (20, 3, -2))
    client_of(attorney, status=Appointment.Status.CANCELLED)
    assert find(client) == [soon.public_id, late.public_id, passed.public_id]


def test_shows_the_deadline_in_the_sites_time_zone(client, attorney):
    slot = SlotFactory(site=SiteFactory(tz="Pacific/Honolulu"))
    client_of(attorney, slot=slot)
    [row] = client.get(CASELOAD).context["rows"]
    assert row.deadline.endswith("HST")
    assert not row.has_passed


def test_the_rows_are_the_scheduled_ones_of_for_account(client, attorney):
    ends, begins = clients_of(attorney, 2)[0], client_of(AttorneyFactory())
    end_representation(ends)
    expired = AttorneyFactory(is_active=False)
    client_of(expired)
    for account in (attorney, expired, begins.case.representations.get().representative):
        scheduled = Appointment.objects.for_account(account).filter(status=Appointment.Status.SCHEDULED)
        assert set(list_client_appointments(account)) == set(scheduled)
    assert list_client_appointments(attorney).count() == 1
    assert not list_client_appointments(expired).exists()


def test_shows_no_client_of_another_representative(client, attorney):
    mine = client_of(attorney)
    client_of(AttorneyFactory(), name="Zebedee Quillfeather")
    response = client.get(CASELOAD)
    assert shown(response) == [mine.public_id]
    assert "Zebedee" not in response.content.decode()


def test_a_client_disappears_when_the_representation_ends(client, attorney):
    stays, goes = clients_of(attorney, 2)
    assert len(find(client)) == 2
    end_representation(goes)
    assert find(client) == [stays.public_id]


def test_a_requested_representation_shows_nothing(client, attorney):
    RepresentationFactory(
        case=client_of(AttorneyFactory()).case,
        representative=attorney,
        status="requested",
        in_force_from=None,
    )
    response = client.get(CASELOAD)
    assert response.status_code == 200
    assert "Form G-28" in response.content.decode()


ADDRESSES = [
    reverse("appointments:caseload"),
    *(reverse(f"appointments:caseload_{name}") for name in ("search", "select", "export")),
]


@pytest.mark.parametrize("build", [UserFactory, officer_of, lambda: UserFactory(is_superuser=True)])
@pytest.mark.parametrize("address", ADDRESSES)
def test_exists_only_for_representatives(client, build, address):
    client.force_login(build())
    assert client.get(address).status_code == client.post(address).status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_visitor_signs_in_first(client, address):
    assert client.get(address)["Location"] == f"/accounts/login/?next={address}"


def test_representatives_land_on_the_caseload_after_signing_in(client, attorney):
    assert client.get(reverse("appointments:list"))["Location"] == CASELOAD
    assert f'href="{CASELOAD}"' in client.get(CASELOAD).content.decode()


def test_a_requestor_finds_no_link_to_it(client):
    client.force_login(UserFactory())
    response = client.get(reverse("appointments:list"))
    assert response.status_code == 200
    assert CASELOAD not in response.content.decode()


# --- What can be rescheduled, and why not --------------------------------------------------------------


def test_a_refused_appointment_has_a_tag_with_its_reasons_and_no_box(client, attorney):
    movable = client_of(attorney)
    refused = client_of(attorney, is_staff_only=True, ahead=timedelta(days=6))
    text = client.get(CASELOAD).content.decode()
    assert f'value="{movable.public_id}"' in text
    assert f'value="{refused.public_id}"' not in text
    assert 'data-refusal="STAFF_ONLY"' in text
    answer = client.get(reverse("appointments:detail", args=[refused.public_id])).context["view"].answer
    for refusal in answer.refusals:
        assert refusal.title in text


# --- Search and filters -------------------------------------------------------------------------------


def search(client, words):
    answer = client.post(reverse("appointments:caseload_search"), {"words": words})
    assert answer.status_code == 302
    return shown(client.get(answer["Location"]))


def test_finds_by_any_part_of_a_name_and_by_the_beginning_of_a_receipt_number(client, attorney):
    ana = client_of(attorney, name="Ana Núñez", case=CaseFactory(receipt_number="IOE1234567890"))
    client_of(attorney, name="Bo Li", case=CaseFactory(receipt_number="IOE9934567890"))
    for words in ("núñ", "ANA", " ana  núñez", "IOE1234567890", "ioe 1234-567 89o", "IOE12"):
        assert search(client, words) == [ana.public_id], words
    assert len(search(client, "")) == 2
    assert len(search(client, "Li")) == 1
    for words in ("nobody", "%", "_", "IOE555"):
        assert search(client, words) == [], words


def test_a_search_never_appears_in_an_address(client, attorney):
    client_of(attorney, name="Ana Núñez")
    response = client.post(
        reverse("appointments:caseload_search") + "?state=allowed&page=3", {"words": "Ana"}
    )
    assert re.fullmatch(re.escape(f"{CASELOAD}?state=allowed&search=") + r"[\w-]{12}", response["Location"])
    page = client.get(response["Location"])
    assert "“Ana”" in page.content.decode()
    assert "=Ana" not in page.content.decode()


def test_a_search_ends_when_the_reader_leaves_the_list(client, attorney):
    ana, _bo = client_of(attorney, name="Ana"), client_of(attorney, name="Bo")
    found = client.post(reverse("appointments:caseload_search"), {"words": "Ana"})["Location"]
    assert shown(client.get(found)) == [ana.public_id]
    assert len(find(client)) == 2
    assert shown(client.get(found)) == [ana.public_id]


@pytest.mark.parametrize("address", [CASELOAD, "/clients/"])
def test_the_address_of_an_ended_search_shows_everything_and_says_so(client, attorney, address):
    client_of(attorney)
    assert client.get(address, {"search": "gone"})["Location"] == address


def test_a_search_of_another_session_is_not_found_and_exports_nothing(client, attorney):
    client_of(attorney)
    theirs = client.post(reverse("appointments:caseload_search"), {"words": "Ana"})["Location"]
    client.logout()
    client.force_login(attorney)
    assert client.get(theirs)["Location"] == CASELOAD
    query = theirs.partition("?")[2]
    assert client.post(f"{reverse('appointments:caseload_export')}?{query}")["Location"] == CASELOAD
    assert not CaseloadExport.objects.exists()


def test_an_invalid_search_is_refused_and_stays_typed(client, attorney):
    client_of(attorney)
    for words in ("x" * 101, "a\x00b"):
        response = client.post(reverse("appointments:caseload_search"), {"words": words})
        assert response.status_code == 422
        assert response.context["form"].errors
    assert (
        "x" * 101
        in client.post(reverse("appointments:caseload_search"), {"words": "x" * 101}).content.decode()
    )
    assert len(find(client)) == 1


def test_filters_by_site_form_and_state(client, attorney):
    phoenix = client_of(attorney)
    other_form = CaseFactory(form_type=FormType.objects.get(code="N-400"))
    elsewhere = client_of(attorney, case=other_form, is_staff_only=True, ahead=timedelta(days=9))
    assert find(client, site=phoenix.slot.site.public_id) == [phoenix.public_id]
    assert find(client, form="N-400") == [elsewhere.public_id]
    assert find(client, state="allowed") == [phoenix.public_id]
    assert find(client, state="refused") == find(client, state="STAFF_ONLY") == [elsewhere.public_id]
    assert find(client, state="allowed", form="N-400") == []


def test_a_week_runs_from_monday_to_sunday_at_each_site(client, attorney):
    """Guam is a day ahead: its Monday begins while it is Sunday in Honolulu."""
    guam = SiteFactory(tz="Pacific/Guam")
    honolulu = SiteFactory(tz="Pacific/Honolulu")
    local = (database_now() + timedelta(days=14)).astimezone(guam.zone)
    monday = (local - timedelta(days=local.weekday())).replace(hour=8, minute=0, second=0, microsecond=0)
    ends = {"ends_at": monday + timedelta(hours=1)}
    there = client_of(attorney, slot=SlotFactory(site=guam, starts_at=monday, **ends))
    here = client_of(attorney, slot=SlotFactory(site=honolulu, starts_at=monday, **ends))
    week = monday.date()
    for day in range(7):
        assert find(client, week=week + timedelta(days=day)) == [there.public_id]
    assert find(client, week=week - timedelta(days=1)) == [here.public_id]
    assert find(client, week=week + timedelta(days=7)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("site", "5f0c9f6e-0000-4000-8000-000000000001"),
        ("site", "nonsense\x00"),
        ("form", "X-1"),
        ("state", "nonsense"),
        ("week", "yesterday"),
        ("week", "0001-01-01"),
        ("week", "9999-12-31"),
    ],
)
def test_an_invalid_filter_names_its_field_and_shows_nothing(client, attorney, name, value):
    client_of(attorney)
    response = client.get(CASELOAD, {name: value})
    assert response.status_code == 422
    assert shown(response) == []
    assert response.context["filter_form"].errors.keys() == {name}


def test_due_this_week_keeps_the_deadlines_of_the_next_seven_days(client, attorney):
    passed, soon, last, later = (
        client_of(attorney, ahead=timedelta(hours=12) + ahead)
        for ahead in (-MINUTE, MINUTE, timedelta(days=7) - MINUTE, timedelta(days=7) + MINUTE)
    )
    assert find(client, due="on") == [soon.public_id, last.public_id]
    assert {passed.public_id, later.public_id} < set(find(client))


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("client", ["Álvaro", "Ana", "bo", "Zoë"]),
        ("-client", ["Zoë", "bo", "Ana", "Álvaro"]),
        ("receipt", ["bo", "Zoë", "Ana", "Álvaro"]),
        ("site", ["Zoë", "Álvaro", "bo", "Ana"]),
        ("appointment", ["Ana", "Zoë", "bo", "Álvaro"]),
        ("deadline", ["Zoë", "bo", "Álvaro", "Ana"]),
        ("-deadline", ["Álvaro", "bo", "Zoë", "Ana"]),
        ("nonsense", ["Zoë", "bo", "Álvaro", "Ana"]),
    ],
)
def test_sorts_by_a_column_and_says_by_which(client, attorney, sort, names):
    for name, number, site, days in (
        ("Ana", 3, "D", -1),
        ("bo", 1, "C", 5),
        ("Zoë", 2, "A", 2),
        ("Álvaro", 4, "B", 9),
    ):
        client_of(
            attorney,
            name=name,
            case=CaseFactory(receipt_number=f"IOE000000000{number}"),
            slot=SlotFactory(site=SiteFactory(name=site), ahead=timedelta(days=days)),
        )
    response = client.get(CASELOAD, {"sort": sort})
    assert [row.appointment.person.name for row in response.context["rows"]] == names
    direction = "descending" if sort.startswith("-") else "ascending"
    assert response.content.decode().count(f'aria-sort="{direction}"') == 1


def test_an_empty_result_says_what_to_do(client, attorney):
    client_of(attorney)
    response = client.get(CASELOAD, {"state": "CASE_CLOSED"})
    assert "No appointments match" in response.content.decode()


# --- Pages and cost -----------------------------------------------------------------------------------


def test_pages_keep_the_filters(client, attorney):
    clients_of(attorney, PAGE_SIZE + 3)
    client_of(attorney, is_staff_only=True)
    first = client.get(CASELOAD, {"state": "allowed"})
    assert len(shown(first)) == PAGE_SIZE
    assert 'name="turn_to"\n              value="2"' in first.content.decode()
    second = client.get(CASELOAD, {"state": "allowed", "page": 2})
    assert len(shown(second)) == 3
    assert not set(shown(first)) & set(shown(second))
    assert len(shown(client.get(CASELOAD, {"page": "nonsense"}))) == PAGE_SIZE


@pytest.mark.parametrize("count", [2, 30, PAGE_SIZE + 20])
@pytest.mark.parametrize("query", [{"sort": "site"}, {"state": "allowed", "due": "on"}, {"sort": "-client"}])
def test_takes_as_many_statements_for_many_clients_as_for_two(
    client, attorney, django_assert_num_queries, count, query
):
    for number, appointment in enumerate(clients_of(attorney, count)):
        if number % 2:
            now = database_now()
            AppointmentSeries.objects.filter(pk=appointment.series_id).update(earlier_counted_at=[now, now])
    client.get(CASELOAD)
    with django_assert_num_queries(14):
        response = client.get(CASELOAD, query)
    assert shown(response)


# --- Selecting ------------------------------------------------------------------------------------------


def select(client, *appointments, **query):
    address = reverse("appointments:caseload_select") + (f"?{urlencode(query)}" if query else "")
    return client.post(address, {"appointment": [row.public_id for row in appointments]})


def test_selecting_starts_a_bulk_and_adds_to_it(client, attorney):
    first, second, third = clients_of(attorney, 3)
    bulk = select(client, first)["Location"]
    assert BulkReschedule.objects.get().account == attorney
    assert select(client, second, first)["Location"] == bulk
    assert set(BulkItem.objects.values_list("appointment", flat=True)) == {first.pk, second.pk}
    assert "You selected 2 appointments" in client.get(CASELOAD).content.decode()
    assert third.public_id in find(client)


def test_an_empty_selection_is_an_error_above_the_list(client, attorney):
    client_of(attorney)
    for checked in ([], ["nonsense"]):
        response = client.post(
            reverse("appointments:caseload_select") + "?state=allowed", {"appointment": checked}
        )
        assert response.status_code == 422
        assert "Select at least one appointment" in response.content.decode()
        assert len(shown(response)) == 1
    assert not BulkReschedule.objects.exists()


def test_too_many_are_refused_and_stay_checked(client, attorney):
    appointments = clients_of(attorney, 21)
    response = select(client, *appointments)
    assert response.status_code == 422
    assert "up to 20 appointments at a time" in response.content.decode()
    assert response.content.decode().count("checked") == 21
    assert not BulkReschedule.objects.exists()


def test_another_representatives_client_is_never_selected(client, attorney):
    mine, foreign = client_of(attorney), client_of(AttorneyFactory())
    select(client, mine, foreign)
    assert [row.appointment for row in BulkItem.objects.all()] == [mine]


def test_a_get_of_a_form_address_leads_back_to_the_list(client, attorney):
    for name in ("search", "select", "export"):
        answer = client.get(reverse(f"appointments:caseload_{name}") + "?state=allowed")
        assert answer["Location"] == f"{CASELOAD}?state=allowed"


def test_cases_of_a_closed_account_are_still_the_representatives(client, attorney):
    appointment = client_of(attorney)
    User.objects.filter(cases=appointment.case).update(is_active=False)
    assert find(client) == [appointment.public_id]
    assert Case.objects.for_account(attorney).count() == 1
