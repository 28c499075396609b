"""The health check of the background work as a whole: beat, the broker, a worker and the database."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.readiness import has_beaten_within


class Command(BaseCommand):
    help = "Fails when there was no heartbeat for so long: beat, the broker or every worker is away."
    requires_system_checks: list[str] = []  # asked every half minute

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--within", type=int, default=120, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when there is none."""
        seconds = options["within"]
        if not has_beaten_within(timedelta(seconds=seconds)):
            raise CommandError(
                f"No heartbeat within {seconds} seconds: look at beat, the broker, the workers."
            )
        self.stdout.write(f"There was a heartbeat within {seconds} seconds.")
