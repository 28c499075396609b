"""Numbers that people read aloud: confirmation numbers and verification codes."""

from django.utils.crypto import get_random_string

# Crockford's alphabet: no I, L, O or U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def generate_confirmation_number() -> str:
    """Like R-7F3K9-2QMDX: 50 random bits, unique by constraint."""
    drawn = get_random_string(10, ALPHABET)
    return f"R-{drawn[:5]}-{drawn[5:]}"


def generate_verification_code() -> str:
    """Like 7F3K-9Q2M-DX4T: 60 random bits, unique by constraint."""
    drawn = get_random_string(12, ALPHABET)
    return f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"
