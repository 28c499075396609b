"""Tell whether a database was made by a version of the portal that this code cannot bring up to date."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.loader import MigrationLoader

OUR_APPS = frozenset({"policy", "accounts", "appointments"})


def is_from_other_version(connection: BaseDatabaseWrapper) -> bool:
    """Return whether the database has migrations that this code does not know, or lacks earlier ones.

    Both happen after migrations were squashed or taken back. An empty database and one that only
    misses the newest migrations are fine. Rows of other packages are left to those packages.
    """
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known |= {(app, name) for app, name in migration.replaces}
    if any(app in OUR_APPS and (app, name) not in known for app, name in loader.applied_migrations):
        return True
    try:
        loader.check_consistent_history(connection)
    except InconsistentMigrationHistory:
        return True
    return False
