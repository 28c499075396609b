"""Bring the database up to date: before the first start, and before the start of each new version."""

import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

# An arbitrary number that no other advisory lock uses.
LOCK = 7_031_416
BETWEEN_TRIES = 0.5  # seconds


class Command(BaseCommand):
    help = (
        "Migrates, creates the table of rate limits, and adds missing reference data, staff units and "
        "coordinates of sites. "
        "Safe to run again and from two hosts at once: the second waits for the first."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        options_of_all = {"verbosity": options["verbosity"], "stdout": self.stdout}
        _wait_for_other_hosts()
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


def _wait_for_other_hosts() -> None:
    """Take the lock once no other host holds it.

    A statement that waits holds a snapshot, and an index that is made concurrently waits for all of those:
    the host that migrates and the one that waits for it would deadlock. So this one asks again and again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        while not cursor.fetchone()[0]:
            time.sleep(BETWEEN_TRIES)
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
