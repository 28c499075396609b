"""Input of the forms for sign-up and for adding a case, and the typos they accept."""

import pytest
from django.utils import translation

from accounts.forms.cases import AddCaseForm
from accounts.forms.signup import SignupNameForm
from accounts.models import User

CODE = "7F3K9Q2MDX4T8N2P"
INVISIBLE = "\u200b\u200e\u2060\u00ad\ufeff\u202a\u202c\u3164\u2800"


def add_case_form(receipt_number="IOE0123456789", access_code=CODE):
    return AddCaseForm({"receipt_number": receipt_number, "access_code": access_code})


@pytest.mark.parametrize(
    "typed",
    [
        "IOE0123456789",
        "ioe0123456789",
        " IOE 012 345 6789 ",
        "IOE-012-345-6789",
        "IOE–0123456789",
        "IOE.012.345.6789",
        "IOE—012−345‑6789",
        "\tIOE0123456789\n",
        "IOE٠١٢٣٤٥٦٧٨٩",
        "ＩＯＥ０１２３４５６７８９",
        "*IOE_012/345#6789*",
        *(f"{mark}IOE01{mark}23456789{mark}" for mark in INVISIBLE),
    ],
)
def test_forgives_case_spaces_and_dashes_in_a_receipt_number(typed):
    form = add_case_form(receipt_number=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["receipt_number"] == "IOE0123456789"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("IOEO123456789", "IOE0123456789"),
        ("IOE012345678I", "IOE0123456781"),
        ("ioe01234l6789", "IOE0123416789"),
    ],
)
def test_a_letter_in_place_of_a_digit_gets_a_suggestion(typed, meant):
    form = add_case_form(receipt_number=typed)
    assert not form.is_valid()
    [error] = form.errors["receipt_number"]
    assert "O or I instead of 0 or 1" in error
    assert f"You may mean {meant}" in error


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10E0123456789", "IOE0123456789"),
        ("I0E 0123 456789", "IOE0123456789"),
        ("1OE-O12345678I", "IOE0123456781"),
        ("5IM0123456789", "SIM0123456789"),
    ],
)
def test_a_digit_in_place_of_a_letter_gets_a_suggestion(typed, meant):
    form = add_case_form(receipt_number=typed)
    assert not form.is_valid()
    [error] = form.errors["receipt_number"]
    assert "0, 1, or 5 instead of the letter O, I, or S" in error
    assert f"You may mean {meant}" in error


@pytest.mark.parametrize(
    "typed",
    [
        "IOE012345678",
        "IOE01234567890",
        "A123456789",
        "IOE01234S6789",
        "IOE0123456789'; DROP TABLE",
        "---",
    ],
)
def test_an_invalid_receipt_number_gets_an_error_with_an_example(typed):
    form = add_case_form(receipt_number=typed)
    assert not form.is_valid()
    [error] = form.errors["receipt_number"]
    assert "IOE0123456789" in error


@pytest.mark.parametrize("prefix", ["SIM", "MSC", "LIN", "XYZ"])
def test_any_three_letters_are_accepted_as_a_prefix(prefix):
    assert add_case_form(receipt_number=f"{prefix}0123456789").is_valid()


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        "7F3K 9Q2M DX4T 8N2P",
        "7f3k-9q2m-dx4t-8n2p",
        f" {CODE} ",
        "7F3K\u200b9Q2M_DX4T\u200e8N2P",
        "７Ｆ３Ｋ9Q2MDX4T8N2P",
    ],
)
def test_forgives_case_spaces_and_dashes_in_a_code(typed):
    form = add_case_form(access_code=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["access_code"] == CODE


@pytest.mark.parametrize("typed", ["7F3K9Q2MDX4T8N2", CODE + "7", "7F3K9Q2MDX4T8NUP", "7F3K9Q2MDX4T8N2É"])
def test_a_code_of_the_wrong_shape_does_not_count_as_an_attempt(typed):
    form = add_case_form(access_code=typed)
    assert not form.is_valid()
    [error] = form.errors["access_code"]
    assert "all 16 letters and numbers" in error


def test_forgives_letters_that_look_like_digits_in_a_code():
    form = add_case_form(access_code="7F3K-9Q2M-DX4T-OILP")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["access_code"] == "7F3K9Q2MDX4T011P"


@pytest.mark.parametrize("field", ["receipt_number", "access_code"])
def test_both_fields_are_required(field):
    form = add_case_form(**{field: "  "})
    assert not form.is_valid()
    assert set(form.errors) == {field}


@pytest.mark.parametrize("field", ["receipt_number", "access_code"])
def test_null_characters_and_very_long_input_are_rejected(field):
    assert not add_case_form(**{field: "IOE\x000123456789"}).is_valid()
    assert not add_case_form(**{field: "1" * 5000}).is_valid()


def test_cleaned_data_has_only_the_two_fields():
    form = AddCaseForm(
        {"receipt_number": "IOE0123456789", "access_code": CODE, "account": "1", "is_staff": "on"}
    )
    assert form.is_valid()
    assert form.cleaned_data.keys() == {"receipt_number", "access_code"}


@pytest.mark.parametrize(("language", "kept"), [("en", "en"), ("es", "es"), ("es-mx", "es")])
def test_sign_up_saves_the_name_and_the_language_of_the_page(db, rf, language, kept):
    user = User.objects.create_user("new@example.org", "correct horse battery")
    form = SignupNameForm({"name": "  María José Ñandú  ", "kind": "staff", "is_staff": "on"})
    assert form.is_valid()
    with translation.override(language):
        form.signup(rf.post("/"), user)
    user.refresh_from_db()
    assert (user.name, user.language) == ("María José Ñandú", kept)
    assert (user.kind, user.is_staff) == (User.Kind.REQUESTOR, False)


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "Ana\x00"])
def test_sign_up_rejects_an_invalid_name(name):
    assert "name" in SignupNameForm({"name": name}).errors
