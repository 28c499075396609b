"""Passwords are rejected only if they are too short, too long or easy to guess."""

import ast
import inspect
import re
import unicodedata
from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from zxcvbn import feedback, zxcvbn

from accounts import passwords
from accounts.models import User
from accounts.passwords import (
    ADVICE,
    LEAST_SCORE,
    LONGEST_PASSWORD,
    LONGEST_READ,
    LONGEST_READ_WITH_SUBSTITUTES,
    MOST_SUBSTITUTES,
    SUBSTITUTES,
    estimate_strength,
    list_words_about,
)
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


@pytest.mark.parametrize(
    "password", ["Ana María Pérez 1", "anamariaperez2026", "ana.perez@example.org", "ANA.PEREZ@EXAMPLE.ORG1"]
)
def test_a_password_of_the_persons_own_words_is_rejected(password):
    person = User(name="Ana María Pérez", email="ana.perez@example.org")
    with pytest.raises(ValidationError, match="easy to guess"):
        validate_password(password, person)
    validate_password("correct horse battery", person)


def test_fourteen_characters_are_too_few_and_get_no_other_advice():
    with pytest.raises(ValidationError) as caught:
        validate_password("kfgjwtrmzbxvqp")
    assert caught.value.messages == ["Use at least 15 characters. You used 14."]


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=15))
def test_no_kind_of_character_is_required(password):
    assume(estimate_strength(password, words=list_words_about(None)).score >= LEAST_SCORE)
    validate_password(password)


def test_everything_that_the_estimate_says_is_translated():
    source = ast.parse(inspect.getsource(feedback))
    said = {
        call.args[0].value
        for call in ast.walk(source)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "_"
    }
    assert said == set(ADVICE)


@pytest.mark.parametrize(
    ("password", "english", "spanish"),
    [
        ("abcabcabcabcabcab", "Avoid repeating words", "Evite repetir palabras"),
        ("987654321098765", "Avoid sequences", "Evite secuencias"),
        ("password12345678", "a common password", "una contraseña común"),
        ("appointmentportal", "Add two or three words", "Agregue dos o tres palabras"),
    ],
)
def test_a_weak_password_gets_advice_in_both_languages(password, english, spanish):
    for language, said in (("en", english), ("es", spanish)):
        with override(language), pytest.raises(ValidationError, match=said):
            validate_password(password)


@pytest.mark.parametrize("password", ["4@8({[</369&#!1/|0$5+7%2" * 10, "Zq" * 128, "p4$$w0rd" * 32])
def test_only_the_beginning_of_a_long_password_is_estimated(monkeypatch, password):
    read = []

    def note(text, user_inputs):
        read.append(text)
        return zxcvbn(text, user_inputs=user_inputs)

    monkeypatch.setattr(passwords, "zxcvbn", note)
    estimate_strength(password)
    for text in read:
        has_many = len(SUBSTITUTES.intersection(text)) > MOST_SUBSTITUTES
        assert len(text) == (LONGEST_READ_WITH_SUBSTITUTES if has_many else LONGEST_READ)


def test_one_estimate_at_a_time_reads_the_words_of_its_request(monkeypatch):
    """zxcvbn keeps the words in a dictionary of its module, which another thread would replace."""
    is_locked = []

    def note(text, user_inputs):
        is_locked.append(passwords._lock.locked())
        return zxcvbn(text, user_inputs=user_inputs)

    monkeypatch.setattr(passwords, "zxcvbn", note)
    estimate_strength("correct horse battery")
    assert set(is_locked) == {True}


# The longest values that one and three fields can have in one request.
LONGEST_SENT, LONG = "Zq" * 100_000, "Zq" * 40_000
SAID = "Enter a password with no more than 256 characters."
PAGES = {
    "/accounts/signup/": {
        "name": "Ana",
        "email": "ana@example.org",
        "password1": LONGEST_SENT,
    },
    "/accounts/login/": {"login": "ana@example.org", "password": LONGEST_SENT},
    "/accounts/reauthenticate/": {"password": LONG},
    "/accounts/password/change/": {"oldpassword": LONG, "password1": LONG},
}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_rejects_a_password_that_is_too_long_before_checking_it(
    client, reference_data, monkeypatch, page
):
    checked = []
    monkeypatch.setattr(passwords, "estimate_strength", checked.append)
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
    answer = client.post(page, {"password1": LONG})
    assert answer.context["form"].errors["password1"] == [SAID]


def test_the_longest_password_can_be_set_and_used(client, reference_data):
    user, longest = UserFactory(), ("correct horse battery staple " * 9)[:LONGEST_PASSWORD]
    assert len(longest) == LONGEST_PASSWORD
    sign_in_and_prove(client, user)
    said = {"oldpassword": PASSWORD, "password1": longest}
    assert client.post("/accounts/password/change/", said).status_code == 302
    client.logout()
    assert sign_in(client, user, password=longest).status_code == 302
    with pytest.raises(ValidationError):
        validate_password(longest + "z")


ACCENTS = "contraseña larga de prueba"


@pytest.mark.parametrize(("set_as", "typed_as"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFKD", "NFC")])
def test_a_password_is_the_same_however_the_keyboard_sends_its_accents(client, db, set_as, typed_as):
    user = UserFactory()
    user.set_password(unicodedata.normalize(set_as, ACCENTS))
    user.save()
    assert sign_in(client, user, password=unicodedata.normalize(typed_as, ACCENTS)).status_code == 302


def test_a_hash_from_before_passwords_were_normalized_still_works_as_it_was_typed(client, db):
    typed = unicodedata.normalize("NFD", ACCENTS)
    user = UserFactory()
    User.objects.filter(pk=user.pk).update(password=make_password(typed))
    user.refresh_from_db()
    assert sign_in(client, user, password=typed).status_code == 302
    assert not user.check_password(ACCENTS + "x")


@pytest.mark.parametrize("password", ["not the password", unicodedata.normalize("NFD", ACCENTS)])
def test_an_unknown_address_takes_as_many_hashes_as_a_wrong_password(client, db, monkeypatch, password):
    hashed, encode = [], MD5PasswordHasher.encode

    def count(hasher, text, *args, **kwargs):
        hashed.append(text)
        return encode(hasher, text, *args, **kwargs)

    user = UserFactory()
    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    counts = []
    for account in (user, SimpleNamespace(email="none@example.org")):
        hashed.clear()
        sign_in(client, account, password=password)
        counts.append(len(hashed))
    assert counts[0] == counts[1] > 0
