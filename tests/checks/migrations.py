"""Check migrations for changes that break a running version, and for imports of our own code.

`make lint` runs it as `python -m tests.checks.migrations`. Options are in `[tool.django_migration_linter]` of
pyproject.toml: initial migrations are left out, because they only make new tables.
"""

import ast
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import django
from django.core.management import call_command
from django_migration_linter.management.commands.lintmigrations import Command

from portal.embedded.data_folder import claim_test_folder
from portal.embedded.services import provide_database

CHECKOUT = Path(__file__).resolve().parents[2]
OUR_PACKAGES = ("portal", "policy", "accounts", "appointments")
# None may. A migration imports nothing of ours, so that later code cannot break it.
MAY_IMPORT_OURS: frozenset[str] = frozenset()


def main() -> int:
    """Report what is wrong with the migrations and return 1 if anything is."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    os.environ["LOG_LEVEL"] = "WARNING"
    problems = find_import_problems(CHECKOUT, allowed=MAY_IMPORT_OURS)
    for problem in problems:
        print(problem, file=sys.stderr)
    # The linter reads the table of applied migrations, so it needs a database; an empty one will do.
    provide_database(folder=claim_test_folder(), durable=False)
    django.setup()
    # The command itself and not its name, because the linter is no installed app.
    call_command(Command())
    return 1 if problems else 0


def find_import_problems(checkout: Path, *, allowed: Iterable[str]) -> list[str]:
    """Return one sentence for each migration that imports our code, and for each needless exception."""
    found = {}
    for package in OUR_PACKAGES:
        for path in sorted((checkout / package / "migrations").glob("[0-9]*.py")):
            if modules := list_own_imports(path.read_text()):
                found[path.relative_to(checkout).as_posix()] = ", ".join(modules)
    excused = set(allowed)
    return [
        f"{path} imports {modules}: a migration must not depend on code that will change."
        for path, modules in found.items()
        if path not in excused
    ] + [
        f"{path} imports nothing of ours any more: remove it from MAY_IMPORT_OURS."
        for path in sorted(excused - set(found))
    ]


def list_own_imports(source: str) -> list[str]:
    """Return the modules of our packages that a migration imports, in order of appearance."""
    modules = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.append(node.module)
    return [module for module in modules if module.split(".")[0] in OUR_PACKAGES]


if __name__ == "__main__":
    sys.exit(main())
