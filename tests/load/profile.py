"""Where the time of a request goes: stacks of the sampler to milliseconds, by kind and by function."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.data_folder import CHECKOUT
from tests.load.clients import PAGES

OURS = tuple(f"{CHECKOUT}/{app}/" for app in ("policy", "accounts", "appointments", "portal"))
# Where a thread stands while PostgreSQL has the word; sending wakes it, and often gives it this processor.
WAITS = (
    "psycopg/connection.py:Connection.wait",
    "psycopg/client_cursor.py:ClientCursorMixin._execute_send",
    "psycopg/_cursor_base.py:BaseCursor._execute_send",
    "psycopg/_cursor_base.py:BaseCursor._send_",
    "psycopg_pool/",
)
# The innermost frame of a stack that lies in one of these places says what the time is spent on.
KINDS = (
    ("waiting for PostgreSQL", WAITS),
    ("psycopg", ("/psycopg/", "/psycopg_binary/")),
    ("translation", ("django/utils/translation/", "/gettext.py")),
    (
        "templates",
        ("django/template/", "django/forms/", "django/utils/html.py", "django/utils/safestring.py"),
    ),
    ("addresses", ("django/urls/",)),
    ("queries (ORM)", ("django/db/",)),
    (
        "sessions and sign-in",
        ("django/contrib/sessions/", "django/contrib/auth/", "allauth/", "portal/sessions.py"),
    ),
    ("our code", OURS),
    ("middleware and the rest", ("",)),
)


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack, innermost first, and how often it was met on a page."""

    page: str
    functions: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Profile:
    """All stacks, and each page's mean milliseconds inside the application."""

    stacks: list[Stack]
    milliseconds: dict[str, float]

    def by_kind(self) -> dict[str, dict[str, float]]:
        """Milliseconds of each kind on each page."""
        counts = Counter()
        for stack in self.stacks:
            counts[kind_of(stack.functions), stack.page] += stack.count
        return {
            kind: {page: counts[kind, page] * self._of_one_sample(page) for page in PAGES}
            for kind, _ in KINDS
        }

    def by_function(self, *, inclusive: bool) -> list[tuple[str, float]]:
        """Milliseconds a journey in each function itself; inclusive: in each of ours with all it calls."""
        found: Counter[str] = Counter()
        for stack in self.stacks:
            functions = ours_in(stack.functions) if inclusive else stack.functions[:1]
            for function in set(functions):
                found[short(function)] += stack.count * self._of_one_sample(stack.page)
        return found.most_common()

    def _of_one_sample(self, page: str) -> float:
        met = sum(stack.count for stack in self.stacks if stack.page == page)
        return self.milliseconds.get(page, 0.0) / met if met else 0.0


def read_profile(folder: Path) -> Profile:
    """What all processes of the web server have written."""
    stacks, seconds = [], {}
    for file in folder.glob("*.json"):
        written = json.loads(file.read_text())
        stacks += [Stack(page, tuple(functions), count) for page, functions, count in written["stacks"]]
        for page, times in written["requests"].items():
            seconds.setdefault(page, []).extend(times)
    return Profile(stacks, {page: 1000 * sum(times) / len(times) for page, times in seconds.items()})


def kind_of(functions: Iterable[str]) -> str:
    """On what a stack's time is spent."""
    for function in functions:
        for kind, places in KINDS[:-1]:
            if any(place in function for place in places):
                return kind
    return KINDS[-1][0]


def ours_in(functions: Iterable[str]) -> list[str]:
    """Those of a stack that the portal itself defines."""
    return [function for function in functions if function.startswith(OURS)]


def short(function: str) -> str:
    """The file's path below the checkout or the place it was installed in, and the function."""
    path, _, name = function.rpartition(":")
    for root in ("/site-packages/", f"{CHECKOUT}/", "/lib/"):
        if root in path:
            return f"{path.rpartition(root)[2]}:{name}"
    return function


def folded(profile: Profile) -> str:
    """One line a stack, outermost first, as programs that draw flame graphs read them."""
    return "\n".join(
        ";".join([stack.page, *(short(function) for function in reversed(stack.functions))])
        + f" {stack.count}"
        for stack in profile.stacks
    )
