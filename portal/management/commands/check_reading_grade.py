"""Report the reading grade of the English texts, and fail when they are too hard to read."""

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import textstat
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

HIGHEST_GRADE = 6.0
# In fewer words than these, one long name decides the grade.
FEWEST_WORDS_OF_A_FILE = 60
FEWEST_WORDS_OF_A_SENTENCE = 10
TAG = re.compile(r"<[^>]*>")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
# It stands for a name, a number or a day. A short word changes the grade very little.
STAND_IN = "Ana"
SPACE_BEFORE_MARK = re.compile(r"\s+(?=[,.;:?!])")
SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z“])")


@dataclass(frozen=True)
class FileGrade:
    """The reading grade of one file's sentences."""

    path: str
    words: int
    grade: float


class Command(BaseCommand):
    """Read the English texts from the Spanish catalog, which `make lint` keeps complete, and grade them."""

    help = (
        f"Reports the Flesch-Kincaid grade of the English texts, by file and overall; fails above "
        f"{HIGHEST_GRADE:.0f} overall. Only whole sentences count: labels and buttons have no grade."
    )
    requires_system_checks: list[str] = []  # needs no database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="print nothing unless the check fails")
        parser.add_argument("--hardest", type=int, default=10, help="how many single sentences to list")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError if the texts together are above the highest grade."""
        sentences_by_file = list_sentences(_read_catalog())
        sentences = sorted({sentence for found in sentences_by_file.values() for sentence in found})
        if not sentences:
            raise CommandError("No English sentence was found: is the catalog in locale/es complete?")
        overall = calculate_grade(sentences)
        if not options["quiet"]:
            self._print_report(sentences_by_file, sentences, hardest=options["hardest"])
            self.stdout.write(f"Overall: grade {overall:.1f} in {len(sentences)} different sentences.")
        if overall > HIGHEST_GRADE:
            raise CommandError(
                f"The English texts need grade {overall:.1f} to read; {HIGHEST_GRADE:.0f} is the limit. "
                "Shorten the hardest sentences: make reading-grade"
            )

    def _print_report(
        self, sentences_by_file: Mapping[str, list[str]], sentences: list[str], *, hardest: int
    ) -> None:
        self.stdout.write("Grade  words  file")
        for found in grade_files(sentences_by_file):
            self.stdout.write(f"{found.grade:5.1f}  {found.words:5}  {found.path}")
        self.stdout.write(f"(Files with fewer than {FEWEST_WORDS_OF_A_FILE} words count overall only.)\n")
        self.stdout.write("The hardest sentences:")
        long = [text for text in sentences if len(text.split()) >= FEWEST_WORDS_OF_A_SENTENCE]
        for sentence in sorted(long, key=lambda text: -calculate_grade([text]))[:hardest]:
            self.stdout.write(f"{calculate_grade([sentence]):5.1f}  {sentence}")


def list_sentences(catalog: Catalog) -> dict[str, list[str]]:
    """Return the whole sentences of each file that uses them, by path."""
    sentences = defaultdict(list)
    for message in catalog:
        for text in _get_english_texts(message):
            for sentence in split_sentences(text):
                for path, _line in message.locations:
                    sentences[path].append(sentence)
    return dict(sentences)


def split_sentences(text: str) -> list[str]:
    """Return the sentences of one text, without markup and placeholders; none for a label."""
    plain = html.unescape(TAG.sub(" ", PLACEHOLDER.sub(STAND_IN, text)))
    plain = SPACE_BEFORE_MARK.sub("", " ".join(plain.split()))
    if plain.endswith(":") and len(plain.split()) > 3:
        # It introduces a link or a list, and reads as a sentence of its own.
        plain = plain[:-1] + "."
    return [part for part in SENTENCE_END.split(plain) if part.endswith((".", "?", "!"))]


def grade_files(sentences_by_file: Mapping[str, list[str]]) -> list[FileGrade]:
    """Return the grade of each file that has enough words, hardest first."""
    grades = [
        FileGrade(path=path, words=words, grade=calculate_grade(found))
        for path, found in sentences_by_file.items()
        if (words := sum(len(sentence.split()) for sentence in found)) >= FEWEST_WORDS_OF_A_FILE
    ]
    return sorted(grades, key=lambda found: (-found.grade, found.path))


def calculate_grade(sentences: Iterable[str]) -> float:
    """Return the Flesch-Kincaid grade of sentences that are read together."""
    grade: float = textstat.flesch_kincaid_grade(" ".join(sentences))
    return grade


def _get_english_texts(message: Message) -> list[str]:
    if not message.id:
        return []
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _read_catalog() -> Catalog:
    path = Path(settings.BASE_DIR) / "locale" / "es" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file)
