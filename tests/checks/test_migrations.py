"""The check of migrations that `make lint` runs."""

from pathlib import Path

from tests.checks.migrations import find_import_problems, list_own_imports

OURS = "import portal.foundation.clock\nfrom accounts.models import User\n"


def test_imports_of_our_own_code_are_found():
    assert list_own_imports(f"from django.db import models\n{OURS}") == [
        "portal.foundation.clock",
        "accounts.models",
    ]


def test_a_package_that_only_sounds_like_ours_is_none_of_ours():
    assert list_own_imports("import portalocker\nfrom policy_sentry import x\n") == []


def test_a_migration_that_imports_our_code_is_reported(tmp_path):
    write(tmp_path / "policy" / "migrations" / "0002_more.py", OURS)

    problems = find_import_problems(tmp_path, allowed=())

    assert len(problems) == 1
    assert problems[0].startswith(
        "policy/migrations/0002_more.py imports portal.foundation.clock, accounts.models:"
    )


def test_an_exception_that_is_no_longer_needed_is_reported(tmp_path):
    write(tmp_path / "policy" / "migrations" / "0001_initial.py", "from django.db import migrations\n")

    problems = find_import_problems(tmp_path, allowed=["policy/migrations/0001_initial.py"])

    assert problems == [
        "policy/migrations/0001_initial.py imports nothing of ours any more: remove it from MAY_IMPORT_OURS."
    ]


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text)
