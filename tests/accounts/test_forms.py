"""The shape of what sign-up and adding a case take in, and the slips they forgive."""

import pytest
from django.utils import translation

from accounts.forms import AddCaseForm, SignupForm
from accounts.models import User

CODE = "7F3K9Q2MDX4T8N2P"


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
def test_names_the_slip_of_a_letter_for_a_digit(typed, meant):
    form = add_case_form(receipt_number=typed)
    assert not form.is_valid()
    [error] = form.errors["receipt_number"]
    assert "O or I in place of 0 or 1" in error
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
def test_names_the_slip_of_a_digit_for_a_letter(typed, meant):
    form = add_case_form(receipt_number=typed)
    assert not form.is_valid()
    [error] = form.errors["receipt_number"]
    assert "0, 1 or 5 in place of the letter O, I or S" in error
    assert f"You may mean {meant}" in error


@pytest.mark.parametrize(
    "typed",
    [
        "IOE012345678",
        "IOE01234567890",
        "A123456789",
        "IOE01234S6789",
        "IOE٠١٢٣٤٥٦٧٨٩",  # digits, but not the ten on a notice
        "IOE0123456789'; DROP TABLE",
        "---",
    ],
)
def test_refuses_what_is_no_receipt_number_and_shows_an_example(typed):
    form = add_case_form(receipt_number=typed)
    assert not form.is_valid()
    [error] = form.errors["receipt_number"]
    assert "IOE0123456789" in error


@pytest.mark.parametrize("prefix", ["SIM", "MSC", "LIN", "XYZ"])
def test_takes_any_three_letters_for_prefixes_are_no_closed_list(prefix):
    assert add_case_form(receipt_number=f"{prefix}0123456789").is_valid()


@pytest.mark.parametrize(
    "typed", [CODE, CODE.lower(), "7F3K 9Q2M DX4T 8N2P", "7f3k-9q2m-dx4t-8n2p", f" {CODE} "]
)
def test_forgives_case_spaces_and_dashes_in_a_code(typed):
    form = add_case_form(access_code=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["access_code"] == CODE


@pytest.mark.parametrize("typed", ["7F3K9Q2MDX4T8N2", CODE + "7", "7F3K9Q2MDX4T8NUP", "7F3K9Q2MDX4T8N2É"])
def test_what_can_be_no_code_costs_no_try(typed):
    form = add_case_form(access_code=typed)
    assert not form.is_valid()
    [error] = form.errors["access_code"]
    assert "sixteen letters and digits" in error


def test_forgives_letters_that_look_like_digits_in_a_code():
    form = add_case_form(access_code="7F3K-9Q2M-DX4T-OILP")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["access_code"] == "7F3K9Q2MDX4T011P"


@pytest.mark.parametrize("field", ["receipt_number", "access_code"])
def test_asks_for_both(field):
    form = add_case_form(**{field: "  "})
    assert not form.is_valid()
    assert set(form.errors) == {field}


@pytest.mark.parametrize("field", ["receipt_number", "access_code"])
def test_refuses_null_characters_and_endless_input(field):
    assert not add_case_form(**{field: "IOE\x000123456789"}).is_valid()
    assert not add_case_form(**{field: "1" * 5000}).is_valid()


def test_hands_on_nothing_but_the_two_fields():
    form = AddCaseForm(
        {"receipt_number": "IOE0123456789", "access_code": CODE, "account": "1", "is_staff": "on"}
    )
    assert form.is_valid()
    assert form.cleaned_data.keys() == {"receipt_number", "access_code"}


@pytest.mark.parametrize(("language", "kept"), [("en", "en"), ("es", "es"), ("es-mx", "es")])
def test_sign_up_keeps_the_name_and_the_language_of_the_page(db, rf, language, kept):
    user = User.objects.create_user("new@example.org", "correct horse battery")
    form = SignupForm({"name": "  María José Ñandú  ", "kind": "staff", "is_staff": "on"})
    assert form.is_valid()
    with translation.override(language):
        form.signup(rf.post("/"), user)
    user.refresh_from_db()
    assert (user.name, user.language) == ("María José Ñandú", kept)
    assert (user.kind, user.is_staff) == (User.Kind.REQUESTOR, False)


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "Ana\x00"])
def test_sign_up_refuses_a_name_that_is_none(name):
    assert "name" in SignupForm({"name": name}).errors
