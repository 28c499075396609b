"""Tests of every URL with every role: who gets in, who must sign in, and who gets a 404."""

from urllib.parse import quote

import pytest
from django.db import transaction
from django.urls import reverse

from appointments.models.appointment import AppointmentQuerySet
from tests.support import demo_urls
from tests.support.html_forms import missing_forms
from tests.support.url_pages import PAGES, Page
from tests.support.url_table import ROLES, STAFF, TABLE, VISITORS, Entry
from tests.support.url_world import count_writes, enter, fingerprint, make_world
from tests.support.without_locks import change_querysets

pytestmark = [
    pytest.mark.usefixtures("reference_data", "text_gateway_url"),
    pytest.mark.urls(demo_urls.__name__),
]

IN, SIGN_IN, UNKNOWN = "gets in", "is led to sign in", "is told that there is no such page"
SIGN_IN_PAGES = ("/accounts/login/", "/admin/login/")
TABLE_FILE = "tests/support/url_table.py"


def test_every_url_has_a_line_in_the_table():
    missing = [f"{page.key} ({page.route})" for page in PAGES if page.key not in TABLE]
    assert not missing, (
        f"No line in TABLE of {TABLE_FILE} for: {', '.join(missing)}. Say there who gets in, which row the"
        " address names, and what a POST carries if the page acts."
    )


def test_every_line_of_the_table_has_a_url():
    lost = TABLE.keys() - {page.key for page in PAGES}
    assert not lost, f"Take these lines out of {TABLE_FILE}: {', '.join(sorted(lost))}"


def test_no_two_urls_share_a_line():
    keys = [page.key for page in PAGES]
    assert len(keys) == len(set(keys)), sorted(key for key in keys if keys.count(key) > 1)


class Visit:
    """One role that visits pages. Every change of a request is rolled back."""

    def __init__(self, role, client, world) -> None:
        self.role, self.client, self.world = role, client, world
        self.cookies = client.cookies.copy()
        self.before = fingerprint()
        self.faults: list[str] = []

    def request(self, method, address, fields):
        """Return the response and whether anything has changed."""
        self.client.cookies = self.cookies.copy()
        point, writes = transaction.savepoint(), count_writes()
        try:
            answer = getattr(self.client, method)(address, fields)
            # A row that is written as it was has not changed: where one was written, rows are compared.
            changed = method == "post" and count_writes() != writes and fingerprint() != self.before
        finally:
            transaction.savepoint_rollback(point)
        return answer, changed

    def blame(self, page, method, said) -> None:
        self.faults.append(f"{self.role}: {method.upper()} {page.key}: {said}")


def outcome_of(page: Page, answer) -> str:
    location = answer.headers.get("Location", "")
    if location.startswith(SIGN_IN_PAGES):
        return SIGN_IN
    # The admin shows the message after a redirect to its start page.
    is_led_back = page.is_staffs and page.parameters and location == reverse("admin:index")
    if answer.status_code == 404 or is_led_back:
        return UNKNOWN
    return IN if answer.status_code < 500 else f"sees a fault of ours ({answer.status_code})"


def expected(role: str, page: Page, entry: Entry) -> frozenset[str]:
    """Return the allowed outcomes for the role. For admin pages the public is redirected to sign in."""
    if role in entry.get_in:
        return frozenset({IN})
    if role in VISITORS:
        return frozenset({SIGN_IN})
    return frozenset({UNKNOWN, SIGN_IN} if page.is_staffs and role not in STAFF else {UNKNOWN})


def look_at(visit: Visit, page: Page, entry: Entry) -> None:
    """Try one URL with each of its methods, for an existing row and for one that does not exist."""
    keys = visit.world.keys_of(entry.row, page.parameters) if entry.row else {}
    address = page.address(keys)
    for method in entry.methods:
        fields = visit.world.fill(entry.post or {}) if method == "post" else {}
        answer, changed = visit.request(method, address, fields)
        outcome = IN if changed else outcome_of(page, answer)
        if outcome not in expected(visit.role, page, entry):
            visit.blame(page, method, f"{outcome} ({answer.status_code})")
        if method == "post" and changed != (visit.role in entry.changes):
            visit.blame(page, method, "changes rows" if changed else "changes nothing")
        for name in dead_forms(answer):
            visit.blame(page, method, f"shows a button of a form that is not there: {name}")
        if page.parameters and not entry.key_is_secret:
            compare_with_unknown(visit, page, entry, method, fields, answer, address)


