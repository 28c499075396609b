"""Every page of the URLconf in Chromium: each in English on a desk and in Spanish on a telephone.

The world is that of the matrix of addresses, and so is the table: a new address is looked at as soon as it
has its line there.
"""

import pytest
from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.translation import override, trans_real

from accounts.models import User
from tests.journeys.accessibility import WIDTH, bring_axe_with_each_page
from tests.journeys.conftest import WIDTHS
from tests.portal.test_too_many import use_up
from tests.support import demo_urls
from tests.support.database_complaints import database_that_complains
from tests.support.url_pages import PAGES
from tests.support.url_table import STAFF, TABLE
from tests.support.url_world import enter, keep_holds, make_world

pytestmark = [
    pytest.mark.usefixtures("committed_data"),
    pytest.mark.urls(demo_urls.__name__),
]

SIGN_IN_PAGES = ("/accounts/login/", "/admin/login/")
# Many addresses lead on or hand out a file, and show a page to nobody.
TRIED = 5
FEWEST_SEEN = 110
HIGHEST_HEADER = 120
# Error pages and the staff site have another header.
HEADER_HEIGHT = "document.querySelector('header.portal-header')?.offsetHeight ?? 0"
TEXTS = """() => {
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode;
        if (!text.parentElement.closest("script, style, [lang]:not(html)")) found.push(text.data);
    }
    for (const name of ["aria-label", "title", "alt", "placeholder"])
        for (const each of document.querySelectorAll(`[${name}]`)) found.push(each.getAttribute(name));
    return [document.title, ...found].map(text => text.replace(/\\s+/g, " ").trim());
}"""


@pytest.fixture
def look_around(open_browser, tmp_path):
    """A world, and a browser for each role that sees its pages."""
    cache.clear()

    def begin(language, width):
        world, accounts = make_world(tmp_path / "mail")
        keep_holds()
        return Tour(open_browser, language, width, world, accounts)

    return begin


class Tour:
    """Looks at each page as the first role to which it shows one."""

    def __init__(self, open_browser, language, width, world, accounts):
        self.language, self.world, self.accounts = language, world, accounts
        self.reader = open_browser(language=language, width=width, is_altered=True)
        bring_axe_with_each_page(self.reader.page)
        self.english = texts_with_a_translation() if language == "es" else {}
        self.cookies, self.faults, self.seen = {}, [], set()

    def become(self, role):
        """Give the reader the cookies of that role from now on."""
        context = self.reader.page.context
        context.clear_cookies()
        context.add_cookies(
            [
                {"name": name, "value": value, "url": self.reader.base_url}
                for name, value in self.cookies_of(role).items()
            ]
        )

    def cookies_of(self, role):
        if role not in self.cookies:
            jar = enter(role, self.accounts).cookies
            self.cookies[role] = {settings.LANGUAGE_COOKIE_NAME: self.language} | {
                name: each.value for name, each in jar.items() if name == settings.SESSION_COOKIE_NAME
            }
        return self.cookies[role]

    def visit(self, page):
        entry = TABLE[page.key]
        address = page.address(self.world.keys_of(entry.row, page.parameters) if entry.row else {})
        roles = entry.get_in - STAFF or entry.get_in
        if entry.key_is_secret:
            roles = roles & {"visitor"} or roles  # a key of someone else's signs out
        for role in sorted(roles, key=rank)[:TRIED]:
            if self.is_shown(role, address):
                self.seen.add(page.key)
                self.become(role)
                self.look(address, status=200)
                return

    def is_shown(self, role, address):
        """Return whether the address itself shows this role a page. A file is none.

        The browser would load each page with all its parts only to find that it leads on.
        """
        client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        client.cookies.load(self.cookies_of(role))
        answer = client.get(address)
        leads_to = answer.get("Location", "")
        if answer.status_code >= 500 or (leads_to.startswith(SIGN_IN_PAGES) and role != "visitor"):
            self.faults.append(f"{address}: {role} is led to {leads_to} ({answer.status_code})")
        return answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html")

    def look(self, address, *, status=None):
        answer = self.reader.page.goto(self.reader.base_url + address)
        shown = self.reader.page.url.removeprefix(self.reader.base_url)
        if status and (shown, answer.status) != (address, status):
            self.faults.append(f"{address}: the browser is shown {shown} ({answer.status})")
        self.examine(address)

    def examine(self, what):
        """Check axe, the CSP, both widths, and in Spanish that no text is in English. Keep every fault."""
        page = self.reader.page
        try:
            self.reader.look()
        except AssertionError as fault:
            self.faults.append(f"{what}: {str(fault)[:600]}")
            self.reader.complaints.clear()
        own = page.viewport_size
        [other] = [size for size in WIDTHS.values() if size != own]
        for size in (other, own):
            page.set_viewport_size(size)
            if page.evaluate(WIDTH):
                self.faults.append(f"{what}: scrolls sideways at {size['width']}")
            if size == WIDTHS["phone"] and (height := page.evaluate(HEADER_HEIGHT)) > HIGHEST_HEADER:
                self.faults.append(f"{what}: the header is {height} pixels high on a phone")
        for text in page.evaluate(TEXTS) if self.english else ():
            if text in self.english:
                self.faults.append(f"{what}: in English: {text!r}, not {self.english[text]!r}")


