"""Passwords are rejected only if they are too short, too long or easy to guess."""

import re

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from accounts import passwords
from accounts.passwords import LONGEST_PASSWORD, _get_common_passwords, _get_longest_common, is_blocked
from accounts.services import outbox
from tests.factories.accounts import PASSWORD, UserFactory
from tests.support.sign_in import sign_in, sign_in_and_prove


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password Password",
        "password12345678",
        "sunshineprincess",
        "aaaaaaaaaaaaaaa",
        "abcabcabcabcabcab",
        "123456789012345",
        "987654321098765",
        "qwertyuiopasdfgh",
        "poiuytrewqlkjhgf",
        "1qaz2wsx3edc4rfv",
        "appointmentportal",
        "Biometrics-2026!!",
        "immigrationagency",
        "demonstration 2026",
    ],
)
def test_easy_passwords_are_rejected(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "lluvia mesa cordero azul",
        "ooooh what a long day it was",
        "四つの言葉をならべて長くするひみつ",
        "tt7%kkWq!p0-zz3Lm",
        "a long enough password",
    ],
)
def test_any_long_password_that_is_hard_to_guess_is_accepted(password):
    validate_password(password)


def test_fourteen_characters_are_too_few():
    with pytest.raises(ValidationError, match="15"):
        validate_password("kfgjwtrmzbxvqp")


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=15))
def test_no_kind_of_character_is_required(password):
    assume(not is_blocked(password))
    validate_password(password)


@given(st.sampled_from(sorted(_get_common_passwords())[:2000]), st.integers(2, 6))
def test_a_repeated_common_password_is_rejected(piece, times):
    assume(len(piece) <= 10)
    assert is_blocked(piece * times)


@given(st.sampled_from(sorted(_get_common_passwords())), st.sampled_from(sorted(_get_common_passwords())))
def test_two_joined_common_passwords_are_rejected(one, other):
    assert is_blocked(one + other)


class Counted(frozenset):
    """Counts the letters of all values that are looked up."""

    letters = 0

    def __contains__(self, piece):
        Counted.letters += len(piece)
        return super().__contains__(piece)


@pytest.mark.parametrize("length", [100, 1_000, 200_000])
def test_a_long_password_is_not_slower_to_check(monkeypatch, length):
    common = Counted(_get_common_passwords())
    monkeypatch.setattr(passwords, "_get_common_passwords", lambda: common)
    Counted.letters = 0
    is_blocked("a1b" * (length // 3))
    assert Counted.letters <= (2 * _get_longest_common() + 1) * 2 * _get_longest_common()


# The longest values that one and three fields can have in one request.
LONGEST_SENT, LONG = "Zq" * 100_000, "Zq" * 40_000
SAID = "Enter a password with no more than 256 characters."
PAGES = {
    "/accounts/signup/": {
        "name": "Ana",
        "email": "ana@example.org",
        "password1": LONGEST_SENT,
        "password2": "x",
    },
    "/accounts/login/": {"login": "ana@example.org", "password": LONGEST_SENT},
    "/accounts/reauthenticate/": {"password": LONG},
    "/accounts/password/change/": {"oldpassword": LONG, "password1": LONG, "password2": LONG},
}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_rejects_a_password_that_is_too_long_before_checking_it(
    client, reference_data, monkeypatch, page
):
    checked = []
    monkeypatch.setattr(passwords, "is_blocked", checked.append)
    if "sign" not in page and "login" not in page:
        sign_in(client, UserFactory())
    answer = client.post(page, PAGES[page])
    assert answer.status_code == 200
    said = answer.context["form"].errors
    for name, value in PAGES[page].items():
        if value in (LONG, LONGEST_SENT):
            assert said[name] == [SAID]
    assert SAID in answer.content.decode()
    assert checked == []


def test_a_reset_rejects_a_password_that_is_too_long(client, reference_data, mail_sink):
    user = UserFactory()
    client.post("/accounts/password/reset/", {"email": user.email})
    outbox.send_due()
    link = re.search(r"http://[^/\s]+(/accounts/password/reset/key/\S+)", mail_sink.to(user.email)[-1].text)
    page = client.get(link.group(1))["Location"]
    answer = client.post(page, {"password1": LONG, "password2": LONG})
    assert answer.context["form"].errors["password1"] == [SAID]


def test_the_longest_password_can_be_set_and_used(client, reference_data):
    user, longest = UserFactory(), "q7 " * (LONGEST_PASSWORD // 3) + "z"
    assert len(longest) == LONGEST_PASSWORD
    sign_in_and_prove(client, user)
    said = {"oldpassword": PASSWORD, "password1": longest, "password2": longest}
    assert client.post("/accounts/password/change/", said).status_code == 302
    client.logout()
    assert sign_in(client, user, password=longest).status_code == 302
    with pytest.raises(ValidationError):
        validate_password(longest + "z")
