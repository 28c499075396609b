"""Encrypt the seeds of authenticator apps and recovery codes, with keys that are never in the database.

The first key encrypts and every key decrypts. To change SECRET_KEY, put the old one into
SECRET_KEY_FALLBACKS, run `manage.py reencrypt_seeds`, and then remove the old one.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# Derive a key for this purpose only: other keys derived from SECRET_KEY cannot decrypt a seed.
PURPOSE = b"portal.accounts.seeds.v1"
# Every Fernet token starts like this. Other values were stored unencrypted, before this module existed.
FERNET_PREFIX = "gAAAA"


class SecretKeyMissing(Exception):
    """None of the configured keys decrypts this seed: its key was removed too early."""


def encrypt_seed(seed: str) -> str:
    return _get_keys().encrypt(seed.encode()).decode()


def decrypt_seed(stored: str) -> str:
    """Return the seed.

    Raises: SecretKeyMissing.
    """
    if not stored.startswith(FERNET_PREFIX):
        return stored
    try:
        return _get_keys().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise SecretKeyMissing from error


def rotate_seed(stored: str) -> str:
    """Return the same seed, encrypted with the first key.

    Raises: SecretKeyMissing.
    """
    return encrypt_seed(decrypt_seed(stored))


def _get_keys() -> MultiFernet:
    return MultiFernet([_derive(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _derive(secret: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
