"""Saved filters: saved from an address, applied, renamed and deleted by their own account, and limited."""

from uuid import uuid4

import pytest
from django.urls import reverse

from appointments.caseload.services.saved_filters import save_filter
from appointments.models import SavedFilter
from appointments.models.saved_filter import MAX_SAVED_FILTERS
from tests.factories.accounts import AttorneyFactory
from tests.factories.caseloads import client_of

pytestmark = pytest.mark.usefixtures("reference_data")

FILTERS = reverse("appointments:saved_filters")


@pytest.fixture
def attorney(client):
    attorney = AttorneyFactory()
    client.force_login(attorney)
    return attorney


def save(client, query, name):
    return client.post(f"{FILTERS}?{query}", {"name": name})


def act(client, action, saved, **fields):
    return client.post(reverse(f"appointments:{action}_filter", args=[saved.public_id]), fields)


def test_saves_the_filters_and_the_order_but_neither_the_search_nor_the_page(client, attorney):
    answer = save(client, "state=allowed&due=on&sort=-client&search=abc&page=3&other=x", "Mine")
    assert answer["Location"] == "/caseload/?state=allowed&due=on&sort=-client&search=abc&other=x"
    saved = SavedFilter.objects.get()
    assert (saved.account, saved.name) == (attorney, "Mine")
    assert saved.parameters == {"state": "allowed", "due": "on", "sort": "-client"}


def test_a_saved_filter_is_applied_and_keeps_the_search_of_the_visit(client, attorney):
    client_of(attorney, name="Ana", is_staff_only=True)
    save_filter(account=attorney, name="Staff only", parameters={"state": "STAFF_ONLY", "sort": "site"})
    found = client.post(reverse("appointments:caseload_search"), {"words": "Ana"})["Location"]
    assert "Staff only" in client.get(found).content.decode()
    token = found.partition("?")[2]
    answer = client.post(
        f"/caseload/search/?{token}&form=I-90", {"saved": SavedFilter.objects.get().public_id}
    )
    assert answer["Location"] == f"/caseload/?state=STAFF_ONLY&sort=site&{token}"
    assert len(client.get(answer["Location"]).context["rows"]) == 1


def test_saving_under_a_name_again_replaces_the_filter(client, attorney):
    save(client, "state=allowed", "Mine")
    save(client, "form=I-485", " Mine ")
    assert SavedFilter.objects.get().parameters == {"form": "I-485"}


def test_an_account_saves_no_more_than_the_limit(client, attorney):
    save_filter(account=AttorneyFactory(), name="Another", parameters={})
    for number in range(MAX_SAVED_FILTERS):
        save_filter(account=attorney, name=f"Filter {number}", parameters={})
    answer = save(client, "state=allowed", "One more")
    assert answer.status_code == 422
    assert "Delete one first" in answer.content.decode()
    assert save(client, "state=allowed", "Filter 3").status_code == 302
    assert SavedFilter.objects.filter(account=attorney).count() == MAX_SAVED_FILTERS


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b"])
def test_an_invalid_name_is_refused(client, attorney, name):
    saved = save_filter(account=attorney, name="Mine", parameters={})
    assert save(client, "state=allowed", name).status_code == 422
    assert act(client, "rename", saved, name=name).status_code == 422
    assert SavedFilter.objects.get().name == "Mine"


def test_nothing_is_saved_without_a_filter(client, attorney):
    assert save(client, "page=2", "Mine").status_code == 302
    assert not SavedFilter.objects.exists()


def test_a_filter_is_renamed_unless_the_name_is_taken(client, attorney):
    mine = save_filter(account=attorney, name="Mine", parameters={})
    save_filter(account=attorney, name="Taken", parameters={})
    answer = act(client, "rename", mine, name="Taken")
    assert answer.status_code == 422
    assert "another filter with this name" in answer.content.decode()
    assert act(client, "rename", mine, name="Better").status_code == 302
    mine.refresh_from_db()
    assert mine.name == "Better"


def test_a_deleted_filter_is_gone(client, attorney):
    act(client, "delete", save_filter(account=attorney, name="Mine", parameters={}))
    assert not SavedFilter.objects.exists()


def test_another_accounts_filter_does_not_exist(client, attorney):
    theirs = save_filter(account=AttorneyFactory(), name="Theirs", parameters={"state": "allowed"})
    assert "Theirs" not in client.get(FILTERS).content.decode()
    for key in (theirs.public_id, uuid4(), "nonsense"):
        assert client.post("/caseload/search/", {"saved": key}).status_code == 404
    assert act(client, "rename", theirs, name="Mine").status_code == 404
    assert act(client, "delete", theirs).status_code == 404
    assert SavedFilter.objects.get().name == "Theirs"
