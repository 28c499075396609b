"""Tests of the language switch."""

import pytest
from django.conf import settings
from django.test import Client

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def switch(client, **data):
    return client.post("/language/", data)


def test_a_visitors_choice_is_remembered_and_leads_back(client):
    response = switch(client, language="es", next="/help/?a=1")
    assert response.status_code == 302
    assert response["Location"] == "/help/?a=1"
    cookie = response.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert cookie.value == "es"
    assert cookie["httponly"]
    assert 'lang="es"' in client.get("/").content.decode()


def test_the_choice_of_an_account_is_saved(client):
    user = UserFactory()
    client.force_login(user)
    switch(client, language="es", next="/")
    user.refresh_from_db()
    assert user.language == "es"


@pytest.mark.parametrize("language", ["fr", "", "es; path=/", "<es>"])
def test_a_language_that_is_not_offered_is_ignored(client, language):
    user = UserFactory()
    client.force_login(user)
    response = switch(client, language=language, next="/help/")
    user.refresh_from_db()
    assert user.language == "en"
    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "",
    ],
)
def test_the_switch_never_redirects_to_another_host(client, elsewhere):
    assert switch(client, language="es", next=elsewhere)["Location"] == "/"


def test_get_changes_nothing(client):
    assert client.get("/language/?language=es").status_code == 405


def test_the_switch_requires_the_csrf_token():
    assert Client(enforce_csrf_checks=True).post("/language/", {"language": "es"}).status_code == 403
