"""Keep the inbox: record that a notice was read."""

from appointments.models import Notice
from portal.foundation.clock import DatabaseNow


def mark_read(*, notice: Notice) -> None:
    """Record when the notice was first opened."""
    if notice.read_at is None:
        Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=DatabaseNow())
