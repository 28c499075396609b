import pytest

from tests.appointments.schedule.deliveries import Scheduler


@pytest.fixture
def scheduler(tmp_path):
    return Scheduler(tmp_path)
