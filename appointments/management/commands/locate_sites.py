from typing import Any

from django.core.management.base import BaseCommand

from appointments.booking.sites import locate_sites


class Command(BaseCommand):
    help = "Give sites without coordinates those of their ZIP Code. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        located = locate_sites()
        self.stdout.write(f"Sites located by their ZIP Code: {located}.")
