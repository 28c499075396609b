"""One requestor with a standing appointment, a free slot, and what the services' tests ask of them."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from accounts.models import Message
from appointments.booking import hold as holds
from appointments.booking import reschedule_acts
from appointments.models import Appointment, Hold, Notice, Reschedule, RescheduleDraft, Slot
from policy.models import GoodCauseStatement
from tests.factories.accounts import AttorneyFactory, RepresentationFactory
from tests.factories.appointments import AppointmentFactory, SlotFactory
from tests.factories.policy import reason

ROWS_OF_A_MOVE = (Slot, Hold, Appointment, Reschedule, Notice, Message, GoodCauseStatement, RescheduleDraft)


@pytest.fixture
def appointment(db, reference_data):
    return AppointmentFactory(slot__ahead=timedelta(days=4))


@pytest.fixture
def account(appointment):
    return appointment.series.person.case.requestor


@pytest.fixture
def slot(appointment):
    return SlotFactory(ahead=timedelta(days=6))


@pytest.fixture
def held(account, appointment, slot):
    return holds.take(account=account, appointment=appointment, slot=slot)


@pytest.fixture
def stated(account, appointment):
    return reschedule_acts.state_reason(
        account=account, appointment=appointment, reason=reason("TRAVEL"), explanation="A trip since spring"
    )


@pytest.fixture
def representation(appointment):
    return RepresentationFactory(case=appointment.series.person.case, representative=AttorneyFactory())


@pytest.fixture
def attorney(representation):
    return representation.representative


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
