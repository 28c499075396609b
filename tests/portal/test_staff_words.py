"""Tests that no list or form of the admin has an untranslated English word in Spanish."""

import re
from html.parser import HTMLParser
from itertools import chain

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import CharField, TextField
from django.urls import reverse
from django.utils.translation import trans_real

from appointments.models import Notice
from tests.portal.test_url_matrix import PAGES
from tests.support import demo_urls
from tests.support.url_table import TABLE
from tests.support.url_world import enter, make_world

pytestmark = [pytest.mark.usefixtures("reference_data"), pytest.mark.urls(demo_urls.__name__)]

PLACEHOLDER = re.compile(r"%\(\w+\)|{\w*}")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
WORD = re.compile(r"[^\W\d_]{3,}")
LONGEST_CODE = 5
SPOKEN_ATTRIBUTES = {"title", "aria-label", "alt", "placeholder", "content"}
# Names, the name of the other language, the names of test sites and of websites with maps.
NAMES = {
    "apple",
    "maps",
    "openstreetmap",
    "site",
    "english",
    "google",
    "https",
    "http",
    "utc",
    "iana",
    "www",
    "com",
    "org",
    "gov",
    "example",
    "uscis",
}


class Said(HTMLParser):
    """Collect the visible and the spoken texts of a page."""

    def __init__(self):
        super().__init__()
        self.parts, self.silent = [], 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("script", "style")
        values = dict(attrs)
        self.parts += [value or "" for name, value in attrs if name in SPOKEN_ATTRIBUTES and tag != "meta"]
        if tag == "input" and values.get("type") in ("submit", "button"):
            self.parts.append(values.get("value") or "")

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.silent:
            self.parts.append(data)


def words_of(text):
    """Return the words of the text, without short words in capitals, which are codes or zones."""
    return {word.lower() for word in WORD.findall(text) if len(word) > LONGEST_CODE or not word.isupper()}


def words_said(page, values):
    """Return the words of a page, without values of rows."""
    said = Said()
    said.feed(page)
    text = " | ".join(" ".join(part.split()) for part in said.parts)
    for value in values:
        text = text.replace(value, " ")
    return words_of(UUID.sub(" ", text))


def spanish_words():
    """Return every word of the Spanish texts of the portal and of Django."""
    catalog = trans_real.translation("es")._catalog
    texts = [str(text) for one in catalog._catalogs for text in one.values()]
    return words_of(PLACEHOLDER.sub(" ", " ".join(texts)))


def values_of_rows():
    """Return values of rows, such as names, titles and addresses. The longest first."""
    found = set()
    for label in ("accounts", "appointments", "policy"):
        for model in apps.get_app_config(label).get_models():
            texts = [
                field.attname
                for field in model._meta.concrete_fields
                if isinstance(field, CharField | TextField) and not field.choices
            ]
            if texts and not model._meta.model_name.endswith("event"):
                values = chain.from_iterable(model.objects.values_list(*texts))
                found |= {" ".join(str(value).split()) for value in values}
    return sorted((value for value in found if WORD.search(value)), key=len, reverse=True)


def foreign_words(client, addresses, known, values):
    """For each page the words that it has in both languages, and that no Spanish text has."""
    said = {}
    for language in ("en", "es"):
        client.post("/language/", {"language": language})
        for key, address in addresses.items():
            answer = client.get(address)
            if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
                said[key, language] = words_said(answer.content.decode(), values)
    found = {key: (said[key, "en"] & said[key, "es"]) - known for key in addresses if (key, "es") in said}
    return {key: sorted(words) for key, words in found.items() if words}


def staff_pages(world):
    for page in PAGES:
        entry = TABLE.get(page.key)
        if entry is None or not page.key.startswith("admin:"):
            continue
        yield page.key, page.address(world.keys_of(entry.row, page.parameters) if entry.row else {})


@pytest.mark.parametrize("role", ["superuser", "contact_center_supervisors"])
def test_no_list_and_no_form_of_staff_has_an_english_word_in_spanish(role, tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_MAIL_FOLDER", str(tmp_path / "mail"))
    world, accounts = make_world(tmp_path / "mail")
    client = enter(role, accounts)
    known, values = spanish_words() | NAMES, values_of_rows()
    assert foreign_words(client, dict(staff_pages(world)), known, values) == {}


def test_control_a_filter_without_a_title_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(admin.site.get_model_admin(Notice), "list_filter", ("kind",))
    monkeypatch.setenv("PORTAL_MAIL_FOLDER", str(tmp_path / "mail"))
    _world, accounts = make_world(tmp_path / "mail")
    client = enter("superuser", accounts)
    known, values = spanish_words() | NAMES, values_of_rows()
    addresses = {"list": reverse("admin:appointments_notice_changelist")}
    assert "kind" in foreign_words(client, addresses, known, values)["list"]
