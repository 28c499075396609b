"""Check that every text of the portal has a finished translation and that the catalogs are up to date."""

import contextlib
import io
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.test import override_settings

CATALOG = Path("LC_MESSAGES") / "django.po"
PARTS_WITH_TEXTS = ("portal", "policy", "accounts", "appointments", "templates")


class Command(BaseCommand):
    """Extract the texts into a copy of the catalogs and compare. The catalogs themselves do not change."""

    help = "Fails if a text is not translated or marked fuzzy, or if a catalog is not up to date."
    requires_system_checks: list[str] = []  # needs no database

    def handle(self, *args: object, **options: object) -> None:
        """Raise CommandError with every text that needs work."""
        languages = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        with _fresh_catalogs(languages) as fresh_locale:
            problems = [
                problem
                for language in languages
                for problem in find_problems(
                    committed=_read(settings.BASE_DIR / "locale" / language / CATALOG),
                    fresh=_read(fresh_locale / language / CATALOG),
                    language=language,
                )
            ]
        if problems:
            raise CommandError(
                "\n".join([*problems, f"{len(problems)} texts need work: `make messages`, then translate."])
            )


def find_problems(*, committed: Catalog, fresh: Catalog, language: str) -> list[str]:
    """Return one line for each text that is missing, unused, untranslated, fuzzy or malformed."""
    known, needed = _texts(committed), _texts(fresh)
    problems = [f"{language}: not in the catalog: {text}" for _, text in sorted(needed - known, key=str)]
    problems += [f"{language}: no longer used: {text}" for _, text in sorted(known - needed, key=str)]
    if committed.fuzzy:
        problems.append(
            f"{language}: the header of the catalog is marked fuzzy, so the whole catalog would be ignored"
        )
    for message in committed:
        if not message.id:
            continue
        parts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if not all(parts):
            problems.append(f"{language}: not translated: {message.id}")
        elif message.fuzzy:
            problems.append(f"{language}: fuzzy: {message.id}")
    problems += [
        f"{language}: {message.id}: {error}" for message, errors in committed.check() for error in errors
    ]
    return problems


def _texts(catalog: Catalog) -> set[tuple[str | None, str]]:
    return {(message.context, str(message.id)) for message in catalog if message.id}


@contextlib.contextmanager
def _fresh_catalogs(languages: list[str]) -> Iterator[Path]:
    """Yield a temporary locale folder with the catalogs as `make messages` would leave them."""
    with tempfile.TemporaryDirectory() as name:
        workplace = Path(name)
        # makemessages writes into the nearest locale folder above each file, so it needs a separate tree.
        for part in PARTS_WITH_TEXTS:
            (workplace / part).symlink_to(settings.BASE_DIR / part)
        locale = workplace / "locale"
        locale.mkdir()
        for language in languages:
            with contextlib.suppress(FileNotFoundError):  # the language has no catalog yet
                shutil.copytree(settings.BASE_DIR / "locale" / language, locale / language)
        with contextlib.chdir(workplace), override_settings(LOCALE_PATHS=[str(locale)]):
            call_command(
                "makemessages", locale=languages, symlinks=True, no_obsolete=True, stdout=io.StringIO()
            )
        yield locale


def _read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file)