def dead_forms(answer) -> set[str]:
    """Return the ids of forms that buttons refer to and the page does not have."""
    is_page = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
    return missing_forms(answer.content.decode()) if is_page else set()


def compare_with_unknown(visit, page, entry, method, fields, answer, address) -> None:
    """Check that a row of someone else gives the same status, redirect and body as a missing row."""
    unknown_address = page.address(visit.world.unknown_keys(entry.row, page.parameters))
    if unknown_address == address or (visit.role in entry.get_in and page.key == page.route):
        return
    unknown, changed = visit.request(method, unknown_address, fields)
    outcome = outcome_of(page, unknown)
    if changed:
        visit.blame(page, method, "changes rows for an address that names none")
    if visit.role in entry.get_in:
        if outcome != UNKNOWN:
            visit.blame(page, method, f"of a row that does not exist: {outcome} ({unknown.status_code})")
    elif what_it_says(answer, address) != what_it_says(unknown, unknown_address):
        visit.blame(page, method, "answers otherwise than for a row that does not exist")


def what_it_says(answer, address):
    """Return status, redirect and body, without the URL itself."""
    location = answer.headers.get("Location", "").replace(quote(address), "*").replace(address, "*")
    return answer.status_code, location.replace(quote(address, safe=""), "*"), answer.content


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_gets_in_where_the_table_says_and_nowhere_else(role, tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_MAIL_FOLDER", str(tmp_path / "mail"))
    world, accounts = make_world(tmp_path / "mail")
    visit = Visit(role, enter(role, accounts), world)
    for page in PAGES:
        if page.key in TABLE:
            look_at(visit, page, TABLE[page.key])
    assert not visit.faults, "\n" + "\n".join(visit.faults)


@pytest.mark.parametrize("role", ["applicant", "representative_in_force", "contact_center"])
def test_head_answers_as_get_without_a_body(role, tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_MAIL_FOLDER", str(tmp_path / "mail"))
    world, accounts = make_world(tmp_path / "mail")
    visit = Visit(role, enter(role, accounts), world)
    for page in PAGES:
        entry = TABLE.get(page.key)
        # Django's sign-in page sends on only GET.
        if entry is None or "get" not in entry.methods or page.key == "admin:login":
            continue
        address = page.address(world.keys_of(entry.row, page.parameters) if entry.row else {})
        got, _changed = visit.request("get", address, {})
        headed, _changed = visit.request("head", address, {})
        if (headed.status_code, headed.content) != (got.status_code, b""):
            visit.blame(page, "head", f"{headed.status_code} instead of {got.status_code}")
    assert not visit.faults, "\n" + "\n".join(visit.faults)


def test_control_a_button_without_its_form_is_found():
    page = '<form id="one"></form><button class="a" type="submit" form="{}"></button>'
    assert missing_forms(page.format("one")) == set()
    assert missing_forms(page.format("kept-form")) == {"kept-form"}


def test_control_a_missing_access_check_is_found(monkeypatch, tmp_path):
    """Every signed-in account gets any appointment, and the matrix reports it."""
    change_querysets(
        monkeypatch.setattr, AppointmentQuerySet, "for_account", lambda rows, _account: rows.all()
    )
    world, accounts = make_world(tmp_path / "mail")
    visit = Visit("other_applicant", enter("other_applicant", accounts), world)
    for page in PAGES:
        if page.key in ("appointments:detail", "appointments:reason"):
            look_at(visit, page, TABLE[page.key])
    said = "\n".join(visit.faults)
    assert "GET appointments:detail: gets in" in said
    assert "POST appointments:reason: gets in" in said
    assert "answers otherwise than for a row that does not exist" in said
