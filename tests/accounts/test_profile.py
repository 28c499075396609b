"""The profile page: what it takes, what it refuses and says, and that a language shows at once."""

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.phone import NoPhone, format_phone, read_phone
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


def test_saves_what_is_asked_for_and_keeps_the_number_in_e164(client, user):
    assert client.post(PAGE, GOOD)["Location"] == CODE_PAGE
    user.refresh_from_db()
    assert (user.name, user.phone, user.notification_channel) == ("Ana Pérez", "+14155550132", "both")
    assert 'value="(415) 555-0132"' in client.get(PAGE).content.decode()


def test_another_language_shows_at_once(client, user):
    answer = client.post(PAGE, GOOD | {"language": "es"}, follow=True)
    page = answer.content.decode()
    assert 'lang="es"' in page
    assert "Se guardó su perfil." in page
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "es"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"phone": "12"}, "not a telephone number"),
        ({"phone": "(415) 555-0132 ext. 9"}, "not a telephone number"),
        ({"phone": "call me"}, "not a telephone number"),
        ({"phone": "", "notification_channel": "text"}, "Enter a number for text messages"),
        ({"phone": "", "notification_channel": "both"}, "Enter a number for text messages"),
        ({"name": ""}, "required"),
        ({"name": "x" * 201}, "200"),
        ({"name": "a\x00b"}, "Null characters"),
        ({"language": "fr"}, "not one of the available choices"),
        ({"notification_channel": "pigeon"}, "not one of the available choices"),
    ],
)
def test_refuses_with_a_remedy_and_keeps_what_was_typed(client, user, wrong, says):
    answer = client.post(PAGE, GOOD | wrong)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert answer.context["form"]["name"].value() == (GOOD | wrong)["name"]
    user.refresh_from_db()
    assert user.phone == ""


def test_takes_nothing_that_it_does_not_ask_for(client, user):
    client.post(
        PAGE, GOOD | {"kind": "staff", "is_staff": "1", "email": "x@example.org", "is_superuser": "1"}
    )
    user.refresh_from_db()
    assert (user.kind, user.is_staff, user.is_superuser) == ("requestor", False, False)
    assert user.email != "x@example.org"


def test_without_a_gateway_there_is_no_choice_and_what_was_chosen_stands(client, user, settings):
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


def test_another_number_is_not_confirmed_and_the_same_one_stays_so(client, user):
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
    ],
)
def test_reads_numbers_as_people_write_them(typed, kept, said):
    assert read_phone(typed) == kept
    assert format_phone(kept) == said


@given(st.text())
def test_every_text_is_a_number_or_none_at_all(typed):
    try:
        kept = read_phone(typed)
    except NoPhone:
        return
    assert read_phone(format_phone(kept)) == kept


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
def test_database_refuses_a_profile_that_cannot_be(user, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(**change)


def test_page_asks_the_database_the_same_few_things(client, user, django_assert_num_queries):
    client.get(PAGE)
    with django_assert_num_queries(2):
        client.get(PAGE)
