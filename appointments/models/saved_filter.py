"""Saved filters of a representative's caseload."""

from django.db import models

from accounts.models import User
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel

MAX_SAVED_FILTERS = 20


class SavedFilter(PublicModel):
    """Filters and order of a caseload under a name that the account chose. Without search, so without names.

    `parameters` are the parameters of the list's address. They may no longer fit: a site can be gone.
    """

    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=60)
    parameters = models.JSONField()
    created_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="saved_filter_one_per_name"),
        ]

    def __str__(self) -> str:
        return f"saved filter {self.public_id}"
