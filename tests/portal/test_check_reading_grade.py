"""The command that keeps the English texts easy to read."""

import io

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from django.core.management import CommandError, call_command

from portal.management.commands.check_reading_grade import (
    HIGHEST_GRADE,
    calculate_grade,
    grade_files,
    list_sentences,
    split_sentences,
)

EASY = "You can call us. We will help you. Bring your card. Come on time."
HARD = (
    "Notwithstanding representations communicated previously, accredited representatives discontinuing "
    "participation unconditionally necessitate administrative reconsideration of outstanding applications."
)


def catalog_of(texts):
    catalog = Catalog(locale="es", fuzzy=False)
    for text, path in texts:
        catalog.add(text, "", locations=[(path, 1)])
    return catalog


@pytest.fixture
def project_with(settings, tmp_path):
    """A project folder whose catalog holds the given texts."""

    def write(*texts):
        folder = tmp_path / "locale" / "es" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        with (folder / "django.po").open("wb") as file:
            write_po(file, catalog_of([(text, "templates/page.html") for text in texts]))
        settings.BASE_DIR = tmp_path

    return write


def run_command(*arguments):
    output = io.StringIO()
    call_command("check_reading_grade", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Call us. We can help.", ["Call us.", "We can help."]),
        ("Keep my appointment", []),
        ("<p>Sign in <a href='%(url)s'>here</a>.</p>", ["Sign in here."]),
        ("It begins at 8 a.m. on %(day)s.", ["It begins at 8 a.m. on Ana."]),
        ("To confirm that it is yours, open:", ["To confirm that it is yours, open."]),
        ("Site:", []),
    ],
)
def test_a_text_is_split_into_its_whole_sentences(text, sentences):
    assert split_sentences(text) == sentences


def test_a_sentence_counts_in_every_file_that_uses_it():
    catalog = Catalog(locale="es", fuzzy=False)
    catalog.add("Call us.", "", locations=[("a.html", 1), ("b.html", 1)])

    assert list_sentences(catalog) == {"a.html": ["Call us."], "b.html": ["Call us."]}


def test_both_forms_of_a_plural_are_read():
    catalog = catalog_of([(("You have %(n)d day.", "You have %(n)d days."), "a.html")])

    assert len(list_sentences(catalog)["a.html"]) == 2


def test_hard_sentences_have_a_higher_grade():
    assert calculate_grade([EASY]) < 2 < HIGHEST_GRADE < calculate_grade([HARD])


def test_the_hardest_file_comes_first_and_short_files_are_left_out():
    grades = grade_files({"easy.html": [EASY] * 5, "hard.html": [HARD] * 5, "short.html": [HARD]})

    assert [grade.path for grade in grades] == ["hard.html", "easy.html"]


def test_easy_texts_pass(project_with):
    project_with(EASY)

    assert "Overall: grade" in run_command()


def test_nothing_is_printed_on_success_when_asked_for_quiet(project_with):
    project_with(EASY)

    assert run_command("--quiet") == ""


def test_hard_texts_fail(project_with):
    project_with(HARD)

    with pytest.raises(CommandError, match="6 is the limit"):
        run_command("--quiet")


def test_a_catalog_without_sentences_fails(project_with):
    project_with("Appointments")

    with pytest.raises(CommandError, match="No English sentence was found"):
        run_command()


def test_the_texts_of_the_portal_pass():
    assert "Overall: grade" in run_command()
