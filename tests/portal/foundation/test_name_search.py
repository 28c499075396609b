"""Names are found without accents, apostrophes, case, normal form and order of words."""

import unicodedata

import pytest

from accounts.models import Person
from portal.foundation.name_search import build_name_filter
from tests.factories.accounts import CaseFactory, PersonFactory

pytestmark = pytest.mark.usefixtures("reference_data")


def found(words):
    return list(Person.objects.filter(build_name_filter(words, name="name")).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("name", "searches"),
    [
        ("Jos\u00e9 Pe\u00f1a", ["Pena", "pe\u00f1a jos\u00e9", "PE\u00d1A", "pena, jose"]),
        (
            "Siobh\u00e1n O\u2019Brien",
            ["O'Brien", "obrien", "O\u02bcBRIEN siobhan", "O\u00b4Brien", "O\uff07Brien"],
        ),
        ("Nguy\u1ec5n L\u00ea V\u0103n", ["Le Van", "L\u00ea", "van nguyen", "le"]),
        ("Kim-Anh Ng", ["Ng", "ng kim", "Anh-Kim"]),
        ("\u0110\u1eb7ng \u0141ukasz \u00d8rsted", ["Dang", "lukasz orsted", "\u0111\u1eb7ng"]),
        ("Jürgen Straße Æsir", ["jurgen STRASSE", "Straße", "aesir"]),
        ("İpek Yıldız", ["ipek yildiz", "IPEK"]),
        ("Ana\u200b\u00adMar\u00eda", ["anamaria"]),
        ("\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd \u05db\u05d4\u05df", ["\u05e9\u05dc\u05d5\u05dd"]),
        ("\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f", ["\u0645\u062d\u0645\u062f"]),
        ("\u674e \u5c0f\u660e", ["\u5c0f\u660e \u674e", "\u674e"]),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", ["\u0939\u093f\u0928\u094d\u0926\u0940"]),
    ],
)
def test_a_name_is_found_however_it_is_typed(name, searches):
    PersonFactory(case=CaseFactory(), name="Someone Else")
    PersonFactory(case=CaseFactory(), name=name)
    for words in searches:
        for form in ("NFC", "NFD"):
            assert found(unicodedata.normalize(form, words)) == [name], (words, form)


@pytest.mark.parametrize(
    "words",
    ["", " ", "%", "_", "%%%", "\\", "\x00Ana", "'", "\u0301", "\u200b", "-", "Ana Bo", "na", "n", "1"],
)
def test_nothing_is_found_for_signs_and_parts_too_short(words):
    PersonFactory(case=CaseFactory(), name="Ana Núñez")
    assert found(words) == []


def test_all_words_must_fit_the_same_name():
    for name in ("Ana Núñez", "Bo Núñez"):
        PersonFactory(case=CaseFactory(), name=name)
    assert found("nunez bo") == ["Bo Núñez"]
    assert len(found("nunez")) == 2
