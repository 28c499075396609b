"""Fixtures of the booking tests: a requestor with a scheduled appointment, a free slot and a hold."""

from datetime import timedelta

import pytest

from tests.appointments.booking import acts
from tests.factories.accounts import AttorneyFactory, RepresentationFactory
from tests.factories.appointments import AppointmentFactory, SlotFactory
from tests.factories.policy import reason


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
    return acts.hold(account=account, appointment=appointment, slot=slot)


@pytest.fixture
def stated(account, appointment):
    return acts.state_reason(
        account=account, appointment=appointment, reason=reason("TRAVEL"), explanation="A trip since spring"
    )


@pytest.fixture
def representation(appointment):
    return RepresentationFactory(case=appointment.series.person.case, representative=AttorneyFactory())


@pytest.fixture
def attorney(representation):
    return representation.representative
