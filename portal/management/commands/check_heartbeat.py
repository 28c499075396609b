"""Check the background work as a whole: beat, the broker, a worker and the database."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.readiness import has_heartbeat_within


class Command(BaseCommand):
    help = "Fails if there was no recent heartbeat, because beat, the broker or every worker is down."
    requires_system_checks: list[str] = []  # runs every half minute

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--within", type=int, default=120, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError if there was no heartbeat."""
        seconds = options["within"]
        if not has_heartbeat_within(timedelta(seconds=seconds)):
            raise CommandError(
                f"No heartbeat within {seconds} seconds. Check beat, the broker and the workers."
            )
        self.stdout.write(f"There was a heartbeat within {seconds} seconds.")
