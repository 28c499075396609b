import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

from appointments.booking.invariants import CHECKS, find_violations


class Command(BaseCommand):
    help = (
        "Recount seats, reschedules, statements and notices. Prints one line per violation and exits with 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON object instead of lines.")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                # Use one snapshot for all checks, so that a reschedule in between is not a false alarm.
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            violations = find_violations()
        if options["json"]:
            rows = [violation.as_dict() for violation in violations]
            self.stdout.write(json.dumps({"checks": list(CHECKS), "violations": rows}))
        else:
            for violation in violations:
                self.stdout.write(f"{violation.check}: row {violation.key}: {violation.found}")
            if not violations:
                self.stdout.write(f"All {len(CHECKS)} invariants hold.")
        if violations:
            sys.exit(1)
