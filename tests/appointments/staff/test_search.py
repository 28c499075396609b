"""Searches of staff: no address contains the words, and each tab keeps its own search."""

import re
from urllib.parse import quote

import pytest
from django.urls import reverse

from accounts.units import Unit
from portal.foundation.admin import search
from tests.factories.accounts import CaseFactory, PersonFactory, officer_of
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")

CASES = "/admin/accounts/case/"
NAME = "Zebedee Quillfeather"


@pytest.fixture
def found(client):
    """Return the case of a person with that name; others exist."""
    sign_in_staff(client, officer_of(Unit.CONTACT_CENTER))
    CaseFactory.create_batch(2)
    return PersonFactory(case=CaseFactory(), name=NAME).case


def look_for(client, words, path=CASES):
    """Search, and return the address of the result."""
    answer = client.post(path, {"q": words})
    assert answer.status_code == 302
    return answer["Location"]


def rows_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


@pytest.mark.parametrize("words", [NAME, "quillf", "number"])
def test_search_finds_and_puts_no_name_in_the_address(client, found, words):
    words = found.receipt_number if words == "number" else words
    address = look_for(client, words)
    assert words.lower() not in address.lower()
    assert quote(words) not in address
    assert rows_of(client, address) == [found]


def test_page_keeps_the_words_and_puts_no_name_in_its_links(client, found):
    page = client.get(look_for(client, NAME)).content.decode()
    assert f'value="{NAME}"' in page
    links = re.findall(r'(?:href|action|value)="(\?[^"]*|/[^"]*)"', page)
    assert not [link for link in links if NAME in link or quote(NAME) in link or "Quillfeather" in link]
    assert 'method="post"' in page[page.index('id="changelist-search"') :].split(">")[0]


def test_two_tabs_search_apart_and_filters_stay(client, found):
    first = look_for(client, NAME, f"{CASES}?status__exact=open&p=3")
    second = look_for(client, "nobody of that name", first)
    assert "status__exact=open" in first
    assert "status__exact=open" in second
    assert "p=3" not in first
    assert rows_of(client, second) == []
    assert rows_of(client, first) == [found]


def test_searching_for_nothing_shows_all(client, found):
    assert len(rows_of(client, look_for(client, "  "))) == 3


@pytest.mark.parametrize("key", [NAME, "aaaaaaaa", ""])
def test_an_address_alone_searches_for_nothing(client, found, key):
    answer = client.get(CASES, {"q": key})
    assert (answer.status_code, answer["Location"]) == (302, CASES)
    assert "Your search has expired. Search again." in client.get(CASES).content.decode()


def test_the_key_of_another_session_finds_nothing(client, found):
    address = look_for(client, NAME)
    sign_in_staff(client, officer_of(Unit.CONTACT_CENTER))
    assert client.get(address)["Location"] == CASES


@pytest.mark.parametrize("words", ["\x00", "%" * 100_000, "a\x00b"])
def test_any_words_are_answered(client, found, words):
    assert rows_of(client, look_for(client, words)) is not None
    kept = client.session.get(search.KEPT, {}).values()
    assert all(len(each) <= search.LONGEST for each in kept)


def test_a_session_keeps_the_latest_searches_only(client, found):
    addresses = [look_for(client, f"{NAME} {number}") for number in range(search.MOST + 1)]
    assert len(client.session[search.KEPT]) == search.MOST
    assert client.get(addresses[0]).status_code == 302
    assert client.get(addresses[1]).status_code == 200


def test_a_unit_that_may_not_read_the_list_searches_nothing(client, found):
    sign_in_staff(client, officer_of(Unit.POLICY_OFFICERS))
    assert client.post(CASES, {"q": NAME}).status_code == 404
    assert search.KEPT not in client.session


def test_start_page_searches_without_naming_anyone(client, found):
    page = client.get(reverse("admin:index")).content.decode()
    form = page[page.index('role="search"') - 200 : page.index('role="search"')]
    assert f'action="{CASES}"' in form
    assert 'method="post"' in form
