"""Tests that production reads its secrets from files and does not start if one is missing."""

import os
import runpy
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from environs import EnvError

import portal.settings

SECRETS = {
    "SECRET_KEY": "q8Zr3kP0vX7mT2wL9sB5nC1yH6jD4gF8aE0uR3iO",
    "ACCESS_CODE_KEY": "m4Tn7Yb2Wc9Xe1Vr6Uq3Zs8Pk5Lj0Hd7Gf2Ba9Qw",
    "DATABASE_URL": "postgres://portal:secret@db.example/portal",
    "REDIS_URL": "redis://broker.example:6379/0",
    "EMAIL_URL": "submission://portal:secret@mail.example:587",
    "SMS_URL": "jsons://portal:secret@gateway.example/texts/{phone}",
}
SAY_WHAT_WAS_READ = """
from portal.settings import production as p
print(p.SECRET_KEY, p.ACCESS_CODE_KEY, p.DATABASES["default"]["HOST"])
print(p.CELERY_BROKER_URL, p.EMAIL_HOST, p.SMS_URL)
"""


@pytest.fixture
def from_files(tmp_path):
    """Return a container's environment with each secret in a file that ends in a line break."""
    for name, value in SECRETS.items():
        (tmp_path / name.lower()).write_text(f"{value}\n")
    return {
        "PATH": os.environ["PATH"],
        "ALLOWED_HOSTS": "portal.example.org",
        "PUBLIC_URL": "https://portal.example.org",
        **{f"{name}_FILE": str(tmp_path / name.lower()) for name in SECRETS},
    }


def read_settings(environment):
    return subprocess.run(
        [sys.executable, "-c", SAY_WHAT_WAS_READ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def why_refused(from_files, monkeypatch):
    """Reads production's settings in this process, and returns the message with which they refuse."""

    def read():
        monkeypatch.setattr(os, "environ", from_files)
        monkeypatch.setattr(portal.settings, "base", portal.settings.base)
        monkeypatch.delitem(sys.modules, "portal.settings.base")
        with pytest.raises((EnvError, ImproperlyConfigured, ValueError)) as refusal:
            runpy.run_module("portal.settings.production")
        return str(refusal.value)

    return read


@pytest.mark.processes
def test_production_reads_every_secret_from_its_file(from_files):
    read = read_settings(from_files)
    assert read.stderr == ""
    assert read.stdout.split() == [
        SECRETS["SECRET_KEY"],
        SECRETS["ACCESS_CODE_KEY"],
        "db.example",
        SECRETS["REDIS_URL"],
        "mail.example",
        SECRETS["SMS_URL"],
    ]


@pytest.mark.parametrize("name", SECRETS)
def test_refuses_to_start_and_names_the_variable_when_the_file_is_missing(why_refused, name, tmp_path):
    (tmp_path / name.lower()).unlink()
    assert why_refused().endswith(f"{name}_FILE must be a readable file path.")


@pytest.mark.parametrize("name", SECRETS)
def test_refuses_to_start_on_an_empty_file(why_refused, name, tmp_path):
    (tmp_path / name.lower()).write_text("\n")
    assert name in why_refused()


@pytest.mark.processes
def test_says_nothing_of_any_secret_when_it_refuses(from_files):
    read = read_settings(from_files | {"ALLOWED_HOSTS": "*"})
    assert read.returncode == 1
    assert "ALLOWED_HOSTS" in read.stderr
    assert not [value for value in SECRETS.values() if value in read.stderr]


@pytest.mark.parametrize("url", ["smtp+tls://mail.example:587", "console://", "dummy://", "mail.example"])
def test_refuses_mail_that_would_reach_nobody(why_refused, url, tmp_path):
    (tmp_path / "email_url").write_text(url)
    assert "EMAIL_URL must name a mail server" in why_refused()
