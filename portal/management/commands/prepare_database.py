"""The step before the portal starts, and before each new version of it: brings the database up to date."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

# Any number that nothing else locks.
LOCK = 7_031_416


class Command(BaseCommand):
    help = (
        "Migrates, makes the table of rate limits, and adds missing reference data and staff units. "
        "Safe to run again, and from two hosts at once: the second waits for the first."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        said = {"verbosity": options["verbosity"], "stdout": self.stdout}
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            call_command("migrate", interactive=False, **said)
            call_command("createcachetable", **said)
            call_command("load_reference_data", **said)
            call_command("load_units", **said)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        self.stdout.write("The database is ready.")
