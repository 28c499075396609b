"""The page that lists and ends the sessions of an account."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.presenters.sessions import build_session_view
from tests.factories.accounts import PASSWORD, UserFactory
from tests.support.sign_in import sign_in

pytestmark = pytest.mark.usefixtures("reference_data")

PAGE = "/accounts/sessions/"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def signed_in(user, user_agent=LAPTOP):
    client = Client(HTTP_USER_AGENT=user_agent)
    assert sign_in(client, user).status_code == 302
    return client


def is_signed_in(client):
    return client.get("/appointments/").status_code == 200


@pytest.fixture
def user(db):
    return UserFactory()


def test_lists_the_other_devices_of_this_account_only(user):
    here = signed_in(user)
    signed_in(user, PHONE)
    signed_in(UserFactory(), PHONE)
    page = here.get(PAGE)
    assert [view.browser for view in page.context["others"]] == ["Safari on iPhone"]
    assert page.context["here"] == "Firefox on Windows"


def test_signs_out_one_device(user):
    here, phone, tablet = signed_in(user), signed_in(user, PHONE), signed_in(user)
    row = UserSession.objects.get(session_key=phone.session.session_key)
    here.post(PAGE, {"session": row.pk})
    assert (is_signed_in(here), is_signed_in(phone), is_signed_in(tablet)) == (True, False, True)


def test_signs_out_everywhere_else(user):
    here, phone, tablet = signed_in(user), signed_in(user, PHONE), signed_in(user)
    here.post(PAGE, {"session": "all"})
    assert (is_signed_in(here), is_signed_in(phone), is_signed_in(tablet)) == (True, False, False)


def test_no_one_can_end_a_session_of_another_account(user):
    here, stranger = signed_in(user), signed_in(UserFactory())
    row = UserSession.objects.get(session_key=here.session.session_key)
    stranger.post(PAGE, {"session": row.pk})
    stranger.post(PAGE, {"session": "all"})
    assert is_signed_in(here)


@pytest.mark.parametrize("nonsense", ["", "x", "-1", "9" * 40, "1; DROP TABLE", "²"])
def test_invalid_input_ends_no_session(user, nonsense):
    here, phone = signed_in(user), signed_in(user, PHONE)
    assert here.post(PAGE, {"session": nonsense}).status_code == 302
    assert is_signed_in(phone)


def test_a_new_password_signs_out_everywhere_else(user):
    here, phone = signed_in(user), signed_in(user, PHONE)
    new = "another long password"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new})
    assert (is_signed_in(here), is_signed_in(phone)) == (True, False)
    assert list(here.get(PAGE).context["others"]) == []


def test_an_ended_session_is_not_listed(user):
    here, phone = signed_in(user), signed_in(user, PHONE)
    Session.objects.filter(session_key=phone.session.session_key).update(expire_date=timezone.now())
    assert list(here.get(PAGE).context["others"]) == []


def test_the_list_is_paged_and_takes_a_constant_number_of_queries(user, django_assert_num_queries):
    here = signed_in(user)
    signed_in(user)
    here.get(PAGE)
    with django_assert_num_queries(6):
        here.get(PAGE)
    later = timezone.now() + timedelta(hours=1)
    for number in range(30):
        Session.objects.create(session_key=f"other{number}", expire_date=later)
        UserSession.objects.create(user=user, session_key=f"other{number}", ip="127.0.0.1", user_agent=PHONE)
    with django_assert_num_queries(6):
        page = here.get(PAGE)
    assert (len(page.context["others"]), page.context["page"].paginator.count) == (20, 31)


BEGAN = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ends", "active"),
    [
        (timedelta(minutes=30), timedelta(0)),
        (timedelta(hours=2, minutes=30), timedelta(hours=2)),
        (timedelta(minutes=29), timedelta(0)),
        (timedelta(hours=12), None),
    ],
)
def test_the_end_of_a_session_says_when_it_was_last_active(ends, active):
    view = build_session_view(key=1, user_agent=PHONE, began_at=BEGAN, expires_at=BEGAN + ends)
    assert view.active_at == (None if active is None else BEGAN + active)


@pytest.mark.parametrize(("language", "said"), [("en", "Last active on"), ("es", "Última actividad:")])
def test_the_page_says_when_each_device_was_active_and_names_no_place(user, language, said):
    here = signed_in(user)
    signed_in(user, PHONE)
    here.post("/language/", {"language": language})
    page = here.get(PAGE).content.decode()
    assert page.count(said) == 1
    assert page.index("Firefox on Windows" if language == "en" else "Firefox en Windows") < page.index(said)
    assert "127.0.0.1" not in page
