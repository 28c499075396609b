from typing import Any

from django.core.management.base import BaseCommand

from accounts.services.units import load_units


class Command(BaseCommand):
    help = "Create the groups of the staff units and set their permissions. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_units()} units added")
