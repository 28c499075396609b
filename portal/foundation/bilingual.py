"""Texts kept as rows in both languages: which one a reader gets."""

from django.utils.translation import get_language


def choose_language(*, en: str, es: str) -> str:
    """The text in the active language."""
    return es if (get_language() or "en").startswith("es") else en
