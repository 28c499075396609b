from django.core.management.base import BaseCommand, CommandError

from accounts.seeds import SecretKeyMissing
from accounts.services.second_factors import reencrypt_seeds


class Command(BaseCommand):
    help = (
        "Encrypt the seeds of second factors with the current SECRET_KEY. Run this before you remove an old "
        "key from SECRET_KEY_FALLBACKS. Safe to run again, and while people sign in."
    )

    def handle(self, *args: object, **options: object) -> None:
        try:
            count = reencrypt_seeds()
        except SecretKeyMissing as error:
            raise CommandError(
                "No key decrypts one of the seeds. Add the earlier SECRET_KEY to SECRET_KEY_FALLBACKS."
            ) from error
        self.stdout.write(f"{count} seeds are encrypted with the current key.")
