"""Calendar feeds: one secret address for each account."""

from django.db import models

from accounts.models import User
from portal.foundation.clock import DatabaseNow


class CalendarFeed(models.Model):
    """The calendar feed of an account. Its address contains a secret, of which only a keyed hash is stored.

    `content_hash` and `content_changed_at` say what the calendar last contained, and since when. They are for
    calendars that ask whether anything has changed.
    """

    account = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    with_names = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(db_default=DatabaseNow())
    content_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    content_changed_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"calendar feed {self.pk}"
