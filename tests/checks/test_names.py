"""The check of names, on small samples."""

import pytest

from tests.checks.names import (
    STYLE_GUIDE,
    Name,
    find_retired,
    find_shared_class_names,
    list_names,
    list_python_names,
    read_retired_words,
    split_words,
)

TABLE = """
# Style

| `not_in_the_section` | word | other |

## Retired words

| retired | kind | instead |
|---|---|---|
| `told` | word | `notified` |
| `make_way` | word | `remove_unconfirmed_signups` |
| `Way` | class | `Origin` |
| `typed` | module | `resumable_forms` |
| `follow` | name | `next_state` |
| `tell` | verb | `build` |
"""


def find(source, *, place="sample.py"):
    problems = find_retired(list_python_names(source, place=place), read_retired_words(TABLE))
    return [problem.split(": ")[1] for problem in problems]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("is_told", ["is", "told"]),
        ("LinkRefused", ["link", "refused"]),
        ("_HTTPAnswer2", ["http", "answer", "2"]),
        ("ASKING", ["asking"]),
        ("cases/<uuid:case>/told-again", ["cases", "uuid", "case", "told", "again"]),
    ],
)
def test_a_name_is_split_into_its_words(name, words):
    assert split_words(name) == words


def test_only_the_rows_of_the_section_are_read():
    assert [row.retired for row in read_retired_words(TABLE)] == [
        "told",
        "make_way",
        "Way",
        "typed",
        "follow",
        "tell",
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("class ToldOnce: ...", "class ToldOnce"),
        ("def list_told(): ...", "function list_told"),
        ("def notify(*, was_told): ...", "argument was_told"),
        ("told_at = 1", "variable told_at"),
        ("self.told = 1", "variable told"),
        ("import notices as told", "variable told"),
        ("path('told/', view)", "address told/"),
        ("path('', view, name='who_is_told')", "address who_is_told"),
    ],
)
def test_a_retired_word_is_found_wherever_a_name_is_given(source, found):
    assert find(source) == [found]


@pytest.mark.parametrize("source", ["untold = 1", "x = 'told'", "# told", "print(told)", "notes.told()"])
def test_a_longer_word_a_text_or_a_mere_use_is_no_finding(source):
    assert find(source) == []


def test_words_in_a_row_are_found_together_only():
    assert find("def make_way_for(): ...\ndef find_way_to_make(): ...") == ["function make_way_for"]


def test_a_class_is_found_by_its_whole_name():
    assert find("class Way: ...\nclass WayBack: ...\nWay = 1") == ["class Way"]


def test_a_whole_name_is_found_as_anything():
    assert find("def follow(): ...\nfollow = 1\nfollow_up = 1") == ["function follow", "variable follow"]


def test_a_verb_is_found_at_the_beginning_of_a_function_only():
    assert find("def tell_case(): ...\ndef can_tell(): ...\ntell_all = 1") == ["function tell_case"]


def test_modules_templates_and_ids_are_read(tmp_path):
    write(tmp_path / "accounts" / "typed.py")
    write(tmp_path / "accounts" / "told" / "__init__.py")
    write(tmp_path / "templates" / "cases" / "told.html", '<p id="who-told">')
    write(tmp_path / "accounts" / "migrations" / "0001_told.py", "told = 1")

    problems = find_retired(list_names(tmp_path), read_retired_words(TABLE))

    assert [problem.split(": ")[:2] for problem in problems] == [
        ["accounts/told/__init__.py", "module told"],
        ["accounts/typed.py", "module typed"],
        ["templates/cases/told.html", "module told"],
        ["templates/cases/told.html", "id who-told"],
    ]


def test_two_classes_of_one_name_are_found_whatever_their_capitals(tmp_path):
    write(tmp_path / "accounts" / "forms.py", "class SignupForm: ...\nclass Command: ...")
    write(tmp_path / "accounts" / "sign_in_forms.py", "class SignUpForm: ...\nclass Command: ...")

    assert find_shared_class_names(tmp_path) == [
        "Two classes share a name: accounts/forms.py: SignupForm, accounts/sign_in_forms.py: SignUpForm"
    ]


def test_a_guide_without_the_table_is_an_error():
    with pytest.raises(ValueError, match="no table"):
        read_retired_words("# Style\n")


def test_an_unknown_kind_is_an_error():
    with pytest.raises(ValueError, match="Unknown kinds"):
        read_retired_words("\n## Retired words\n| `told` | wrod | `notified` |\n")


def test_the_table_of_the_project_is_read():
    retired = read_retired_words(STYLE_GUIDE.read_text())

    assert find_retired([Name("tell_case", "function", "sample.py")], retired)


def write(path, text=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
