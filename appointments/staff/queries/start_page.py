"""Read the worklists and the rules of the start page. Each statement reads few rows through an index."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from accounts.models import Case, CaseAccountConflict, FailedAttempt, User
from accounts.services.codes import ALERT_FAILURES, ALERT_WINDOW
from accounts.units import Forms
from appointments.models import Appointment, DeliveryConflict, Notice, Reschedule
from appointments.models.notice import UNDELIVERED
from appointments.staff.facts import GuessedCase, RulesToday, Worklists
from policy.models import FormTypeVersion, PolicyVersion
from portal.foundation.clock import DatabaseNow

LINES = 5
UNREAD_WITHIN = timedelta(days=7)
CASE_NOTICES_WITHIN = timedelta(days=30)


def find_worklists(user: User) -> Worklists | None:
    """Return the work on the cases that the account's units read, or None if they read none.

    At most seven statements.
    """
    if user.powers.reads is Forms.NONE:
        return None
    cases = Case.objects.for_staff(user)
    return Worklists(
        undelivered=_list_undelivered(cases),
        unread=list(_unread(cases)[:LINES]),
        conflicts=list(_conflicts(cases)[:LINES]),
        account_conflicts=list(_account_conflicts(cases)[:LINES]),
        reschedules=list(_reschedules(cases)[:LINES]),
        guessed=[GuessedCase(case, case.failures) for case in _list_guessed(cases)[:LINES]],
    )


def get_rules_today() -> RulesToday:
    """Return the limits in force, how many forms are online, and the next change. Three statements."""
    now = DatabaseNow()
    in_force = FormTypeVersion.objects.in_force().values("pk")
    return RulesToday(
        limits=PolicyVersion.objects.filter(effective_at__lte=now).order_by("-effective_at").first(),
        online_forms=FormTypeVersion.objects.filter(pk__in=in_force, online_from__lte=now).count(),
        next_limits=PolicyVersion.objects.filter(effective_at__gt=now).order_by("effective_at").first(),
    )


def _list_undelivered(cases: QuerySet[Case]) -> list[Notice]:
    """Return notices that no message delivered, that are unread, and that still matter. Two statements."""
    about_appointments = _notices(cases).filter(UNDELIVERED, read_at=None).order_by("-email_id")
    about_cases = (
        Notice.objects.on_cases(cases)
        .filter(
            UNDELIVERED, read_at=None, case__isnull=False, created_at__gt=DatabaseNow() - CASE_NOTICES_WITHIN
        )
        .select_related("addressee", "case")
        .order_by("-email_id")
    )
    notices = [*about_appointments[:LINES], *about_cases[:LINES]]
    notices.sort(key=lambda notice: notice.email_id or 0, reverse=True)
    return notices[:LINES]


def _unread(cases: QuerySet[Case]) -> QuerySet[Notice]:
    """Unread notices of reschedules by the agency, with the appointment within a week."""
    return (
        _notices(cases)
        .filter(
            kind=Notice.Kind.AGENCY_RESCHEDULED,
            read_at=None,
            appointment__slot__starts_at__lte=DatabaseNow() + UNREAD_WITHIN,
        )
        .order_by("-id")
    )


def _notices(cases: QuerySet[Case]) -> QuerySet[Notice]:
    """Notices of scheduled appointments that have not begun."""
    return Notice.objects.filter(
        appointment__series__person__case__in=cases,
        appointment__status=Appointment.Status.SCHEDULED,
        appointment__slot__starts_at__gt=DatabaseNow(),
    ).select_related("addressee", "appointment__slot__site", "appointment__series__person__case")


def _conflicts(cases: QuerySet[Case]) -> QuerySet[DeliveryConflict]:
    return (
        DeliveryConflict.objects.filter(settled_at=None, appointment__series__person__case__in=cases)
        .select_related("appointment__series__person__case")
        .order_by("-id")
    )


def _list_guessed(cases: QuerySet[Case]) -> Any:
    """Cases on which many codes failed in a day, with their number in `failures`. Most failures first."""
    recent = FailedAttempt.objects.filter(failed_at__gt=DatabaseNow() - ALERT_WINDOW, case__isnull=False)
    many = recent.values("case").annotate(failures=Count("pk")).filter(failures__gte=ALERT_FAILURES)
    of_case = many.filter(case=OuterRef("pk")).values("failures")
    return cases.filter(pk__in=many.values("case")).annotate(failures=Subquery(of_case)).order_by("-failures")


def _account_conflicts(cases: QuerySet[Case]) -> QuerySet[CaseAccountConflict]:
    return CaseAccountConflict.objects.open().filter(case__in=cases).select_related("case").order_by("-id")


def _reschedules(cases: QuerySet[Case]) -> QuerySet[Reschedule]:
    return (
        Reschedule.objects.filter(series__person__case__in=cases)
        .select_related("to_appointment__slot__site", "to_appointment__series__person__case")
        .order_by("-id")
    )
