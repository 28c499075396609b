"""Generate numbers that people read aloud: confirmation numbers and verification codes."""

from django.utils.crypto import get_random_string

# Crockford's alphabet: no I, L, O or U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def generate_confirmation_number() -> str:
    """Return a number like R-7F3K9-2QMDX: 50 random bits, unique by constraint."""
    code = get_random_string(10, ALPHABET)
    return f"R-{code[:5]}-{code[5:]}"


def generate_verification_code() -> str:
    """Return a code like 7F3K-9Q2M-DX4T: 60 random bits, unique by constraint."""
    code = get_random_string(12, ALPHABET)
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"
