"""What one test leaves behind is not what the next one finds."""

import ast
from pathlib import Path

import pytest
from django.utils import timezone, translation

from tests.conftest import KINDS
from tests.support.template_database import list_sources, state_of

TESTS = Path(__file__).parent
# What starts a browser or a whole process.
STARTERS = {
    "subprocess",
    "serve_portal",
    "portal_server",
    "start_python",
    "open_browser",
    "chromium",
    "background",
    "talkative_background",
}


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_begins_in_english_and_in_the_zone_of_the_settings(turn):
    found = translation.get_language(), timezone.get_current_timezone_name()
    translation.activate("es")
    timezone.activate("Pacific/Guam")
    assert found == ("en", "UTC"), f"turn {turn}"


def test_the_template_database_is_made_again_when_a_file_changes_moves_or_appears(tmp_path):
    app, lock = tmp_path / "app", tmp_path / "requirements.lock"
    app.mkdir()
    lock.write_text("django==5.2\n")
    (app / "models.py").write_text("a = 1\n")
    states = [state_of([app, lock])]
    for change in (
        lambda: (app / "models.py").write_text("a = 2\n"),
        lambda: (app / "models.py").rename(app / "rows.py"),
        lambda: (app / "reference.json").write_text("{}"),
        lambda: lock.write_text("django==5.3\n"),
    ):
        change()
        states.append(state_of([app, lock]))
    assert len(set(states)) == len(states)
    (app / "rows.pyc").write_text("compiled")
    assert state_of([app, lock]) == states[-1]


def test_every_app_of_ours_decides_how_the_template_database_looks():
    sources = {str(source.relative_to(TESTS.parent)) for source in list_sources()}
    assert sources >= {"accounts", "appointments", "policy", "portal", "requirements-dev.lock"}
    assert not [source for source in sources if "site-packages" in source]
    for migrations in TESTS.parent.glob("*/migrations/0001_initial.py"):
        assert migrations.parent.parent.name in sources


def patched_by(source):
    """The names of what a test patches by `setattr(owner, ...)`."""
    return {
        ast.unparse(node.args[0])
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).endswith("setattr")
    }


def test_querysets_are_patched_for_compiled_queries_too():
    """By `change_querysets` alone: else a query that is built meanwhile stays so for all later tests."""
    for file in TESTS.rglob("*.py"):
        owners = patched_by(file.read_text())
        assert not [owner for owner in owners if owner.endswith(("QuerySet", "Manager", "Query"))], file


def test_control_a_patched_queryset_is_found():
    assert patched_by("monkeypatch.setattr(QuerySet, 'all', None)") == {"QuerySet"}


def starters_in_fast_tests(source):
    """The tests without a mark of a slow kind that start something slow, by themselves or by a helper."""
    tree = ast.parse(source)
    if any(marks_slow(node) for node in tree.body if isinstance(node, ast.Assign)):
        return set()
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    starting = {name for name, node in functions.items() if names_in(node) & STARTERS}
    while more := {name for name, node in functions.items() if names_in(node) & starting} - starting:
        starting |= more
    return {
        name
        for name in starting
        if name.startswith("test_") and not any(map(marks_slow, functions[name].decorator_list))
    }


def marks_slow(node):
    return any(f"pytest.mark.{kind}" in ast.unparse(node) for kind in KINDS)


def names_in(function):
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return used | {argument.arg for argument in function.args.args}


def test_the_fast_tier_starts_no_process_and_no_browser():
    slow_folders = tuple(str(TESTS.parent / folder) for folders in KINDS.values() for folder in folders)
    for file in TESTS.rglob("test_*.py"):
        if not str(file).startswith(slow_folders):
            assert starters_in_fast_tests(file.read_text()) == set(), file


def test_control_a_process_started_by_a_fast_test_is_found():
    source = "def go(): subprocess.run([])\ndef test_a(): go()\n"
    assert starters_in_fast_tests(source) == {"test_a"}
    assert starters_in_fast_tests("def test_b(portal_server): ...") == {"test_b"}
    assert starters_in_fast_tests(source.replace("def test_a", "@pytest.mark.processes\ndef test_a")) == set()
    assert starters_in_fast_tests("pytestmark = pytest.mark.processes\n" + source) == set()
