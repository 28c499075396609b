"""What the tests of several packages ask of the rows of a move."""

from contextlib import contextmanager

import pytest

from accounts.models import Message
from appointments.models import (
    Appointment,
    Notice,
    Reschedule,
    RescheduleDraft,
    Reservation,
    ReservedSeat,
    Slot,
)
from policy.models import GoodCauseStatement

ROWS_OF_A_MOVE = (
    Slot,
    Reservation,
    ReservedSeat,
    Appointment,
    Reschedule,
    Notice,
    Message,
    GoodCauseStatement,
    RescheduleDraft,
)


@pytest.fixture
def nothing_changes():
    """A block after which every row of a move is as it was before."""

    @contextmanager
    def unchanged():
        before = _all_rows()
        yield
        assert _all_rows() == before

    return unchanged


def _all_rows():
    return {model: list(model.objects.order_by("pk").values()) for model in ROWS_OF_A_MOVE}
