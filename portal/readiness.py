"""What must hold for this installation to serve people: asked by /health/ready and by the health checks."""

from datetime import timedelta
from functools import cache

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from appointments.models import Heartbeat
from portal.foundation.clock import DatabaseNow


class NotMigrated(Exception):
    """The database lacks a migration that this code needs."""


def has_beaten_within(age: timedelta) -> bool:
    """Whether beat, the broker and a worker together left a heartbeat that is younger than this."""
    return Heartbeat.objects.filter(name="beat", beat_at__gt=DatabaseNow() - age).exists()


def is_migrated() -> bool:
    """Whether the database has every migration of this code; it may have more, of code to come.

    Looked up until it is so, and never again in this process: nobody takes migrations back under a portal.
    """
    try:
        check_migrated()
    except NotMigrated:
        return False
    return True


@cache
def check_migrated() -> None:
    """Raises NotMigrated, which is asked again each time; its absence is remembered."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotMigrated
