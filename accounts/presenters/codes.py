"""Describe the lockout after too many failed attempts with a code."""

import math
from datetime import timedelta

from django.utils.translation import ngettext

IN_MINUTES = timedelta(hours=2)


def describe_lockout(wait: timedelta) -> str:
    """Return the message with the time to wait, rounded up: in minutes, or in hours from two hours on."""
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
