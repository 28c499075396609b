"""A password is refused for being short or expected, and for nothing else."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from accounts.passwords import _common, is_blocked


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
def test_refuses_what_anybody_would_try_first(password):
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
def test_takes_any_long_password_that_nobody_expects(password):
    validate_password(password)


def test_refuses_fourteen_characters():
    with pytest.raises(ValidationError, match="15"):
        validate_password("kfgjwtrmzbxvqp")


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=15))
def test_asks_for_no_kind_of_character(password):
    assume(not is_blocked(password))
    validate_password(password)


@given(st.sampled_from(sorted(_common())[:2000]), st.integers(2, 6))
def test_refuses_a_common_password_however_often_it_is_repeated(piece, times):
    assume(len(piece) <= 10)
    assert is_blocked(piece * times)
