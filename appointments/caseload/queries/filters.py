"""Filter and sort a caseload in SQL.

The conditions here decide for many rows what `eligibility.rules` decides for one. A property test keeps them
equal.
"""

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Case as SqlCase
from django.db.models import (
    Count,
    DateField,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from appointments.booking.case_search import read_receipt_number
from appointments.caseload.facts import (
    ALLOWED,
    DUE_WITHIN,
    REFUSED,
    CaseloadFilters,
    CaseloadOrder,
    SortKey,
)
from appointments.eligibility import RefusalCode
from appointments.models import Appointment, Reschedule, Site
from appointments.models.appointment import AppointmentQuerySet
from policy.models import FormType
from policy.queries import RulesInForce
from portal.foundation.name_search import build_name_filter, build_search_key


def apply_filters(
    rows: AppointmentQuerySet, filters: CaseloadFilters, rules: RulesInForce
) -> AppointmentQuerySet:
    """Return the rows that match the filters. `rules` must include every form of the rows.

    Looks up sites and forms in subqueries and does not join them: above eight tables PostgreSQL no longer
    chooses the order of joins, and would start with every slot there is.
    """
    if filters.words:
        rows = rows.filter(_has_name(filters.words))
    if filters.site is not None:
        rows = rows.filter(slot__site=_get_key(Site.objects.filter(public_id=filters.site)))
    rows = _at_time(rows, filters, rules)
    if filters.form:
        form_type = _get_key(FormType.objects.filter(code=filters.form))
        rows = rows.filter(series__person__case__form_type=form_type)
    if filters.state == ALLOWED:
        rows = keep_allowed(rows, rules)
    elif filters.state == REFUSED:
        rows = _with_counted_reschedules(rows).filter(_refused(rules))
    elif filters.state:
        rows = _with_counted_reschedules(rows).filter(CONDITIONS[RefusalCode(filters.state)](rules))
    return rows


def keep_allowed(rows: AppointmentQuerySet, rules: RulesInForce) -> AppointmentQuerySet:
    """Return the rows that no rule refuses."""
    return _with_counted_reschedules(rows).exclude(_refused(rules))


def sort_rows(rows: AppointmentQuerySet, order: CaseloadOrder, rules: RulesInForce) -> AppointmentQuerySet:
    """Sort by one column, then by the appointment's time. Rows whose deadline has passed come last in theirs.

    Like the filters, it looks up the names of sites in a subquery.
    """
    column = _SORTED_BY[order.key]
    by = column.desc() if order.is_descending else column.asc()
    if order.key is not SortKey.DEADLINE:
        return rows.order_by(by, "slot__starts_at", "id")
    has_passed = SqlCase(
        When(slot__starts_at__lt=rules.now + rules.limits.online_cutoff, then=Value(1)), default=Value(0)
    )
    return rows.order_by(has_passed, by, "id")


_SORTED_BY: dict[SortKey, F | Func | Subquery] = {
    SortKey.DEADLINE: F("slot__starts_at"),
    SortKey.APPOINTMENT: F("slot__starts_at"),
    SortKey.CLIENT: build_search_key("series__person__name"),
    SortKey.RECEIPT: F("series__person__case__receipt_number"),
    SortKey.SITE: Subquery(Site.objects.filter(pk=OuterRef("slot__site")).values("name")),
}


def _get_key(rows: "QuerySet[Site] | QuerySet[FormType]") -> Subquery:
    """Return the key of the one row as a subquery, which PostgreSQL runs once per statement."""
    return Subquery(rows.values("pk")[:1])


def _has_name(words: str) -> Q:
    """Match the beginning of a receipt number, or the words of a person's name in any order."""
    number = read_receipt_number(words)
    if number:
        return Q(series__person__case__receipt_number__startswith=number)
    return build_name_filter(words, name="series__person__name")


def _at_time(rows: AppointmentQuerySet, filters: CaseloadFilters, rules: RulesInForce) -> AppointmentQuerySet:
    if filters.week is not None:
        rows = _in_week(rows, filters.week)
    if filters.is_due:
        first_at = rules.now + rules.limits.online_cutoff
        rows = rows.filter(slot__starts_at__gte=first_at, slot__starts_at__lt=first_at + DUE_WITHIN)
    return rows


def _in_week(rows: AppointmentQuerySet, on: date) -> AppointmentQuerySet:
    """Keep the rows in the week of that day, Monday to Sunday, in the time zone of each row's site."""
    monday_there = Func(
        Subquery(Site.objects.filter(pk=OuterRef("slot__site")).values("tz")),
        F("slot__starts_at"),
        template="date_trunc('week', timezone(%(expressions)s))::date",
        output_field=DateField(),
    )
    return rows.alias(monday_there=monday_there).filter(monday_there=on - timedelta(days=on.weekday()))


def _with_counted_reschedules(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    """Add `counted_reschedules` of the series, including those from before the portal."""
    counted_here = (
        Reschedule.objects.filter(series=OuterRef("series"), counts=True)
        .order_by()
        .values("series")
        .annotate(number=Count("pk"))
        .values("number")
    )
    counted_before = Func(
        F("series__earlier_counted_at"), function="cardinality", output_field=IntegerField()
    )
    return rows.alias(counted_reschedules=Coalesce(Subquery(counted_here), 0) + counted_before)


def _refused(rules: RulesInForce) -> Q:
    """Match the rows that any rule refuses."""
    refused = Q()
    for condition in CONDITIONS.values():
        refused |= condition(rules)
    return refused


def _form_not_enabled(rules: RulesInForce) -> Q:
    enabled = [
        form_type_id
        for form_type_id, version in rules.form_types.items()
        if version.online_from is not None and version.online_from <= rules.now
    ]
    return ~Q(series__person__case__form_type__in=enabled)


def _scheduled_before_launch(rules: RulesInForce) -> Q:
    before = Q(pk__in=[])
    for form_type_id, version in rules.form_types.items():
        if version.scheduled_from is not None:
            before |= Q(series__person__case__form_type=form_type_id, scheduled_at__lt=version.scheduled_from)
    return before


def _already_passed(rules: RulesInForce) -> Q:
    return Q(slot__starts_at__lte=rules.now)


def _within_12_hours(rules: RulesInForce) -> Q:
    return Q(slot__starts_at__gt=rules.now, slot__starts_at__lt=rules.now + rules.limits.online_cutoff)


def _reschedule_limit(rules: RulesInForce) -> Q:
    return Q(counted_reschedules__gte=rules.limits.reschedule_cap)


def _not_scheduled(rules: RulesInForce) -> Q:
    return ~Q(status=Appointment.Status.SCHEDULED)


def _case_closed(rules: RulesInForce) -> Q:
    return Q(series__person__case__closed_at__isnull=False)


def _staff_only(rules: RulesInForce) -> Q:
    return Q(is_staff_only=True)


CONDITIONS: dict[RefusalCode, Callable[[RulesInForce], Q]] = {
    RefusalCode.NOT_SCHEDULED: _not_scheduled,
    RefusalCode.ALREADY_PASSED: _already_passed,
    RefusalCode.WITHIN_12_HOURS: _within_12_hours,
    RefusalCode.RESCHEDULE_LIMIT: _reschedule_limit,
    RefusalCode.FORM_NOT_ENABLED: _form_not_enabled,
    RefusalCode.SCHEDULED_BEFORE_LAUNCH: _scheduled_before_launch,
    RefusalCode.CASE_CLOSED: _case_closed,
    RefusalCode.STAFF_ONLY: _staff_only,
}
