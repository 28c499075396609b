"""Reading a caseload: what a page needs in a constant number of statements, and taking it out as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from appointments.booking.decisions import decide_all_under
from appointments.caseload.queries import (
    CaseloadFilters,
    apply_filters,
    by_deadline,
    clients_appointments,
    forms_of,
)
from appointments.eligibility import Decision
from appointments.models import Appointment, CaseloadExport
from policy.models import FormType
from policy.queries import RulesInForce, get_rules
from portal.foundation.transactions import in_durable_transaction

ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class CaseloadRules:
    """The forms of a caseload, and the rules of all of them at one instant: filter and answers agree."""

    forms: tuple[FormType, ...]
    rules: RulesInForce


@dataclass(frozen=True, slots=True)
class Export:
    """A file to be: which rows, in which order, decided under which rules."""

    account: User
    appointment_ids: tuple[int, ...]
    rules: RulesInForce


def get_caseload_rules(account: User) -> CaseloadRules:
    """Three statements."""
    forms = tuple(forms_of(account))
    return CaseloadRules(forms=forms, rules=get_rules(form_type_ids=[form.pk for form in forms]))


def find_keys(account: User, filters: CaseloadFilters, rules: RulesInForce) -> QuerySet[Any, int]:
    """Keys of the caseload as asked for, by deadline. No statement yet.

    Only keys: a dozen tables joined for thousands of rows would be put in order by the country's size.
    """
    rows = apply_filters(clients_appointments(account), filters, rules)
    return by_deadline(rows, rules).values_list("pk", flat=True)


def read_rows(account: User, keys: Sequence[int], rules: RulesInForce) -> list[tuple[Appointment, Decision]]:
    """These rows with their decisions, in this order. Two statements.

    Those that are no longer the account's are left out.
    """
    rows = {row.pk: row for row in clients_appointments(account).with_display_relations().filter(pk__in=keys)}
    decisions = decide_all_under(list(rows.values()), rules)
    return [(rows[key], decisions[key]) for key in keys if key in rows]


@in_durable_transaction
def begin_export(*, account: User, filters: CaseloadFilters) -> Export:
    """Which rows the file will have; from now on it is on record who takes out how many."""
    rules = get_caseload_rules(account).rules
    keys = tuple(find_keys(account, filters, rules))
    CaseloadExport.objects.create(account=account, row_count=len(keys))
    return Export(account=account, appointment_ids=keys, rules=rules)


def read_export(export: Export) -> Iterator[tuple[Appointment, Decision]]:
    """The rows, some hundreds at a time. What is no longer the account's while it reads is left out."""
    keys = export.appointment_ids
    for first in range(0, len(keys), ROWS_AT_ONCE):
        yield from read_rows(export.account, keys[first : first + ROWS_AT_ONCE], export.rules)
