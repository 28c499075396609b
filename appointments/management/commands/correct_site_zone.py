from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from appointments.models.site import validate_zone
from appointments.schedule_import.faults import DeliveryRefused
from appointments.schedule_import.site_zone import correct_site_zone
from portal.foundation.transactions import Busy


class Command(BaseCommand):
    help = "Correct the time zone of a site. Times ahead keep their clock time, and people get a new notice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="The site's code, as in sites.csv.")
        parser.add_argument("tz", help="The IANA name of its time zone, like America/Phoenix.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_zone(options["tz"])
            corrected = correct_site_zone(code=options["code"], tz=options["tz"])
        except ValidationError as error:
            raise CommandError(error.messages[0]) from None
        except DeliveryRefused as refused:
            raise CommandError(str(refused)) from None
        except Busy:
            raise CommandError("Rows stayed locked for too long. Nothing changed. Try again.") from None
        self.stdout.write(f"slots moved: {corrected.slots:,}")
        self.stdout.write(f"people notified: {corrected.people:,}")
