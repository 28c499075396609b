"""Puts the seeds of second factors under the present SECRET_KEY, after it was changed."""

from django.core.management.base import BaseCommand, CommandError

from accounts.seeds import SecretKeyMissing
from accounts.services.second_factors import reencrypt_seeds


class Command(BaseCommand):
    """May be run again, and while people sign in."""

    help = "Encrypts the seeds of second factors anew. Run it before an old key leaves SECRET_KEY_FALLBACKS."

    def handle(self, *args: object, **options: object) -> None:
        try:
            count = reencrypt_seeds()
        except SecretKeyMissing as lost:
            raise CommandError(
                "A seed opens with no key. Put the earlier SECRET_KEY into SECRET_KEY_FALLBACKS."
            ) from lost
        self.stdout.write(f"{count} seeds are under the present key.")
