"""Reject retired words in names: `python -m tests.checks.names`, a part of `make lint`.

The list is the table "Retired words" in docs/style.md, and nowhere else. To retire a word or to take one
off the list, edit that table.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
STYLE_GUIDE = CHECKOUT / "docs" / "style.md"
CODE = ("portal", "policy", "accounts", "appointments", "tests")
TEMPLATES = "templates"
# | `told` | word | `notified` |
ROW = re.compile(r"^\| `(?P<retired>\w+)` \| (?P<kind>\w+) \| (?P<instead>.+?) \|$")
KINDS = ("word", "name", "class", "module", "verb")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
TEMPLATE_ID = re.compile(r"""\bid=["']([A-Za-z][\w-]*)["']""")
ROUTES = ("path", "re_path")
# Django's own names, which every app repeats.
SHARED_BY_DJANGO = {"Command", "Migration", "Meta", "Media"}


@dataclass(frozen=True)
class RetiredWord:
    """One row of the table: what is retired, as what kind of name, and what to say instead."""

    retired: str
    kind: str
    instead: str

    def matches(self, name: "Name") -> bool:
        """Return whether the name breaks this row."""
        if self.kind == "word":
            return _contains(name.words, split_words(self.retired))
        if self.kind == "verb":
            return name.kind == "function" and name.words[:1] == [self.retired]
        return name.text == self.retired and self.kind in ("name", name.kind)


@dataclass(frozen=True)
class Name:
    """One name in the code: a class, function, argument, variable, module, template or address."""

    text: str
    kind: str
    place: str

    @property
    def words(self) -> list[str]:
        """Its words in lower case."""
        return split_words(self.text)


def main() -> int:
    """Print every name that is not allowed, and return 1 if there are any."""
    problems = find_retired(list_names(CHECKOUT), read_retired_words(STYLE_GUIDE.read_text()))
    problems += find_shared_class_names(CHECKOUT)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"{len(problems)} names break docs/style.md.", file=sys.stderr)
    return 1 if problems else 0


def read_retired_words(text: str) -> list[RetiredWord]:
    """Return the rows of the table "Retired words" in the style guide.

    Raises: ValueError when there is no such table, or a row has an unknown kind.
    """
    _, found, section = text.partition("\n## Retired words\n")
    rows = [RetiredWord(**match.groupdict()) for line in section.splitlines() if (match := ROW.match(line))]
    if not found or not rows:
        raise ValueError("The style guide has no table under the heading 'Retired words'.")
    if unknown := {row.kind for row in rows} - set(KINDS):
        raise ValueError(f"Unknown kinds of retired words: {sorted(unknown)}. Known: {KINDS}.")
    return rows


def find_retired(names: Iterable[Name], retired_words: Sequence[RetiredWord]) -> list[str]:
    """Return one line for each name that uses a retired word."""
    return [
        f"{name.place}: {name.kind} {name.text}: {row.retired} is retired, use {row.instead}"
        for name in names
        for row in retired_words
        if not name.text.startswith("__") and row.matches(name)
    ]


def find_shared_class_names(checkout: Path) -> list[str]:
    """Return one line for each class name that two modules of ours define, whatever the capitals."""
    places: Mapping[str, list[str]] = defaultdict(list)
    for path in _list_python_files(checkout, packages=[part for part in CODE if part != "tests"]):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and node.name not in SHARED_BY_DJANGO:
                places[node.name.lower()].append(f"{path.relative_to(checkout)}: {node.name}")
    return [f"Two classes share a name: {', '.join(found)}" for found in places.values() if len(found) > 1]


def list_names(checkout: Path) -> Iterator[Name]:
    """Yield the names in our Python code and in the templates; migrations are history and left out."""
    for path in _list_python_files(checkout, packages=CODE):
        place = path.relative_to(checkout).as_posix()
        yield Name(path.parent.name if path.stem == "__init__" else path.stem, "module", place)
        yield from list_python_names(path.read_text(), place=place)
    for path in sorted((checkout / TEMPLATES).rglob("*")):
        if path.is_file():
            place = path.relative_to(checkout).as_posix()
            yield Name(path.name.split(".")[0], "module", place)
            yield from (Name(text, "id", place) for text in TEMPLATE_ID.findall(path.read_text()))


def list_python_names(source: str, *, place: str) -> Iterator[Name]:
    """Yield the names that one module defines, and the addresses in its URL patterns."""
    for node in ast.walk(ast.parse(source)):
        line = f"{place}:{getattr(node, 'lineno', 1)}"
        if isinstance(node, ast.ClassDef):
            yield Name(node.name, "class", line)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Name(node.name, "function", line)
        elif isinstance(node, ast.arg):
            yield Name(node.arg, "argument", line)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield Name(node.id if isinstance(node, ast.Name) else node.attr, "variable", line)
        elif isinstance(node, ast.alias) and node.asname:
            yield Name(node.asname, "variable", line)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ROUTES:
            yield from (Name(text, "address", line) for text in _list_route_texts(node))


def split_words(name: str) -> list[str]:
    """Return the words of a name in lower case: `_LinkRefused2` is link, refused, 2."""
    return [word.lower() for word in WORD.findall(name)]


def _contains(words: Sequence[str], wanted: Sequence[str]) -> bool:
    width = len(wanted)
    return any(list(words[at : at + width]) == list(wanted) for at in range(len(words) - width + 1))


def _list_route_texts(call: ast.Call) -> list[str]:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "name"]
    return [
        node.value
        for node in [*call.args[:1], *named]
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def _list_python_files(checkout: Path, *, packages: Iterable[str]) -> list[Path]:
    return [
        path
        for package in packages
        for path in sorted((checkout / package).rglob("*.py"))
        if "migrations" not in path.relative_to(checkout / package).parts
    ]


if __name__ == "__main__":
    sys.exit(main())
