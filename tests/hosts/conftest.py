"""The services of docker-compose.yml as processes, on a broker and a mail server of the test's own."""

from contextlib import ExitStack

import pytest

from tests.hosts.compose import Hosts
from tests.support.background import Broker, short_lived_folder


@pytest.fixture
def broker():
    with short_lived_folder() as folder, ExitStack() as stack:
        broker = Broker(folder)
        broker.start()
        stack.callback(broker.stop)
        yield broker


@pytest.fixture
def hosts(committed_data, broker, mail_sink, settings, tmp_path):
    """Nothing runs yet; the test starts what it needs. All of it ends before the rows are flushed."""
    with ExitStack() as stack:
        yield Hosts(tmp_path, stack, broker_url=broker.url, mail_port=settings.EMAIL_PORT)
