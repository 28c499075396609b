"""Tests of the home page, the help page and the error pages."""

import re
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from policy.models import ContactRoute, GoodCauseReason
from tests.factories.accounts import UserFactory
from tests.factories.policy import PolicyVersionFactory

HELP_ANCHORS = [
    "twelve-hours",
    "limit",
    "passed",
    "launch",
    "missed",
    "timely",
    "reasons",
    "bring",
    "scams",
    "contact",
]
ERROR_PAGES = ["404.html", "403_csrf.html", "405.html", "413.html", "500.html", "503.html"]


class Outline(HTMLParser):
    """Collect the ids, links and headings of a page, and everything that a strict CSP forbids."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.links, self.headings, self.forbidden = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if "id" in named:
            self.ids.append(named["id"])
        if tag == "a":
            self.links.append(named.get("href", ""))
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        is_inline = tag == "style" or (
            tag == "script" and "src" not in named and named.get("type") != "application/json"
        )
        if is_inline or "style" in named or any(name.startswith("on") for name in named):
            self.forbidden.append(self.get_starttag_text())


@pytest.fixture
def outline(client):
    def of(path, **kwargs):
        response = client.get(path, **kwargs)
        assert response.status_code == 200
        return Outline(response.content.decode())

    return of


@pytest.mark.django_db
def test_home_explains_the_service_in_three_sentences(client):
    text = client.get("/").content.decode()
    intro = re.search(r'<p class="usa-intro">(.*?)</p>', text, re.DOTALL).group(1).strip()
    assert len(re.findall(r"[.?](?:\s|$)", intro)) == 3


@pytest.mark.django_db
def test_home_lists_who_cannot_use_the_service_and_links_to_the_phone_numbers(outline):
    home = outline("/")
    assert "not-for" in home.ids
    assert f"{reverse('help')}#contact" in home.links


@pytest.mark.django_db
@pytest.mark.usefixtures("django_assert_num_queries")
def test_home_makes_no_query_for_a_visitor(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/")


@pytest.mark.usefixtures("reference_data")
def test_help_has_every_anchor_that_other_pages_link_to(outline):
    help_page = outline("/help/")
    assert set(HELP_ANCHORS) <= set(help_page.ids)
    assert {f"#{anchor}" for anchor in HELP_ANCHORS} <= set(help_page.links)


@pytest.mark.usefixtures("reference_data")
def test_help_lists_every_office_and_every_reason_in_force(client):
    text = client.get("/help/").content.decode()
    for office in ContactRoute.objects.all():
        assert office.name in text
        assert f'href="tel:{office.phone}"' in text
    for reason in GoodCauseReason.objects.in_force():
        assert reason.text in text


@pytest.mark.usefixtures("reference_data")
@pytest.mark.parametrize("language", ["en", "es"])
def test_help_never_says_that_a_case_will_be_denied(client, language):
    with translation.override(language):
        text = client.get("/help/", headers={"accept-language": language}).content.decode().lower()
    assert "will be denied" not in text
    assert "será denegad" not in text


@pytest.mark.usefixtures("reference_data")
def test_help_takes_no_more_than_five_statements(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        client.get("/help/")


@pytest.mark.usefixtures("reference_data")
@pytest.mark.parametrize("path", ["/", "/help/", "/accounts/login/", "/accounts/signup/"])
def test_public_pages_have_one_h1_and_nothing_inline(outline, path):
    page = outline(path)
    assert page.forbidden == []
    assert page.headings.count("h1") == 1


@pytest.mark.usefixtures("reference_data")
@pytest.mark.parametrize("path", ["/", "/help/", "/accounts/login/"])
def test_every_page_says_that_it_is_a_demonstration(client, path):
    assert "not an official government website" in client.get(path).content.decode()


@pytest.mark.django_db
def test_an_installation_can_replace_the_banner(client, settings):
    settings.SITE_BANNER = "Test bed of the agency"
    text = client.get("/").content.decode()
    assert "Test bed of the agency" in text
    assert "not an official government website" not in text


@pytest.mark.django_db
def test_a_signed_in_reader_sees_the_sign_out_button_and_an_escaped_name(client):
    client.force_login(UserFactory(name="<b>Ana</b>"))
    text = client.get("/").content.decode()
    assert "&lt;b&gt;Ana&lt;/b&gt;" in text
    assert f'action="{reverse("account_logout")}"' in text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("template", ERROR_PAGES)
def test_error_pages_need_no_request_and_no_database_and_name_the_next_step(template, language):
    with translation.override(language):
        page = Outline(render_to_string(template, {"path": "/cases/add/"}))
    assert page.headings.count("h1") == 1
    assert page.forbidden == []
    assert f"{reverse('help')}#contact" in page.links
    assert {reverse("appointments:list"), "/cases/add/"} & set(page.links)


@pytest.mark.django_db
def test_an_unknown_address_shows_a_page_with_a_next_step(client):
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert reverse("appointments:list") in response.content.decode()


def test_help_cites_the_rules_in_force(client, reference_data):
    PolicyVersionFactory(
        effective_at="2025-01-02T05:00Z", source="Final rule of 2025", source_url="https://agency.test/rule"
    )
    page = client.get("/help/").content.decode()
    assert '<a class="usa-link" href="https://agency.test/rule">Final rule of 2025</a>' in page
    assert "Agency stakeholder message of May 29, 2024" in page
