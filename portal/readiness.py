"""Check whether this installation can serve people, for /health/ready and the health checks."""

from datetime import timedelta
from functools import cache

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from appointments.models import Heartbeat
from portal.foundation.clock import DatabaseNow


class NotMigrated(Exception):
    """The database lacks a migration that this code needs."""


def has_heartbeat_within(age: timedelta) -> bool:
    """Return whether beat, the broker and a worker together left a heartbeat younger than `age`."""
    return Heartbeat.objects.filter(name="beat", beat_at__gt=DatabaseNow() - age).exists()


def is_migrated() -> bool:
    """Return whether the database has every migration of this code. It may have newer ones, too.

    Once true, the answer is remembered in this process: migrations are not reversed while the portal runs.
    """
    try:
        check_migrated()
    except NotMigrated:
        return False
    return True


@cache
def check_migrated() -> None:
    """Raise NotMigrated if a migration is missing. Only success is cached, so a failure is checked again."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotMigrated
