"""The message after too many failed attempts with a code."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from accounts.presenters.codes import describe_lockout


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (timedelta(seconds=1), "in 1 minute."),
        (timedelta(minutes=14, seconds=1), "in 15 minutes."),
        (timedelta(minutes=119), "in 119 minutes."),
        (timedelta(hours=2), "in 2 hours."),
        (timedelta(hours=2, seconds=1), "in 3 hours."),
        (timedelta(days=1), "in 24 hours."),
    ],
)
def test_the_wait_is_rounded_up_to_minutes_or_hours(wait, said):
    assert describe_lockout(wait).endswith(said)


def test_the_wait_is_described_in_spanish():
    with override("es"):
        assert "en 24 horas." in describe_lockout(timedelta(days=1))
