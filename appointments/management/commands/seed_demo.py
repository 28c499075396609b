from typing import Any

from django.core.management.base import BaseCommand

from appointments.demo.seed import seed_demo


class Command(BaseCommand):
    help = "Loads the demonstration and re-anchors to today what nobody touched. Safe to run at every start."

    def handle(self, *args: Any, **options: Any) -> None:
        seed_demo()
        self.stdout.write("The demonstration is ready.")
