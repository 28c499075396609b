"""The staff's search: a case by its receipt number, a person's name, or the confirmation number of a move."""

import re

from django.db.models import QuerySet

from accounts.models import Case, Person
from appointments.models import Reschedule
from portal.foundation.text_normalization import fix_lookalike_digits, strip_separators

LEAST_LETTERS = 3  # a trigram index finds nothing shorter
RECEIPT_NUMBER = re.compile(r"([A-Z]{3})([0-9OIL]{1,10})")
CONFIRMATION_NUMBER = re.compile(r"R([0-9A-Z]{10})")
WRITTEN_AS_CONFIRMATION = re.compile(r"\s*R\s*[-–]", re.IGNORECASE)


def search_cases(cases: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Those of the cases that the words name: one kind of number or name, each through an index of its own.

    Spaces, dashes and the usual slips in numbers are forgiven, and a receipt number may break off. Fewer
    than three letters of a name find nothing.
    """
    number = strip_separators(words)
    confirmation = CONFIRMATION_NUMBER.fullmatch(number)
    receipt = read_receipt_number(words)
    if confirmation and (WRITTEN_AS_CONFIRMATION.match(words) or not RECEIPT_NUMBER.fullmatch(number)):
        drawn = fix_lookalike_digits(confirmation[1])
        reschedules = Reschedule.objects.filter(confirmation_number=f"R-{drawn[:5]}-{drawn[5:]}")
        return cases.filter(pk__in=reschedules.values("series__person__case_id"))
    if receipt:
        return cases.filter(receipt_number__startswith=receipt)
    name = " ".join(words.split())
    if len(name) < LEAST_LETTERS or "\x00" in name:
        return cases.none()
    return cases.filter(pk__in=Person.objects.filter(name__icontains=name).values("case_id"))


def read_receipt_number(words: str) -> str:
    """The receipt number, or its beginning, that the words are; empty where they are none."""
    number = strip_separators(words)
    receipt = RECEIPT_NUMBER.fullmatch(number)
    if receipt is None or not any(character.isdigit() for character in number):
        return ""
    return receipt[1] + fix_lookalike_digits(receipt[2])
