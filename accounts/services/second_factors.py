"""Re-encrypt second factors after SECRET_KEY was changed."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.seeds import rotate_seed

# The secret entries in the data of an authenticator app, and of recovery codes.
SECRET_ENTRIES = ("secret", "seed")


def reencrypt_seeds() -> int:
    """Encrypt every seed with the first key; return how many. Each row has its own transaction.

    Raises: SecretKeyMissing at the first seed that no configured key decrypts.
    """
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    keys = Authenticator.objects.filter(type__in=kinds).order_by("pk").values_list("pk", flat=True)
    return sum(_reencrypt(key) for key in keys.iterator())


@transaction.atomic
def _reencrypt(key: int) -> int:
    row = Authenticator.objects.select_for_update(no_key=True).filter(pk=key).first()
    if row is None:
        return 0
    secrets = {name: rotate_seed(row.data[name]) for name in SECRET_ENTRIES if name in row.data}
    Authenticator.objects.filter(pk=key).update(data=row.data | secrets)
    return len(secrets)
