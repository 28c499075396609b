"""Telephone numbers as people type them, and as they are kept: E.164."""

import phonenumbers

# Whoever types no country code means the agency's country.
HOME_REGION = "US"


class NoPhone(ValueError):
    """What was typed is no number that could be called."""


def read_phone(typed: str) -> str:
    """The number in E.164, like +14155550132. Raises NoPhone."""
    try:
        number = phonenumbers.parse(typed, HOME_REGION)
    except phonenumbers.NumberParseException as error:
        raise NoPhone from error
    if number.extension or not phonenumbers.is_valid_number(number):
        raise NoPhone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def format_phone(number: str) -> str:
    """A number in E.164 as people write it: (415) 555-0132 at home, +52 55 1234 5678 abroad."""
    parsed = phonenumbers.parse(number)
    at_home = phonenumbers.region_code_for_number(parsed) == HOME_REGION
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, form.NATIONAL if at_home else form.INTERNATIONAL)
