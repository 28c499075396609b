"""Read the feed behind a secret address, and the appointments that it contains."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Case, User
from accounts.services.codes import hash_code
from appointments.calendar_feed.facts import FeedEntry
from appointments.models import Appointment, CalendarFeed, PlaceAndTime, Reschedule
from appointments.notices.calendar import CalendarEntry
from portal.foundation.clock import DatabaseNow

# How long a calendar shows that an appointment was canceled, and what has passed.
KEPT_FOR = timedelta(days=30)
MOST_ENTRIES = 2000


def find_feed(*, token: str) -> CalendarFeed | None:
    """Return the feed of an active account under this secret, or None. One statement."""
    rows = CalendarFeed.objects.select_related("account").filter(token_hash=hash_code(token))
    return rows.filter(account__is_active=True).exclude(account__kind=User.Kind.STAFF).first()


def find_own_feed(account: User) -> CalendarFeed | None:
    """Return the account's feed, or None."""
    return CalendarFeed.objects.filter(account=account).first()


def list_entries(feed: CalendarFeed) -> list[FeedEntry]:
    """Return the entries of the appointments that the account may act on now, the latest first.

    One entry for each series of appointments, because a reschedule keeps the identifier of its entry: a
    rescheduled appointment is the same entry at its new time. A canceled one stays as canceled for KEPT_FOR.
    At most MOST_ENTRIES. One statement.
    """
    status = Appointment.Status
    recent = DatabaseNow() - KEPT_FOR
    shown = Q(slot__starts_at__gte=recent) & ~Q(status__in=[status.CANCELLED, status.SUPERSEDED])
    canceled = Q(status=status.CANCELLED, status_changed_at__gte=recent)
    cases = Case.objects.keys_for_account(feed.account)
    latest = (
        Appointment.objects.filter(series__person__case__in=cases)
        .exclude(status=status.SUPERSEDED)
        .order_by("series_id", "-id")
        .distinct("series_id")
        .values("pk")
    )
    reschedules = (
        Reschedule.objects.filter(series=OuterRef("series"))
        .order_by()
        .values("series")
        .annotate(number=Count("pk"))
        .values("number")
    )
    rows = (
        Appointment.objects.filter(shown | canceled, pk__in=latest)
        .annotate(reschedules=Coalesce(Subquery(reschedules), 0))
        .select_related("slot__site", "series__person__case")
        .order_by("-slot__starts_at", "pk")
    )
    return [_build_entry(row, with_names=feed.with_names) for row in rows[:MOST_ENTRIES]]


def _build_entry(row: Appointment, *, with_names: bool) -> FeedEntry:
    entry = CalendarEntry(
        uid=row.series.calendar_uid,
        sequence=row.reschedules + row.series.calendar_changes,  # type: ignore[attr-defined] # an annotation
        place=PlaceAndTime.of_slot(row.slot),
        agency_name=settings.AGENCY_NAME,
        is_demo=settings.IS_DEMO,
        is_canceled=row.status == Appointment.Status.CANCELLED,
    )
    if not with_names:
        return FeedEntry(entry)
    return FeedEntry(entry, name=row.person.name, receipt_number=row.case.receipt_number)
