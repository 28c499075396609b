from typing import Any

from django.core.management.base import BaseCommand

from policy.services import load_reference_data


class Command(BaseCommand):
    help = "Adds missing reference data: limits, form types, offices and reasons. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load_reference_data()
        for kind, count in sorted(added.items()):
            self.stdout.write(f"{count} {kind} added")
