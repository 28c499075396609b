"""Choose between the two languages of a text that is stored in a row."""

from django.utils.translation import get_language


def choose_language(*, en: str, es: str) -> str:
    """Return the text in the active language."""
    return es if (get_language() or "en").startswith("es") else en
