"""The lint command for translations names every text that needs work."""

import pytest
from babel.messages.catalog import Catalog

from portal.management.commands.check_translations import find_problems


def catalog(**translations):
    made = Catalog(locale="es", fuzzy=False)
    for text, translation in translations.items():
        made.add(text, translation)
    return made


def test_finds_nothing_in_a_finished_catalog():
    finished = catalog(Seat="Asiento")
    assert find_problems(committed=finished, fresh=finished, language="es") == []


@pytest.mark.parametrize(
    ("committed", "fresh", "problem"),
    [
        (catalog(), catalog(Seat=""), "es: not in the catalog: Seat"),
        (catalog(Seat="Asiento"), catalog(), "es: no longer used: Seat"),
        (catalog(Seat=""), catalog(Seat=""), "es: not translated: Seat"),
    ],
)
def test_names_the_text_that_needs_work(committed, fresh, problem):
    assert find_problems(committed=committed, fresh=fresh, language="es") == [problem]


def test_finds_a_fuzzy_translation():
    fuzzy = Catalog(locale="es", fuzzy=False)
    fuzzy.add("Seat", "Silla", flags=["fuzzy"])
    assert find_problems(committed=fuzzy, fresh=fuzzy, language="es") == ["es: fuzzy: Seat"]


def test_finds_a_catalog_that_would_not_be_used():
    unused = Catalog(locale="es", fuzzy=True)
    [problem] = find_problems(committed=unused, fresh=unused, language="es")
    assert "marked fuzzy" in problem


def test_finds_a_plural_with_a_form_missing():
    half = Catalog(locale="es", fuzzy=False)
    half.add(("%(n)d seat", "%(n)d seats"), ("%(n)d asiento", ""))
    [problem] = find_problems(committed=half, fresh=half, language="es")
    assert problem.startswith("es: not translated:")


def test_finds_a_placeholder_that_the_translation_lost():
    wrong = Catalog(locale="es", fuzzy=False)
    wrong.add("%(n)d seats", "asientos de %(m)d", flags=["python-format"])
    [problem] = find_problems(committed=wrong, fresh=wrong, language="es")
    assert "%(n)d seats" in problem
