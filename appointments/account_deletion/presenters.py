"""What stands in the way of deleting an account, to words."""

from django.utils.translation import gettext as _

from accounts.services.deletion import Obstacle


def explain_obstacle(obstacle: Obstacle) -> str:
    """The reason, and what to do about it."""
    if obstacle is Obstacle.STAFF:
        return _(
            "This is an account of staff. Whoever looks after staff accounts closes it, so that no work is "
            "left without anyone."
        )
    return _(
        "You act for clients, or have asked to. Withdraw from each of their cases first, so that they are "
        "told and can find someone else."
    )
