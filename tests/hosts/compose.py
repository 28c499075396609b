"""docker-compose.yml as data, and its services as processes of this machine instead of containers."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import yaml

from tests.support.background import discard, mail_url
from tests.support.web_server import test_database_url

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat")
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
SITE_HOST = "localhost"
SECRETS = {
    "secret_key": "q8Zr3kP0vX7mT2wL9sB5nC1yH6jD4gF8aE0uR3iOpW5dK2hJ7c",
    "access_code_key": "m4Tn7Yb2Wc9Xe1Vr6Uq3Zs8Pk5Lj0Hd7Gf2Ba9QwNx6Rt3Sy8u",
}
OFTEN = {"SEND_EVERY_SECONDS": "0.5", "EXPIRE_HOLDS_EVERY_SECONDS": "0.5", "HEARTBEAT_EVERY_SECONDS": "0.5"}


def fill_in(text, variables):
    """The text with its variables as Compose would put them in; one that is required must be given."""

    def value(match):
        name, kind, default = match.groups()
        if kind == "-":
            return variables.get(name) or default
        return variables[name]

    return VARIABLE.sub(value, str(text))


def variables_used():
    """Every variable that the file takes from .env."""
    return {match.group(1) for match in VARIABLE.finditer((ROOT / "docker-compose.yml").read_text())}


class Hosts:
    """Starts what the compose file names, on the test's database, broker and mail server.

    Only what a container brings differs: addresses, the folders of secrets and of temporary files.
    """

    def __init__(self, folder, stack: ExitStack, *, broker_url, mail_port, database_url=None):
        self.folder = folder
        self._stack = stack
        self._variables = {
            "SITE_HOST": SITE_HOST,
            "DEFAULT_FROM_EMAIL": "Portal <no-reply@portal.example>",
            "REDIS_URL": broker_url,
            "PROXY_TLS": "internal",
            "WEB_WORKERS": "1",
        }
        (folder / "secrets").mkdir()
        secrets = {
            **SECRETS,
            "database_url": database_url or test_database_url(),
            "email_url": mail_url(mail_port),
        }
        for name, text in secrets.items():
            (folder / "secrets" / name).write_text(f"{text}\n")

    def run(self, service, **other):
        """Runs a service that ends by itself, to its end."""
        return self._run(SERVICES[service]["command"], service, other)

    def check(self, service, **other):
        """Runs a service's health check beside it; the result says whether it is well, and why."""
        kind, *command = SERVICES[service]["healthcheck"]["test"]
        assert kind == "CMD"
        return self._run(command, service, other)

    def start(self, service, *, name=None, **other):
        """Starts one process of the service; its words go to a log of its own."""
        name = name or service
        own = self.folder / name
        own.mkdir()
        with (own / "log").open("ab") as log:
            process = subprocess.Popen(
                self.command(SERVICES[service]["command"], own=own),
                cwd=ROOT,
                env=self.environment(service, other),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._stack.callback(discard, process)
        return process

    def log(self, name):
        return (self.folder / name / "log").read_text()

    def environment(self, service, other):
        """What Compose would set, and nothing that the suite set for itself."""
        given = {
            name: fill_in(text, self._variables).replace("/run/secrets", str(self.folder / "secrets"))
            for name, text in SERVICES[service]["environment"].items()
        }
        # The suite may run as root, which Celery warns of at length; its containers never do.
        quiet = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
        return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **OFTEN, **quiet, **given, **other}

    def command(self, words, *, own=None):
        """The command as it stands, with this Python, and the container's /tmp in a folder of the test."""
        assert words[0] == "python"
        return [sys.executable, *(word.replace("/tmp", str(own or self.folder)) for word in words[1:])]

    def _run(self, words, service, other):
        return subprocess.run(
            self.command(words),
            cwd=ROOT,
            env=self.environment(service, other),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def program(name):
    """A program that came with the Python packages."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    assert found, f"{name} is not in the environment"
    return found
