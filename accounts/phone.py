"""Parse and format phone numbers. They are stored in E.164."""

import phonenumbers

from portal.foundation.text_normalization import normalize_digits

# The region of a number without a country code.
HOME_REGION = "US"


class InvalidPhone(ValueError):
    """The text is not a phone number that can be called."""


def parse_phone(text: str) -> str:
    """Return the number in E.164, like +14155550132.

    Raises: InvalidPhone, also if the number has an extension.
    """
    try:
        number = phonenumbers.parse(normalize_digits(text), HOME_REGION)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhone from error
    if number.extension or not phonenumbers.is_valid_number(number):
        raise InvalidPhone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def format_phone(number: str) -> str:
    """Format an E.164 number for people: (415) 555-0132 in the U.S., +52 55 1234 5678 elsewhere."""
    parsed = phonenumbers.parse(number)
    at_home = phonenumbers.region_code_for_number(parsed) == HOME_REGION
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, form.NATIONAL if at_home else form.INTERNATIONAL)
