"""What every page may say of this installation. Asks the database nothing."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

# Each is named in itself, so that a reader who knows only that language finds it.
OTHER_LANGUAGE = {
    "en": {"code": "es", "name": "Español"},
    "es": {"code": "en", "name": "English"},
}


def installation(request: HttpRequest) -> dict[str, Any]:
    """`is_demo`, `agency_name` and `other_language` (`code` and `name`), for base.html and home.html."""
    return {
        "is_demo": settings.IS_DEMO,
        "agency_name": settings.AGENCY_NAME,
        "other_language": OTHER_LANGUAGE["es" if (get_language() or "en").startswith("es") else "en"],
    }
