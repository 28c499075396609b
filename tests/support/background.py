"""Run a separate Valkey, and real Celery workers and beat on the test database."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
import redis

from portal.embedded.valkey import Valkey
from tests.support.waiting import eventually
from tests.support.web_server import test_database_url

EVERY_SECONDS = "0.5"
READY_SECONDS = 120
GRACE_SECONDS = 6
QUEUE = "celery"


class Broker:
    """One Valkey that the test can stop and start again."""

    def __init__(self, folder: Path) -> None:
        self._valkey = Valkey(folder, durable=False)
        self._valkey.prepare()
        self._process = None

    @property
    def url(self) -> str:
        return self._valkey.url

    def start(self) -> None:
        with (self._valkey.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._valkey.command(), stdout=log, stderr=log, start_new_session=True
            )
        eventually(self._valkey.answers, within=READY_SECONDS, what="Valkey to answer")

    def stop(self) -> None:
        if self._process is not None:
            end(self._process)
            self._process = None

    @contextmanager
    def frozen(self):
        """Within the block, Valkey accepts connections and does not answer."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def waiting_tasks(self) -> list[dict]:
        """Return the messages that no worker has taken yet, in the order of the queue."""
        return [json.loads(message) for message in self._client().lrange(QUEUE, 0, -1)]

    def everything_in_it(self) -> bytes:
        """Return every key and value in Valkey."""
        client = self._client()
        return (
            # A key may be deleted before it is read.
            b"\n".join(key + b" " + (client.dump(key) or b"") for key in client.keys("*"))
            + str(self.waiting_tasks()).encode()
        )

    def _client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self._valkey.socket_path))


def mail_url(port: int) -> str:
    return f"smtp://127.0.0.1:{port}"


class Background:
    """Start Celery's processes with the product's settings on the test's database, broker and mail server."""

    def __init__(
        self, broker: Broker, mail_port: int, folder: Path, stack: ExitStack, *, log_level: str = ""
    ) -> None:
        self.broker = broker
        self._folder = folder
        self._stack = stack
        self._environment = {
            **os.environ,
            "DATABASE_URL": test_database_url(),
            "REDIS_URL": broker.url,
            "EMAIL_URL": mail_url(mail_port),
            "SEND_EVERY_SECONDS": EVERY_SECONDS,
            "EXPIRE_HOLDS_EVERY_SECONDS": EVERY_SECONDS,
            "EXPIRE_REPRESENTATIONS_EVERY_SECONDS": EVERY_SECONDS,
            "HEARTBEAT_EVERY_SECONDS": EVERY_SECONDS,
            "PYTHONWARNINGS": "ignore",
        }
        if log_level:
            self._environment["LOG_LEVEL"] = log_level

    def start_worker(self, *, mail_port: int | None = None, sms_url: str = "") -> subprocess.Popen:
        """Start a worker. With `mail_port`, its mail goes to that server instead of the test's."""
        other = {"SMS_URL": sms_url}
        if mail_port is not None:
            other["EMAIL_URL"] = mail_url(mail_port)
        return self._start("worker", "--concurrency", "1", "--without-mingle", "--without-gossip", **other)

    def start_beat(self) -> subprocess.Popen:
        return self._start("beat", "--schedule", str(self._folder / "schedule"), "--pidfile", "")

    def printed_by(self, kind: str) -> str:
        """Return what the workers, or beat, have printed so far."""
        return self._log_of(kind).read_text("utf-8", "replace")

    def _log_of(self, kind: str) -> Path:
        return self._folder / f"{kind}.log"

    def _start(self, *arguments: str, **other: str) -> subprocess.Popen:
        with self._log_of(arguments[0]).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "--app", "portal", "--quiet", *arguments],
                env=self._environment | other,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._stack.callback(discard, process)
        return process


def end(process: subprocess.Popen) -> None:
    """End one process that the test started, first with SIGTERM, then with SIGKILL.

    About one Celery worker in ten does not end on SIGTERM: its main process waits for its child forever.
    """
    process.terminate()
    try:
        process.wait(timeout=GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        kill(process)


def kill(process: subprocess.Popen) -> None:
    """Kill a process that the test started and its children, like a crash of the machine."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=READY_SECONDS)


def discard(process: subprocess.Popen) -> None:
    """Kill what is left of a process when its test is over: to end a Celery worker takes seconds."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=READY_SECONDS)


@contextmanager
def short_lived_folder():
    """Yield a folder whose path is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="asc"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def background(committed_data, mail_sink, settings):
    """Yield a Background with a running Valkey. Workers and beat are killed before the rows are deleted."""
    with running_background(settings.EMAIL_PORT) as background:
        yield background


@pytest.fixture
def talkative_background(committed_data, mail_sink, settings):
    """Yield a Background in which every process logs at level DEBUG."""
    with running_background(settings.EMAIL_PORT, log_level="DEBUG") as background:
        yield background


@contextmanager
def running_background(mail_port: int, **options: str):
    with short_lived_folder() as folder, ExitStack() as stack:
        broker = Broker(folder)
        broker.start()
        stack.callback(broker.stop)
        yield Background(broker, mail_port, folder, stack, **options)
