"""Heartbeats: rows that prove that beat and a worker are running."""

from django.db import models


class Heartbeat(models.Model):
    """When a named periodic task last ran in a worker. The readiness check fails if this is too old."""

    name = models.CharField(max_length=40, unique=True)
    beat_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
