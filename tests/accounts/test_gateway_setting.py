"""The gateway's address: which ones are rejected, where, and that no message contains it."""

import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts import text_gateway

pytestmark = pytest.mark.usefixtures("reference_data")
UNUSABLE = [
    "nosuchservice://s3cr3t/{phone}",
    "twilio://s3cr3t/{phone}",
]
MALFORMED = ["json://s3cr3t.example/texts", "s3cr3t.example/{phone}", "json://s3cr3t example/{phone}"]


@pytest.mark.parametrize("url", UNUSABLE)
def test_a_worker_rejects_an_address_that_apprise_cannot_use(url):
    with pytest.raises(ImproperlyConfigured, match="SMS_URL names no gateway") as refusal:
        text_gateway.check_gateway_url(url)
    assert "s3cr3t" not in str(refusal.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "jsons://gateway.example/texts/{phone}",
        "twilio://AC0123456789abcdef0123456789abcdef:secret@15550001111/{phone}",
    ],
)
def test_a_worker_accepts_a_usable_address(url):
    text_gateway.check_gateway_url(url)


def start(module, **environment):
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); import {module}"],
        env={
            "PATH": "/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": "postgres://nobody@localhost/none",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.processes
@pytest.mark.parametrize("url", MALFORMED)
def test_a_malformed_address_prevents_the_start_and_is_not_shown(url):
    answer = start("portal.wsgi", SMS_URL=url)
    assert answer.returncode == 1
    assert "SMS_URL must be an Apprise URL" in answer.stderr.splitlines()[-1]
    assert "s3cr3t" not in answer.stderr + answer.stdout


@pytest.mark.processes
def test_an_unusable_address_prevents_the_start_of_a_worker_and_is_not_shown():
    answer = start("accounts.tasks", SMS_URL=UNUSABLE[1])
    assert answer.returncode == 1
    assert "SMS_URL names no gateway" in answer.stderr.splitlines()[-1]
    assert "s3cr3t" not in answer.stderr + answer.stdout


@pytest.mark.processes
def test_the_web_processes_do_not_import_apprise():
    code = "portal.wsgi, portal.urls, sys; assert 'apprise' not in sys.modules"
    answer = start(code, SMS_URL="jsons://gateway.example/{phone}")
    assert answer.returncode == 0, answer.stderr
