"""Store feedback."""

from django.utils.translation import get_language

from portal.feedback.models import Feedback
from portal.foundation.clock import DatabaseNow


def create_feedback(*, page: str, is_helpful: bool, comment: str) -> None:
    """Store one answer with the language of the page and the database's time. It names no account."""
    Feedback.objects.create(
        page=page,
        is_helpful=is_helpful,
        comment=comment,
        language=(get_language() or "en")[:2],
        created_at=DatabaseNow(),
    )
