"""What one test leaves behind is not what the next one finds."""

import ast
from pathlib import Path

import pytest
from django.utils import timezone, translation


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_begins_in_english_and_in_the_zone_of_the_settings(turn):
    found = translation.get_language(), timezone.get_current_timezone_name()
    translation.activate("es")
    timezone.activate("Pacific/Guam")
    assert found == ("en", "UTC"), f"turn {turn}"


def patched_by(source):
    """The names of what a test patches by `setattr(owner, ...)`."""
    return {
        ast.unparse(node.args[0])
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).endswith("setattr")
    }


def test_querysets_are_patched_for_prepared_queries_too():
    """Only `change_querysets` may patch them: otherwise a query compiled during the test stays patched."""
    for file in Path(__file__).parent.rglob("*.py"):
        owners = patched_by(file.read_text())
        assert not [owner for owner in owners if owner.endswith(("QuerySet", "Manager", "Query"))], file


def test_control_a_patched_queryset_is_found():
    assert patched_by("monkeypatch.setattr(QuerySet, 'all', None)") == {"QuerySet"}
