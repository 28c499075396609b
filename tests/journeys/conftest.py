"""A real Chromium on the real web server. Each page shown is checked for what its CSP refused."""

import os
import shutil
from collections import defaultdict
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.translation import gettext, override
from playwright.sync_api import Error, expect, sync_playwright

from tests.factories.accounts import PASSWORD
from tests.journeys.accessibility import Accessibility

# Playwright's event loop runs in this thread; the tests read rows between two clicks.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

WIDTHS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}
# Only a test that fails ever waits so long: the machine may be busy with something else.
PATIENCE_MS = 120_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium():
    """The installed Chromium; CHROMIUM names another."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert executable, "No Chromium: run `make test`, which installs it."
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not start as root, as in most containers.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()


class Windows:
    """Windows that one test leaves to the next: to open one costs as much as to load five pages."""

    def __init__(self, browser):
        self._browser = browser
        self._free = defaultdict(list)

    def take(self, *, language, javascript):
        """Return a page of a window in which no one is signed in."""
        free = self._free[language, javascript]
        return free.pop() if free else self.open(language=language, javascript=javascript)

    def open(self, *, language, javascript):
        """Return a page of a new window."""
        context = self._browser.new_context(
            locale={"en": "en-US", "es": "es-US"}[language],
            java_script_enabled=javascript,
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    def leave(self, page, *, language, javascript):
        """Sign out and close other tabs. A window that does not obey is closed."""
        try:
            for tab in page.context.pages:
                if tab is not page:
                    tab.close()
            page.goto("about:blank")
            page.context.clear_cookies()
        except Error:
            page.context.close()
        else:
            self._free[language, javascript].append(page)


class Reader:
    """Someone at a browser: goes through pages, and looks at each with axe."""

    def __init__(self, page, base_url, language, accessibility):
        self.page, self.base_url, self.language = page, base_url, language
        self.accessibility = accessibility
        self.complaints = []
        page.on("console", self._listen)
        page.on("pageerror", self._note_error)

    def leave(self):
        """Stop listening to the page."""
        self.page.remove_listener("console", self._listen)
        self.page.remove_listener("pageerror", self._note_error)

    def _listen(self, message):
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _note_error(self, error):
        self.complaints.append(f"script error: {error}")

    def open(self, path):
        self.page.goto(self.base_url + path)
        self.look()

    def press(self, name, role="button"):
        """Presses the control of this English name, in the reader's language, and looks at what comes."""
        with override(self.language):
            said = gettext(name)
        self.page.locator("main").get_by_role(role, name=said).first.click()
        self.page.wait_for_load_state("load")
        self.look()

    def follow(self, name):
        self.press(name, role="link")

    def choose(self, name, value):
        """Chooses a radio button the way a mouse does: by its label."""
        button = self.page.locator(f"input[name={name}][value='{value}']")
        self.page.locator(f"label[for='{button.get_attribute('id')}']").click()

    def choose_time(self, slot):
        """Press the button of a time on the day that the page shows, and look at what comes."""
        self.page.locator(f"button[name=slot][value='{slot.public_id}']").click()
        self.page.wait_for_load_state("load")
        self.look()

    def open_day(self, slot):
        """Follow the link of a day in the calendar."""
        day = slot.starts_at.astimezone(slot.site.zone).date()
        self.page.locator(f"table a[href*='day={day}']").click()
        self.page.wait_for_load_state("load")
        self.look()

    def type(self, name, text):
        self.page.locator(f"[name={name}]").fill(text)

    def tab_to(self, selector):
        """Presses Tab until a control that fits is focused, as someone without a mouse does."""
        for _ in range(200):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"Tab never reached {selector} on {self.page.url}")

    def enter(self):
        """Presses Enter and waits for the page that follows."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.look()

    def fetch(self, path):
        """What a download link gives, with this reader's cookies."""
        response = self.page.request.get(self.base_url + path)
        assert response.status == 200, response.status
        return response.body()

    def look(self):
        """The page, once here whole, has one h1, its language, no CSP violation, and is accessible."""
        self.page.wait_for_load_state("load")
        assert self.page.locator("h1").count() == 1, self.page.url
        assert self.page.locator("html").get_attribute("lang") == self.language
        assert self.complaints == [], self.complaints
        if self.accessibility:
            try:
                self.accessibility.check(self.page)
            finally:
                # Where a stylesheet imports another, axe reads it through a style element of its own, which
                # the CSP refuses. The page's own complaints were looked at before.
                self.complaints.clear()

    def sign_in(self, user):
        self.open("/accounts/login/")
        self.fill_sign_in(user)

    def arrive_as(self, user):
        """Signed in already, at the list of appointments: for journeys that begin after the door."""
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        self.page.context.add_cookies(
            [
                {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": self.base_url},
                {"name": settings.LANGUAGE_COOKIE_NAME, "value": self.language, "url": self.base_url},
            ]
        )
        self.open("/appointments/")

    def submit(self):
        """Sends the page's form."""
        with self.page.expect_navigation():
            self.page.locator("main form button[type=submit]").first.click()
        self.look()

    def fill_sign_in(self, user, password=PASSWORD):
        self.page.locator("input[name=login]").fill(user.email)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)
        self.look()


@pytest.fixture(scope="session")
def accessibility(tmp_path_factory):
    """What every process of this run has looked at."""
    folder = tmp_path_factory.getbasetemp()
    return Accessibility((folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "looked-at")


@pytest.fixture(scope="session")
def windows(chromium):
    return Windows(chromium)


@pytest.fixture
def open_browser(windows, portal_server, accessibility):
    """Return a function that seats a reader at a browser of this width and language.

    `is_altered`: the test changes what stays with the window, such as its clock, so no other test gets it.
    """
    with ExitStack() as stack:

        def open_one(*, language="en", width="desktop", javascript=True, is_altered=False):
            kind = {"language": language, "javascript": javascript}
            page = windows.open(**kind) if is_altered else windows.take(**kind)
            page.set_viewport_size(WIDTHS[width])
            # axe is a script itself.
            reader = Reader(page, portal_server.url, language, accessibility if javascript else None)
            if is_altered:
                stack.callback(page.context.close)
            else:
                stack.callback(windows.leave, page, **kind)
                stack.callback(reader.leave)
            return reader

        yield open_one
