"""The documentation names files that exist."""

import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
RECORDS = sorted((CHECKOUT / "docs/adr").glob("*.md"))
DOCUMENTS = [
    *sorted((CHECKOUT / "docs").glob("*.md")),
    *RECORDS,
    CHECKOUT / "README.md",
    CHECKOUT / "CONTRIBUTING.md",
]
NOT_OURS = {".git", ".venv", "node_modules", "staticfiles", "var", "__pycache__"}
# Made by commands, or by whoever installs the portal. A checkout does not have them.
NOT_IN_A_CHECKOUT = (".env", "var/reports", "secrets", "docker-compose.override.yml", "figures.json", "*.mo")
# What a project should not have, in the guide on names; Django's own files.
NOT_MEANT = {"utils.py", "helpers.py", "common.py", "django/forms/widgets/*.html"}
EXTENSIONS = "py|md|toml|lock|ya?ml|json|js|css|html|txt|sql|csv|po|mo|conf|env"
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.<>…*{},-]+(?:/[\w.<>…*{},-]+)*/?")


def name_document(path):
    return str(path.relative_to(CHECKOUT))


@cache
def list_paths():
    """Return every file and folder of the checkout, folders with a slash at the end."""
    paths = set()
    for top in CHECKOUT.iterdir():
        if top.name in NOT_OURS:
            continue
        for path in [top, *top.rglob("*")]:
            if not NOT_OURS & set(path.parts):
                paths.add(str(path.relative_to(CHECKOUT)) + ("/" if path.is_dir() else ""))
    return paths


def list_named_paths(text):
    """Return what a document names as a file or folder: `portal/run.py`, `seats.py`, `tests/faults/`."""
    tops = {path for path in list_paths() if path.count("/") == 1 and path.endswith("/")}
    named = []
    for code in CODE.findall(FENCE.sub("", text)):
        is_below_top = any(code.startswith(top) for top in tops)
        is_file = re.fullmatch(rf".*[\w>*]\.({EXTENSIONS})", code)
        is_folder = code.endswith("/") and not code.startswith("/")
        if PATH.fullmatch(code) and (is_below_top or is_file or is_folder):
            named.append(code)
    return named


def exists(named):
    """Tell whether the path of a file or folder ends with this. `<x>`, `…` and `NNNN` stand for any name."""
    pattern = re.sub(r"<[^>]*>|…|NNNN[\w-]*", "*", named)
    names = [pattern] if pattern.endswith("/") else [pattern, f"{pattern}/"]
    if any(fnmatchcase(pattern.strip("/"), other) for other in (*NOT_IN_A_CHECKOUT, *NOT_OURS)):
        return True
    return any(
        fnmatchcase(path, name) or fnmatchcase(path, f"*/{name}") for name in names for path in list_paths()
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_document)
def test_every_path_that_a_document_names_exists(document):
    named = set(list_named_paths(document.read_text())) - NOT_MEANT
    assert sorted(path for path in named if not exists(path)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_document)
def test_every_link_of_a_document_leads_to_a_file(document):
    links = [link.split("#")[0] for link in LINK.findall(document.read_text()) if ":" not in link]
    assert sorted(link for link in links if link and not (document.parent / link).exists()) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_document)
def test_no_merge_left_its_marks_in_a_document(document):
    marks = ("<<<<<<<", "=======", ">>>>>>>")
    assert [line for line in document.read_text().splitlines() if line.startswith(marks)] == []


def test_the_architecture_page_lists_every_decision_record():
    page = (CHECKOUT / "docs/architecture.md").read_text()
    listed = re.findall(r"^- \[.*\]\(adr/([^)]+)\)$", page, re.MULTILINE)
    assert listed == [record.name for record in RECORDS]


def test_a_path_that_does_not_exist_is_found():
    named = list_named_paths(
        "See `portal/no_such.py`, `seats.py` and `tests/faults/`, at `/demo/` in `text/plain`."
    )
    assert named == ["portal/no_such.py", "seats.py", "tests/faults/"]
    assert [path for path in named if not exists(path)] == ["portal/no_such.py"]
