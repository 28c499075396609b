from typing import Any

from django.core.management.base import BaseCommand

from appointments.demo.seed import seed_demo


class Command(BaseCommand):
    help = "Create the demonstration, and shift unused appointments to today. Safe to run at every start."

    def handle(self, *args: Any, **options: Any) -> None:
        seed_demo()
        self.stdout.write("The demonstration is ready.")
