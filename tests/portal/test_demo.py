"""Tests of the demonstration's pages: sign-in without a password, and the mail. Only the demo has them."""

import mailbox
import os
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from accounts.models import DemoPersona
from tests.factories.accounts import UserFactory
from tests.support import demo_urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls(demo_urls.__name__)]

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def demo_settings(settings):
    settings.IS_DEMO = True


@pytest.fixture
def persona():
    return make_persona(UserFactory(name="Ana Rivera"))


def make_persona(user):
    return DemoPersona.objects.create(
        user=user, position=1, title_en="Ana", title_es="Ana", about_en="Moves things.", about_es="Mueve."
    )


@pytest.fixture
def maildir(tmp_path, monkeypatch):
    folder = tmp_path / "mail"
    monkeypatch.setenv("PORTAL_MAIL_FOLDER", str(folder))
    return mailbox.Maildir(folder, create=True)


def deliver(maildir, *, subject="A notice", text="Read it at http://localhost:8000/notices/ today."):
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["From"] = subject, "ana@example.org", "no-reply@portal.invalid"
    mail.set_content(text)
    return maildir.add(mail)


def deliver_text(maildir, text):
    """Deliver a text message as Apprise sends it to the embedded mail server."""
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["From"] = "", "text-+12025550171@text.invalid", "portal@text.invalid"
    mail.set_content(text)
    return maildir.add(mail)


def test_a_text_message_is_listed_and_shown_as_one(client, maildir):
    key = deliver_text(maildir, "Agency: your code is 123456.")
    for address in ("/demo/mail/", f"/demo/mail/{key}/"):
        page = client.get(address).content.decode()
        assert "Text message" in page
        assert "(202) 555-0171" in page
        assert "your code is 123456" in page
        assert "text.invalid" not in page


def sign_in_path(user):
    return reverse("demo:sign_in", args=[user.public_id])


def test_every_persona_is_listed_with_a_button_that_posts(client, persona):
    text = client.get("/demo/").content.decode()
    assert "Moves things." in text
    assert f'action="{sign_in_path(persona.user)}"' in text


def test_one_post_signs_in_with_a_new_session(client, persona):
    client.get("/")
    session = client.session
    session["planted"] = "by someone else"
    session.save()
    before = session.session_key
    response = client.post(sign_in_path(persona.user))
    assert response["Location"] == reverse("appointments:list")
    assert client.session[SESSION_KEY] == str(persona.user.pk)
    assert client.session.session_key != before
    assert "planted" not in client.session


def test_signing_in_again_also_starts_a_new_session(client, persona):
    client.post(sign_in_path(persona.user))
    before = client.session.session_key
    client.post(sign_in_path(persona.user))
    assert client.session.session_key != before


def test_staff_are_redirected_to_the_admin(client):
    officer = make_persona(UserFactory(staff=True)).user
    assert client.post(sign_in_path(officer))["Location"] == reverse("admin:index")


def test_pages_are_in_the_personas_language(client):
    speaker = make_persona(UserFactory(spanish=True)).user
    assert client.post(sign_in_path(speaker)).cookies["django_language"].value == "es"


def test_get_does_not_sign_in(client, persona):
    assert client.get(sign_in_path(persona.user)).status_code == 405
    assert SESSION_KEY not in client.session


def test_an_account_that_is_not_a_persona_is_a_404(client):
    assert client.post(sign_in_path(UserFactory())).status_code == 404
    assert client.post(reverse("demo:sign_in", args=[uuid4()])).status_code == 404
    assert SESSION_KEY not in client.session


def test_a_closed_account_cannot_be_signed_in_as(client, persona):
    persona.user.is_active = False
    persona.user.save()
    assert client.post(sign_in_path(persona.user)).status_code == 404


def test_sign_in_requires_the_csrf_token(persona):
    assert Client(enforce_csrf_checks=True).post(sign_in_path(persona.user)).status_code == 403


@pytest.mark.parametrize(
    "origin",
    [
        {"REMOTE_ADDR": "10.0.0.1"},
        {"REMOTE_ADDR": "::ffff:10.0.0.1"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=203.0.113.7"},
    ],
)
def test_the_pages_exist_only_for_this_machine(client, persona, maildir, origin):
    key = deliver(maildir)
    for path in ("/demo/", "/demo/mail/", f"/demo/mail/{key}/", sign_in_path(persona.user)):
        assert client.get(path, **origin).status_code == 404
    assert client.post(sign_in_path(persona.user), **origin).status_code == 404
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_every_loopback_address_is_this_machine(client, address):
    assert client.get("/demo/", REMOTE_ADDR=address).status_code == 200


def test_home_links_to_the_personas(client):
    assert 'href="/demo/"' in client.get("/").content.decode()


def test_mail_is_listed_newest_first_and_in_pages(client, maildir):
    for number in range(22):
        deliver(maildir, subject=f"Mail {number:02d}.")
    first, second = (client.get(f"/demo/mail/?page={page}").content.decode() for page in (1, 2))
    assert first.index("Mail 21.") < first.index("Mail 20.")
    assert "Mail 01." not in first
    assert "Mail 01." in second


def test_a_mail_is_shown_as_text_with_links(client, maildir):
    key = deliver(
        maildir, text="Open http://localhost:8000/a/?b=1 <script>alert(1)</script> javascript:alert(1)"
    )
    text = client.get(f"/demo/mail/{key}/").content.decode()
    assert 'href="http://localhost:8000/a/?b=1"' in text
    assert "<script>alert" not in text
    assert 'href="javascript' not in text


@pytest.mark.parametrize("key", ["nothing", "..", "..%2F..%2Fpyproject.toml", "%2Fetc%2Fpasswd"])
def test_a_key_is_never_used_as_a_path(client, maildir, key):
    assert client.get(f"/demo/mail/{key}/").status_code == 404


def test_the_page_says_so_if_no_mail_folder_is_named(client, monkeypatch):
    monkeypatch.delenv("PORTAL_MAIL_FOLDER", raising=False)
    assert "No messages yet" in client.get("/demo/mail/").content.decode()


def test_other_installations_have_no_such_route():
    with pytest.raises(Resolver404):
        resolve("/demo/", urlconf="portal.urls")


@pytest.mark.processes
def test_production_has_no_such_route():
    """Check the real production settings in a separate process."""
    program = (
        "import django; django.setup()\n"
        "from django.urls import Resolver404, resolve\n"
        "resolve('/help/')\n"
        "for path in ('/demo/', '/demo/mail/', '/demo/sign-in/00000000-0000-0000-0000-000000000000/'):\n"
        "    try:\n"
        "        resolve(path)\n"
        "    except Resolver404:\n"
        "        continue\n"
        "    raise SystemExit(f'{path} exists')\n"
    )
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")},
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "SECRET_KEY": "".join(chr(97 + n % 26) for n in range(50)),
        "ACCESS_CODE_KEY": "".join(chr(122 - n % 26) for n in range(50)),
        "ALLOWED_HOSTS": "portal.example.gov",
        "PUBLIC_URL": "https://portal.example.gov",
        "DATABASE_URL": "postgres://nobody@localhost/none",
        "REDIS_URL": "redis://localhost/0",
        "EMAIL_URL": "smtp://localhost:25",
    }
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
