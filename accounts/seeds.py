"""Seeds of second factors as the database keeps them: encrypted under keys that stand in no database.

The first key encrypts, every key decrypts: an installation changes SECRET_KEY, keeps the old one in
SECRET_KEY_FALLBACKS, runs `manage.py reencrypt_seeds`, and then drops the old one.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# A key for this purpose alone: what is made from SECRET_KEY elsewhere opens no seed.
PURPOSE = b"portal.accounts.seeds.v1"
# How every Fernet token begins. Whatever else is kept was kept in clear, before this module existed.
MARK = "gAAAA"


class SecretKeyMissing(Exception):
    """No key of this installation opens the seed: the key that closed it was dropped too early."""


def encrypt_seed(seed: str) -> str:
    return _keys().encrypt(seed.encode()).decode()


def decrypt_seed(kept: str) -> str:
    """Raises SecretKeyMissing."""
    if not kept.startswith(MARK):
        return kept
    try:
        return _keys().decrypt(kept.encode()).decode()
    except InvalidToken as error:
        raise SecretKeyMissing from error


def rotate_seed(kept: str) -> str:
    """The same seed under the first key. Raises SecretKeyMissing."""
    return encrypt_seed(decrypt_seed(kept))


def _keys() -> MultiFernet:
    return MultiFernet([_derive(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _derive(secret: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