def texts_with_a_translation():
    """Each English text of ours and of the packages, with its Spanish; but for those that are Spanish too.

    A language is called by its own name, and staff read an office's English name beside its Spanish one.
    """
    with override("es"):
        catalog = dict(trans_real.catalog()._catalog.items())
    known = {key: said for key, said in catalog.items() if isinstance(key, str) and key and said}
    spanish = {said.strip() for said in known.values()} | {"English", "Contact Center"}
    return {key.strip(): said for key, said in known.items() if key != said and key.strip() not in spanish}


def rank(role):
    first = (
        "applicant",
        "representative_in_force",
        "contact_center_supervisors",
        "auditors",
        "superuser",
        "visitor",
    )
    return (first.index(role) if role in first else len(first), role)


def check_and_fail(tour):
    """The pages for what goes wrong: each shown once."""
    tour.look("/nothing-here/")
    tour.become("applicant")
    submit(tour, "/accounts/profile/", "phone", "token.value = 'x'.repeat(32)")
    tour.examine("403, a form without its token")
    submit(
        tour, "/accounts/profile/", "phone", "for (let i = 0; i < 1001; i++) form.append(field.cloneNode())"
    )
    tour.examine("400, a form with too many fields")
    for code, status in (("P0001", 500), ("40001", 503)):
        with database_that_complains("accounts_user", code):
            submit(tour, "/accounts/profile/", "phone", "form.elements.name.value += ' II'")
            tour.examine(str(status))
    tour.become("representative_in_force")
    tour.look("/accounts/delete/")
    tour.become("applicant")
    tour.look("/accounts/delete/?sure=1")
    tour.become("visitor")
    use_up(Client())
    submit(tour, "/accounts/password/reset/", "email", "form.elements.email.value = 'someone@example.org'")
    tour.examine("429")
    holder = User.objects.get(pk=tour.accounts["applicant"].pk)
    key = EmailAwarePasswordResetTokenGenerator().make_token(holder)
    names = {"uidb36": user_pk_to_url_str(holder), "key": key}
    tour.look(reverse("account_reset_password_from_key", kwargs=names))


def submit(tour, address, name, change):
    """Sends the page's form with the field of this name, changed past what the page lets one do."""
    page = tour.reader.page
    page.goto(tour.reader.base_url + address)
    with page.expect_navigation():
        page.evaluate(
            f"() => {{ const form = document.querySelector('main [name={name}]').form, token ="
            " form.elements.csrfmiddlewaretoken, field = document.createElement('input');"
            " field.type = 'hidden'; field.name = 'x';"
            f" {change}; form.noValidate = true; form.submit(); }}"
        )


@pytest.mark.parametrize(("language", "width"), [("en", "desktop"), ("es", "phone")])
def test_every_page_can_be_used_by_everyone(look_around, language, width):
    tour = look_around(language, width)
    check_and_fail(tour)
    for page in PAGES:
        # The demonstration's own are not served here: tests/journeys/test_demo.py.
        if "get" in TABLE[page.key].methods and TABLE[page.key].get_in and "demo/" not in page.route:
            tour.visit(page)
    assert not tour.faults, "\n" + "\n".join(tour.faults)
    assert len(tour.seen) >= FEWEST_SEEN
