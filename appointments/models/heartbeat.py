"""Proof of life of the background work: a row that beat and the worker renew together."""

from django.db import models


class Heartbeat(models.Model):
    """When a named periodic task last ran in a worker. Readiness turns red when it grows old."""

    name = models.CharField(max_length=40, unique=True)
    beat_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
