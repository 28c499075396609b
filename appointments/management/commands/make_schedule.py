from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from appointments.schedule_import.cells import BadCell, instant
from appointments.schedule_import.generate import GeneratorOptions, generate_delivery
from policy.models import FormTypeVersion
from portal.foundation.clock import database_now


class Command(BaseCommand):
    help = "Write a sample delivery of any size. The same --seed and --as-of give the same delivery."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument("--sites", type=int, default=135)
        parser.add_argument("--appointments", type=int, default=10_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--as-of", help="Date and time of the schedule. Default: today at midnight UTC.")
        parser.add_argument("--days-back", type=int, default=24, help="Days of slots before --as-of.")
        parser.add_argument("--days-ahead", type=int, default=66, help="Days of slots from --as-of on.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sites"] < 1 or options["appointments"] < 0 or options["days_ahead"] < 1:
            raise CommandError("Use at least one site, one day ahead, and zero or more appointments.")
        try:
            as_of = instant(options["as_of"]) if options["as_of"] else None
        except BadCell as bad:
            raise CommandError(f"--as-of: {bad}") from None
        now = database_now()
        enabled = FormTypeVersion.objects.in_force().select_related("form_type")
        forms = [
            (version.form_type.code, version.form_type.is_adoption)
            for version in enabled
            if version.online_from is not None and version.online_from <= now
        ]
        if not forms:
            raise CommandError("No form is enabled. Run load_reference_data first.")
        wanted = GeneratorOptions(
            sites=options["sites"],
            appointments=options["appointments"],
            seed=options["seed"],
            as_of=as_of or now.replace(hour=0, minute=0, second=0, microsecond=0),
            forms=sorted(forms),
            days_back=max(0, options["days_back"]),
            days_ahead=options["days_ahead"],
        )
        generate_delivery(options["directory"], wanted)
        self.stdout.write(
            f"The delivery as of {wanted.as_of.isoformat()} is in {options['directory'].resolve()}."
        )
