"""What pages say about codes that were tried too often."""

import math
from datetime import timedelta

from django.utils.translation import ngettext


def say_when_to_try_again(wait: timedelta) -> str:
    """The lock on guessing, and when it ends, in whole minutes."""
    minutes = math.ceil(wait.total_seconds() / 60)
    text = ngettext(
        "Too many tries. Try again in %(minutes)d minute.",
        "Too many tries. Try again in %(minutes)d minutes.",
        minutes,
    )
    return text % {"minutes": minutes}
