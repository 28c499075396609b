"""Read one CSV file of a delivery line by line (UTF-8, RFC 4180). Report unreadable rows."""

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from appointments.schedule_import.columns import Table
from appointments.schedule_import.faults import WHOLE_FILE, WHOLE_ROW, ErrorReport

LONGEST_LINE = 16 * 1024
# Control characters, line separators, marks that reverse the direction of text, and lone surrogates, which
# stand for bytes that are not valid UTF-8.
SUSPECT = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffd\ud800-\udfff]")
NOT_UTF8 = re.compile("[\ud800-\udfff\ufffd]")
ENCODING_REMEDY = "This text is not valid UTF-8. Save the file as UTF-8."
CONTROL_REMEDY = "Remove the control character. A cell is one line of plain text."
FILE_ENCODING_REMEDY = "This file is UTF-16 or binary. Save it as CSV in UTF-8."
LINE_BREAK_REMEDY = "Lines end with a carriage return only. End each line with a line feed."
QUOTE_REMEDY = "Close the quotation mark. A cell cannot span several lines."
LINE_REMEDY = f"Shorten this line to at most {LONGEST_LINE // 1024} KiB. A line break may be missing."


class FileReader:
    """Iterate over the rows of one file, with cells in the order of the table's columns.

    `broken` has the columns of the current row that were already reported; later checks skip them. `absent`
    has the optional columns that the file leaves out; their cells are empty.
    After the iteration `is_complete` says whether the whole file could be read, and `rows` counts its rows.
    """

    def __init__(self, path: Path, table: Table, errors: ErrorReport) -> None:
        self.path = path
        self.table = table
        self.errors = errors
        self.is_complete = True
        self.rows = 0
        self.broken: frozenset[str] = frozenset()
        self.absent: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Yield line number and cells of each row. Report and pad rows with a wrong number of cells."""
        try:
            with self.path.open("rb") as file:
                remedy = _find_file_fault(file)
                if remedy is None:
                    yield from self._read(_Lines(file, self))
                else:
                    self.report(1, WHOLE_FILE, "", remedy)
                    self.is_complete = False
        except OSError:
            # The check of the manifest has already reported this file.
            self.is_complete = False

    def report(self, line: int, column: str, value: str, remedy: str) -> None:
        self.errors.add(self.table.file, line, column, value, remedy)

    def _read(self, lines: "_Lines") -> Iterator[tuple[int, list[str]]]:
        records = _records(lines, self)
        header = next(records, None)
        order = self._read_header([] if header is None else header[1])
        if order is None:
            self.is_complete = False
            return
        width = 0 if header is None else len(header[1])
        for line, cells in records:
            self.rows += 1
            row = self._pad(line, cells, width)
            picked = ["" if position is None else row[position] for position in order]
            if len(cells) != width:
                self.broken = frozenset(self.table.names)
            elif lines.is_suspect:
                self.broken = frozenset(self._report_suspects(line, picked))
            elif self.broken:
                self.broken = frozenset()
            yield line, picked

    def _read_header(self, header: list[str]) -> list[int | None] | None:
        """Return the position of each of the table's columns in the file, or None when it is not clear.

        An optional column that the file leaves out has no position.
        """
        names = self.table.names
        for name in dict.fromkeys(header):
            if name not in names:
                self.report(
                    1,
                    name,
                    name,
                    f"Unknown column. Remove it, or use one of these names: {', '.join(names)}.",
                )
            elif header.count(name) > 1:
                self.report(1, name, name, "This column appears more than once. Keep only one.")
        required = self.table.required_names
        for name in required:
            if name not in header:
                self.report(1, name, "", f"Add the missing column {name}.")
        self.absent = frozenset(names).difference(required, header)
        if any(header.count(name) != 1 for name in names if name not in self.absent):
            return None
        return [None if name in self.absent else header.index(name) for name in names]

    def _pad(self, line: int, cells: list[str], width: int) -> list[str]:
        if len(cells) != width:
            self.report(
                line, WHOLE_ROW, ",".join(cells), f"This row has {len(cells)} cells. It should have {width}."
            )
        return (cells + [""] * width)[:width]

    def _report_suspects(self, line: int, cells: list[str]) -> Iterator[str]:
        for column, cell in zip(self.table.names, cells, strict=True):
            if NOT_UTF8.search(cell):
                self.report(line, column, cell, ENCODING_REMEDY)
                yield column
            elif SUSPECT.search(cell):
                self.report(line, column, cell, CONTROL_REMEDY)
                yield column


def _find_file_fault(file: BinaryIO) -> str | None:
    """Return the remedy for a file that is no UTF-8 text with line feeds, from its beginning, or None."""
    start = file.read(LONGEST_LINE)
    file.seek(0)
    # A NUL byte in one cell is reported there. In UTF-16 about every second byte is one.
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or start.count(0) * 4 > len(start):
        return FILE_ENCODING_REMEDY
    if b"\r" in start and b"\n" not in start:
        return LINE_BREAK_REMEDY
    return None


class _QuoteOpen(Exception):
    """A quoted cell does not end on its line."""


class _Lines:
    """Give the CSV reader one line per row, so that a missing quotation mark affects only that row."""

    def __init__(self, file: BinaryIO, reader: FileReader) -> None:
        self._file = file
        self._reader = reader
        self._is_within_row = False
        self.number = 0
        self.is_suspect = False

    def __iter__(self) -> "_Lines":
        return self

    def begin_row(self) -> None:
        self._is_within_row = False

    def __next__(self) -> str:
        if self._is_within_row:
            raise _QuoteOpen
        raw = self._file.readline(LONGEST_LINE)
        while len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            self._skip_long_line()
            raw = self._file.readline(LONGEST_LINE)
        if not raw:
            raise StopIteration
        self.number += 1
        if self.number == 1:
            raw = raw.removeprefix(codecs.BOM_UTF8)
        self._is_within_row = True
        text = raw.decode("utf-8", "surrogateescape")
        self.is_suspect = SUSPECT.search(text.rstrip("\r\n")) is not None
        return text

    def _skip_long_line(self) -> None:
        self.number += 1
        self._reader.rows += 1
        self._reader.report(self.number, WHOLE_ROW, "", LINE_REMEDY)
        while (rest := self._file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass


def _records(lines: _Lines, reader: FileReader) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each valid record. Report the other ones and skip empty lines."""
    parser = csv.reader(lines, strict=True)
    while True:
        lines.begin_row()
        try:
            cells = next(parser)
        except StopIteration:
            return
        except _QuoteOpen:
            reader.rows += 1
            reader.report(lines.number, WHOLE_ROW, "", QUOTE_REMEDY)
        except csv.Error:
            reader.rows += 1
            reader.report(
                lines.number,
                WHOLE_ROW,
                "",
                'Quote cells as in RFC 4180: write "" for a quotation mark inside a cell.',
            )
        else:
            if cells:
                yield lines.number, cells


def report_missing_rows(reader: FileReader, expected: int | None) -> None:
    """Report a fault unless the file has as many rows as its manifest says."""
    if reader.is_complete and expected is not None and reader.rows != expected:
        reader.report(
            1,
            WHOLE_FILE,
            str(reader.rows),
            f"The manifest lists {expected} rows. Send the whole file, or correct the count.",
        )
