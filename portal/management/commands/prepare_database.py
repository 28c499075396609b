"""Bring the database up to date: before the first start, and before the start of each new version."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

# An arbitrary number that no other advisory lock uses.
LOCK = 7_031_416


class Command(BaseCommand):
    help = (
        "Migrates, creates the table of rate limits, and adds missing reference data, staff units and "
        "coordinates of sites. "
        "Safe to run again and from two hosts at once: the second waits for the first."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        options_of_all = {"verbosity": options["verbosity"], "stdout": self.stdout}
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            call_command("migrate", interactive=False, **options_of_all)
            call_command("createcachetable", **options_of_all)
            call_command("load_reference_data", **options_of_all)
            call_command("load_units", **options_of_all)
            call_command("locate_sites", **options_of_all)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        self.stdout.write("The database is ready.")
