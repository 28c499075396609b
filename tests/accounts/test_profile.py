"""The profile page: what it accepts, its error messages, and the change of language."""

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.phone import InvalidPhone, format_phone, parse_phone
from portal.foundation.clock import database_now
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.usefixtures("reference_data", "text_gateway_url")

PAGE = "/accounts/profile/"
CODE_PAGE = "/accounts/profile/phone/"
GOOD = {"name": "Ana Pérez", "phone": "(415) 555-0132", "language": "en", "notification_channel": "both"}


@pytest.fixture
def user(client, db):
    user = UserFactory()
    client.force_login(user)
    return user


def test_the_profile_is_saved_with_the_number_in_e164(client, user):
    assert client.post(PAGE, GOOD)["Location"] == CODE_PAGE
    user.refresh_from_db()
    assert (user.name, user.phone, user.notification_channel) == ("Ana Pérez", "+14155550132", "both")
    assert 'value="(415) 555-0132"' in client.get(PAGE).content.decode()


def test_a_new_language_is_used_immediately(client, user):
    answer = client.post(PAGE, GOOD | {"language": "es"}, follow=True)
    page = answer.content.decode()
    assert 'lang="es"' in page
    assert "Se guardó su perfil." in page
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "es"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"phone": "12"}, "Enter a phone number that can be called"),
        ({"phone": "(415) 555-0132 ext. 9"}, "Enter a phone number that can be called"),
        ({"phone": "call me"}, "Enter a phone number that can be called"),
        ({"phone": "", "notification_channel": "text"}, "Enter a phone number for text messages"),
        ({"phone": "", "notification_channel": "both"}, "Enter a phone number for text messages"),
        ({"name": ""}, "required"),
        ({"name": "x" * 201}, "200"),
        ({"name": "a\x00b"}, "Remove the unsupported characters."),
        ({"language": "fr"}, "Select an option from the list"),
        ({"notification_channel": "pigeon"}, "Select an answer to"),
    ],
)
def test_invalid_input_gets_an_error_and_is_kept(client, user, wrong, says):
    answer = client.post(PAGE, GOOD | wrong)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert answer.context["form"]["name"].value() == (GOOD | wrong)["name"]
    user.refresh_from_db()
    assert user.phone == ""


def test_other_fields_are_ignored(client, user):
    client.post(
        PAGE, GOOD | {"kind": "staff", "is_staff": "1", "email": "x@example.org", "is_superuser": "1"}
    )
    user.refresh_from_db()
    assert (user.kind, user.is_staff, user.is_superuser) == ("requestor", False, False)
    assert user.email != "x@example.org"


def test_without_a_gateway_the_channel_is_not_shown_and_not_changed(client, user, settings):
    client.post(PAGE, GOOD)
    settings.SMS_URL = ""
    page = client.get(PAGE).content.decode()
    assert 'name="phone"' in page
    assert "notification_channel" not in page
    assert "not confirmed" not in page
    assert client.post(PAGE, GOOD | {"notification_channel": "email"})["Location"] == PAGE
    user.refresh_from_db()
    assert user.notification_channel == "both"
    assert client.post(PAGE, GOOD | {"phone": ""})["Location"] == PAGE
    user.refresh_from_db()
    assert (user.phone, user.notification_channel) == ("", "email")


def test_a_new_number_is_unconfirmed_and_the_same_one_stays_confirmed(client, user):
    client.post(PAGE, GOOD)
    User.objects.filter(pk=user.pk).update(phone_confirmed_at=database_now())
    assert client.post(PAGE, GOOD | {"phone": "415 555 0132"})["Location"] == PAGE
    user.refresh_from_db()
    assert user.receives_texts
    assert client.post(PAGE, GOOD | {"phone": "(415) 555-0133"})["Location"] == CODE_PAGE
    user.refresh_from_db()
    assert not user.receives_texts


@pytest.mark.parametrize(
    ("typed", "kept", "said"),
    [
        ("415.555.0132", "+14155550132", "(415) 555-0132"),
        ("+1 415 555 0132", "+14155550132", "(415) 555-0132"),
        ("+52 55 1234 5678", "+525512345678", "+52 55 1234 5678"),
        ("٤١٥٥٥٥٠١٣٢", "+14155550132", "(415) 555-0132"),
        ("\u202a+1 (415)\u200b 555\u00ad-0132\u202c", "+14155550132", "(415) 555-0132"),
        ("４１５－５５５－０１３２", "+14155550132", "(415) 555-0132"),
    ],
)
def test_numbers_are_parsed_as_people_write_them(typed, kept, said):
    assert parse_phone(typed) == kept
    assert format_phone(kept) == said


@given(st.text())
def test_any_text_is_parsed_or_rejected(typed):
    try:
        kept = parse_phone(typed)
    except InvalidPhone:
        return
    assert parse_phone(format_phone(kept)) == kept


@pytest.mark.parametrize(
    "change",
    [
        {"phone": "4155550132"},
        {"phone": "+0"},
        {"notification_channel": "text"},
        {"notification_channel": "post"},
        {"phone_confirmed_at": "2027-01-01T00:00Z"},
    ],
)
def test_the_database_rejects_an_impossible_profile(user, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(**change)


def test_the_page_takes_a_constant_number_of_queries(client, user, django_assert_num_queries):
    client.get(PAGE)
    with django_assert_num_queries(3):
        client.get(PAGE)
