"""Search cases for staff: by receipt number, name of a person, or confirmation number of a reschedule."""

import re

from django.db.models import QuerySet

from accounts.models import Case, Person
from appointments.models import Reschedule
from portal.foundation.name_search import build_name_filter
from portal.foundation.text_normalization import fix_lookalike_digits, strip_separators

RECEIPT_NUMBER = re.compile(r"([A-Z]{3})([0-9OIL]{1,10})")
CONFIRMATION_NUMBER = re.compile(r"R([0-9A-Z]{10})")
WRITTEN_AS_CONFIRMATION = re.compile(r"\s*R\s*[-–]", re.IGNORECASE)


def search_cases(*, cases: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Return the cases that match one number or name. Each kind of search has an index of its own.

    Ignores spaces, dashes and lookalike characters in numbers. A receipt number may be incomplete. Names are
    compared as `build_name_filter` does, all words with one person.
    """
    number = strip_separators(words)
    confirmation = CONFIRMATION_NUMBER.fullmatch(number)
    receipt = read_receipt_number(words)
    if confirmation and (WRITTEN_AS_CONFIRMATION.match(words) or not RECEIPT_NUMBER.fullmatch(number)):
        code = fix_lookalike_digits(confirmation[1])
        reschedules = Reschedule.objects.filter(confirmation_number=f"R-{code[:5]}-{code[5:]}")
        return cases.filter(pk__in=reschedules.values("series__person__case_id"))
    if receipt:
        return cases.filter(receipt_number__startswith=receipt)
    people = Person.objects.filter(build_name_filter(words, name="name"))
    return cases.filter(pk__in=people.values("case_id"))


def read_receipt_number(words: str) -> str:
    """Return the receipt number, or its first characters, that the text contains. Empty if it is not one."""
    number = strip_separators(words)
    receipt = RECEIPT_NUMBER.fullmatch(number)
    if receipt is None or not any(character.isdigit() for character in number):
        return ""
    return receipt[1] + fix_lookalike_digits(receipt[2])
