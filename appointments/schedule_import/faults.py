"""Report what is wrong with a delivery: file, line, column, value and remedy of each fault, as a CSV file."""

import csv
from dataclasses import astuple, dataclass, fields
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Self

from portal.foundation.csv_safety import escape_formula

WHOLE_FILE = "(file)"
WHOLE_ROW = "(row)"
SHOWN = 50
VALUE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Fault:
    """One error, and a sentence that says how to correct it. Lines count from 1, including the header."""

    file: str
    line: int
    column: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.column}: “{self.value}”. {self.remedy}"


class DeliveryRefused(Exception):
    """The delivery as a whole cannot be loaded now. Nothing was changed. The message is for people."""


class InvalidDelivery(Exception):
    """The delivery has errors. Nothing was changed. The error report lists all of them."""


class ErrorReport:
    """Count every fault and write it to a file immediately, so that memory stays small.

    Creates or replaces the file at the first fault. Keeps the first fifty faults to show them.
    Raises: DeliveryRefused when the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.total = 0
        self.first: list[Fault] = []
        self._file: TextIOWrapper | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def add(self, file: str, line: int, column: str, value: str, remedy: str) -> None:
        """Record one fault. Its value is shortened and made printable."""
        fault = Fault(file, line, make_printable(column), make_printable(value), remedy)
        self.total += 1
        if len(self.first) < SHOWN:
            self.first.append(fault)
        if self._file is None:
            self._file = self._open()
            csv.writer(self._file).writerow(field.name for field in fields(Fault))
        csv.writer(self._file).writerow(map(escape_formula, astuple(fault)))

    def _open(self) -> TextIOWrapper:
        try:
            return self.path.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise DeliveryRefused(
                f"The delivery has errors, but the report cannot be written to {self.path}: {error.strerror}."
                " Choose another file with --faults. Nothing was loaded."
            ) from None


def make_printable(value: str) -> str:
    """Return the value as one short line, with unprintable characters as codes."""
    shown = "".join(char if char.isprintable() else f"\\x{_code(char):02x}" for char in value[:VALUE_LENGTH])
    return shown + "…" * (len(value) > VALUE_LENGTH)


def _code(char: str) -> int:
    """Return the code to show. A lone surrogate stands for a byte that was not valid UTF-8."""
    code = ord(char)
    return code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code
