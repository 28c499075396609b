"""The files at fixed addresses, the agency's own pages, and the check list before opening."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.units import Unit
from policy.models import ContactRoute, FormTypeVersion
from tests.factories.accounts import officer_of
from tests.factories.appointments import SlotFactory

OWN_PAGES = {
    "/privacy/": "PRIVACY_URL",
    "/accessibility/": "ACCESSIBILITY_URL",
    "/terms/": "TERMS_URL",
}


def test_robots_may_read_the_public_pages_only(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /appointments/" in lines
    assert not any(line.startswith("Disallow: /help") or line == "Disallow: /" for line in lines)


def test_security_txt_names_the_contact_and_expires_within_a_year(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@agency.test"
    fields = dict(
        line.split(": ", 1) for line in client.get("/.well-known/security.txt").content.decode().splitlines()
    )
    assert fields["Contact"] == "mailto:security@agency.test"
    expires = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)


def test_password_managers_and_old_browsers_find_their_way(client):
    assert client.get("/.well-known/change-password").headers["Location"] == "/accounts/password/change/"
    assert client.get("/favicon.ico").headers["Location"].endswith(".svg")


@pytest.mark.parametrize(("path", "setting"), OWN_PAGES.items())
def test_an_agency_replaces_a_page_with_its_own(client, settings, path, setting):
    assert client.get(path).status_code == 200
    setattr(settings, setting, "https://agency.test/page")
    assert client.get(path).headers["Location"] == "https://agency.test/page"


def test_the_check_list_names_each_open_point(reference_data):
    with pytest.raises(CommandError) as found:
        call_command("check_installation")
    points = str(found.value)
    for name in ("AGENCY_NAME", "SECURITY_CONTACT", "PRIVACY_URL", "CONTACT_CENTER", "Schedule", "Staff"):
        assert name in points


def test_the_check_list_is_empty_once_everything_is_done(reference_data, settings, capsys):
    SlotFactory()
    officer_of(Unit.CONTACT_CENTER)
    settings.IS_DEMO = False
    settings.AGENCY_NAME = "Immigration Agency"
    settings.SITE_BANNER = "An official website"
    settings.PUBLIC_URL = "https://portal.agency.test"
    settings.DEFAULT_FROM_EMAIL = "no-reply@agency.test"
    settings.SECURITY_CONTACT = "mailto:security@agency.test"
    for name in OWN_PAGES.values():
        setattr(settings, name, "https://agency.test/page")
    ContactRoute.objects.update(is_verified=True)
    FormTypeVersion.objects.update(is_verified=True)
    call_command("check_installation")
    assert "Ready" in capsys.readouterr().out
