"""Explain why an account cannot be deleted now."""

from django.utils.translation import gettext as _

from accounts.services.deletion import Obstacle


def explain_obstacle(obstacle: Obstacle) -> str:
    """Return the reason, and what the account holder can do about it."""
    if obstacle is Obstacle.STAFF:
        return _(
            "This is a staff account. Ask your account administrator to close it so that your work can be "
            "reassigned."
        )
    return _(
        "You have clients or open requests. Withdraw from each of their cases first. We then notify your "
        "clients so that they can find someone else."
    )
