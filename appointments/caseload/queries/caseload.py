"""Read a representative's caseload in a constant number of statements, however many clients there are."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Representation, User
from appointments.booking.decisions import decide_all_under
from appointments.caseload.facts import CaseloadFilters, CaseloadOrder, CaseloadRules, Export
from appointments.caseload.queries.filters import apply_filters, keep_allowed, sort_rows
from appointments.eligibility import Decision
from appointments.models import Appointment, Site
from appointments.models.appointment import AppointmentQuerySet
from policy.models import FormType
from policy.queries import RulesInForce, get_rules

ROWS_AT_ONCE = 500


def list_client_appointments(account: User) -> AppointmentQuerySet:
    """Return the scheduled appointments on all cases that the representative may act on now.

    These are the rows of `Appointment.objects.for_account`, selected with fewer joins, so that PostgreSQL
    starts from the representative and not from every appointment of the country.
    """
    acts_on = Representation.objects.in_force().filter(representative=account).values("case")
    return Appointment.objects.filter(status=Appointment.Status.SCHEDULED, series__person__case__in=acts_on)


def list_forms(account: User) -> QuerySet[FormType]:
    """Return the forms that the caseload has, by code."""
    return FormType.objects.filter(
        pk__in=list_client_appointments(account).values("series__person__case__form_type")
    ).order_by("code")


def list_sites(account: User) -> QuerySet[Site]:
    """Return the sites that the caseload has, by state and name."""
    return Site.objects.filter(pk__in=list_client_appointments(account).values("slot__site")).order_by(
        "state", "name"
    )


def get_caseload_rules(account: User) -> CaseloadRules:
    """Return the forms of the caseload and the rules for them. Three statements."""
    forms = tuple(list_forms(account))
    return CaseloadRules(forms=forms, rules=get_rules(form_type_ids=[form.pk for form in forms]))


def list_keys(
    account: User, filters: CaseloadFilters, order: CaseloadOrder, rules: RulesInForce
) -> QuerySet[Any, int]:
    """Return the keys of the filtered and sorted caseload, as a queryset that has not run yet.

    Selects keys only: with all joins PostgreSQL sorts the whole table.
    """
    rows = apply_filters(list_client_appointments(account), filters, rules)
    return sort_rows(rows, order, rules).values_list("pk", flat=True)


def list_allowed_ids(
    account: User, filters: CaseloadFilters, order: CaseloadOrder, rules: RulesInForce, *, at_most: int
) -> list[UUID]:
    """Return the public ids of the first appointments of the list that can be rescheduled online."""
    rows = keep_allowed(apply_filters(list_client_appointments(account), filters, rules), rules)
    return list(sort_rows(rows, order, rules).values_list("public_id", flat=True)[:at_most])


def list_rows(account: User, keys: Sequence[int], rules: RulesInForce) -> list[tuple[Appointment, Decision]]:
    """Return the appointments with these keys and their decisions, in this order. Two statements.

    Leaves out the rows that the account may no longer act on.
    """
    rows = {
        row.pk: row for row in list_client_appointments(account).with_display_relations().filter(pk__in=keys)
    }
    decisions = decide_all_under(appointments=list(rows.values()), rules=rules)
    return [(rows[key], decisions[key]) for key in keys if key in rows]


def list_selected(account: User, public_ids: Collection[UUID]) -> list[Appointment]:
    """Return the appointments with these public ids that are still in the caseload, earliest first."""
    rows = list_client_appointments(account).filter(public_id__in=public_ids)
    return list(rows.select_related("series__person").order_by("slot__starts_at", "pk"))


def read_export(export: Export) -> Iterator[tuple[Appointment, Decision]]:
    """Yield the rows of a file, some hundreds at a time.

    Leaves out the rows that the account may no longer act on when they are read.
    """
    keys = export.appointment_ids
    for first in range(0, len(keys), ROWS_AT_ONCE):
        yield from list_rows(export.account, keys[first : first + ROWS_AT_ONCE], export.rules)
