"""Describe a conflict between this portal and the scheduler of record."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from appointments.models import DeliveryConflict, Slot
from appointments.staff.presenters.formatting import format_utc
from portal.foundation.site_time import format_instant


@dataclass(frozen=True, slots=True)
class ConflictView:
    """One conflict in words. `settled` is empty while it is open."""

    kind: str
    here: str
    there: str
    delivered_as_of: str
    settled: str


def build_conflict_view(conflict: DeliveryConflict) -> ConflictView:
    """Describe a conflict, read with its delivery, both slots with their sites, and who settled it."""
    return ConflictView(
        kind=conflict.get_kind_display(),
        here=_format_slot(conflict.appointment.slot),
        there=_format_slot(conflict.delivered_slot),
        delivered_as_of=format_utc(conflict.delivery.as_of),
        settled=_describe_settled(conflict),
    )


def _format_slot(slot: Slot) -> str:
    return f"{format_instant(slot.starts_at, slot.site.tz)}, {slot.site.name}"


def _describe_settled(conflict: DeliveryConflict) -> str:
    if conflict.settled_at is None:
        return ""
    by = conflict.settled_by.name if conflict.settled_by else _("the scheduler’s next delivery")
    return _("%(instant)s by %(by)s") % {"instant": format_utc(conflict.settled_at), "by": by}
