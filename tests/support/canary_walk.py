"""Visit every URL of the URLconf with distinctive names and numbers.

The world is that of the matrix of addresses, and so is the table: a new address is walked as soon as it
has its line there.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import outbox
from tests.support.canaries import Browser, Listener
from tests.support.url_pages import PAGES, Page
from tests.support.url_table import STAFF, TABLE, Entry
from tests.support.url_world import World, enter

# For pages of every role, choose a role with many rows in the test data.
PREFERRED = (
    "applicant",
    "representative_in_force",
    "representative_requested",
    "contact_center_supervisors",
    "auditors",
    "superuser",
)


@dataclass
class Walk:
    """Visit each page as a role that can act there. Roll back each request after its mail is sent."""

    listener: Listener
    world: World
    accounts: dict[str, User]
    # What people type, by the name of the field.
    written: dict[str, str]
    _browsers: dict[tuple[str, bool], Browser] = field(default_factory=dict)

    def go(self) -> None:
        for page in PAGES:
            entry = TABLE[page.key]
            address = self._address(page, entry)
            shown = None
            if "get" in entry.methods and entry.get_in:
                readers = entry.get_in - STAFF or entry.get_in
                shown = self._request(min(readers, key=_rank), "get", address, {})
            if "post" in entry.methods and entry.get_in:
                self._post(page, address, entry, _fields_of(shown))

    def _post(self, page: Page, address: str, entry: Entry, fields: set[str]) -> None:
        """Post valid data, then names in all fields, then without a token or a session."""
        role = min(entry.changes or entry.get_in, key=_rank)
        self._request(role, "post", address, self._fill(entry.post or {}))
        everywhere = dict.fromkeys(fields | set(entry.post or {}), " ".join(self.written.values())[:900])
        self._request(role, "post", address, everywhere)
        if not page.is_staffs:
            self._request(role, "post", address, everywhere, has_token=False)
            self._request("visitor", "post", address, everywhere)

    def _fill(self, post: dict[str, Any]) -> dict[str, Any]:
        fixed = {name for name, value in post.items() if str(value).startswith("@")}
        wanted = set(post) | ({"explanation"} if "reason" in post else set())
        written = {name: text for name, text in self.written.items() if name in wanted - fixed}
        return self.world.fill(post) | written

    def _address(self, page: Page, entry: Entry) -> str:
        return page.address(self.world.keys_of(entry.row, page.parameters) if entry.row else {})

    def _request(self, role: str, method: str, address: str, fields: dict, *, has_token: bool = True):
        browser = self._browser(role, has_token)
        cookies = browser.cookies.copy()
        point = transaction.savepoint()
        try:
            answer = getattr(browser, method)(address, fields)
            if method == "post":
                outbox.send_due()
        finally:
            transaction.savepoint_rollback(point)
            browser.cookies = cookies
        return answer

    def _browser(self, role: str, has_token: bool) -> Browser:
        key = (role, has_token)
        if key not in self._browsers:
            browser = self.listener.browser(enforce_csrf_checks=not has_token)
            self._browsers[key] = enter(role, self.accounts, browser)
        return self._browsers[key]


def _rank(role: str) -> tuple[int, str]:
    return (PREFERRED.index(role) if role in PREFERRED else len(PREFERRED), role)


def _fields_of(shown: Any) -> set[str]:
    form = shown.context.get("form") if shown is not None and shown.context else None
    return set(getattr(form, "fields", ()))
