"""What is wrong with a delivery: each fault by file, line, column, value and remedy, kept as a CSV file."""

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
    """One mistake, and a sentence that says how to mend it. Lines count from 1, the header included."""

    file: str
    line: int
    column: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.column}: “{self.value}”. {self.remedy}"


class DeliveryRefused(Exception):
    """The delivery as a whole cannot be loaded now; nothing was changed. Carries a sentence for people."""


class InvalidDelivery(Exception):
    """The delivery has faults; nothing was changed. The log that was given has them all."""


class ErrorReport:
    """Counts every fault and writes it to a file at once, so that a million need no memory.

    The file is made, or replaced, at the first fault; the first fifty are kept to be shown. Raises
    DeliveryRefused when it cannot be written.
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
        """Records one fault; its value is shortened and made printable."""
        fault = Fault(file, line, printable(column), printable(value), remedy)
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
                f"The delivery has faults, which cannot be written to {self.path}: {error.strerror}."
                " Name another file with --faults. Nothing was loaded."
            ) from None


def printable(value: str) -> str:
    """The value as one short line: what cannot be shown is written as its code."""
    shown = "".join(char if char.isprintable() else f"\\x{_code(char):02x}" for char in value[:VALUE_LENGTH])
    return shown + "…" * (len(value) > VALUE_LENGTH)


def _code(char: str) -> int:
    """A byte that is no UTF-8 was read as a lone surrogate, and is shown as the byte that it was."""
    code = ord(char)
    return code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code
