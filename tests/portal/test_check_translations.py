"""Tests of the lint command that lists every text without a finished translation."""

import pytest
from babel.messages.catalog import Catalog

from portal.management.commands.check_translations import find_problems


def catalog(**translations):
    made = Catalog(locale="es", fuzzy=False)
    for text, translation in translations.items():
        made.add(text, translation)
    return made


def test_a_finished_catalog_has_no_problems():
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
def test_each_text_that_needs_work_is_listed(committed, fresh, problem):
    assert find_problems(committed=committed, fresh=fresh, language="es") == [problem]


def test_a_fuzzy_translation_is_listed():
    fuzzy = Catalog(locale="es", fuzzy=False)
    fuzzy.add("Seat", "Silla", flags=["fuzzy"])
    assert find_problems(committed=fuzzy, fresh=fuzzy, language="es") == ["es: fuzzy: Seat"]


def test_a_catalog_with_a_fuzzy_header_is_listed():
    unused = Catalog(locale="es", fuzzy=True)
    [problem] = find_problems(committed=unused, fresh=unused, language="es")
    assert "marked fuzzy" in problem


def test_a_plural_without_all_its_forms_is_listed():
    half = Catalog(locale="es", fuzzy=False)
    half.add(("%(n)d seat", "%(n)d seats"), ("%(n)d asiento", ""))
    [problem] = find_problems(committed=half, fresh=half, language="es")
    assert problem.startswith("es: not translated:")


def test_a_translation_that_lost_a_placeholder_is_listed():
    wrong = Catalog(locale="es", fuzzy=False)
    wrong.add("%(n)d seats", "asientos de %(m)d", flags=["python-format"])
    [problem] = find_problems(committed=wrong, fresh=wrong, language="es")
    assert "%(n)d seats" in problem
