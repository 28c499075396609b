"""What pages say about codes that were tried too often."""

import math
from datetime import timedelta

from django.utils.translation import ngettext

IN_MINUTES = timedelta(hours=2)


def describe_when_to_try_again(wait: timedelta) -> str:
    """The lock on guessing, and when it ends at the latest: in minutes, from two hours on in hours."""
    if wait >= IN_MINUTES:
        hours = math.ceil(wait / timedelta(hours=1))
        text = ngettext(
            "Too many attempts. Try again in %(hours)d hour.",
            "Too many attempts. Try again in %(hours)d hours.",
            hours,
        )
        return text % {"hours": hours}
    minutes = math.ceil(wait / timedelta(minutes=1))
    text = ngettext(
        "Too many attempts. Try again in %(minutes)d minute.",
        "Too many attempts. Try again in %(minutes)d minutes.",
        minutes,
    )
    return text % {"minutes": minutes}
