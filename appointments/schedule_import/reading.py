"""Reads one file of a delivery, line by line: UTF-8, RFC 4180. What cannot be read is a fault, no error."""

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from appointments.schedule_import.columns import Table
from appointments.schedule_import.faults import WHOLE_FILE, WHOLE_ROW, ErrorReport

LONGEST_LINE = 16 * 1024
# Control characters, line separators, marks that turn text around, and bytes that are no UTF-8, which are
# read as lone surrogates.
SUSPECT = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffd\ud800-\udfff]")
NOT_UTF8 = re.compile("[\ud800-\udfff\ufffd]")
ENCODING_REMEDY = "Save the file as UTF-8: this text is broken."
CONTROL_REMEDY = "Remove the control character: a cell is one line of plain text."
QUOTE_REMEDY = "Close the quotation mark; a cell does not go over several lines."
LINE_REMEDY = f"Shorten the line: it has more than {LONGEST_LINE // 1024} KiB; a line end may be missing."


class FileReader:
    """The rows of one file, in the order of the table's columns whatever their order in the file.

    `broken` has the columns of the present row whose text was named already: nothing more is said of
    them. `is_complete` tells afterwards whether the file could be read; `rows` how many it had.
    """

    def __init__(self, path: Path, table: Table, faults: ErrorReport) -> None:
        self.path = path
        self.table = table
        self.faults = faults
        self.is_complete = True
        self.rows = 0
        self.broken: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Line number and cells of each row. A row with too few or too many cells is mended and named."""
        try:
            with self.path.open("rb") as file:
                yield from self._read(_Lines(file, self))
        except OSError:
            # The manifest's check has named the file already.
            self.is_complete = False

    def fault(self, line: int, column: str, value: str, remedy: str) -> None:
        self.faults.add(self.table.file, line, column, value, remedy)

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
            row = self._fit(line, cells, width)
            picked = [row[position] for position in order]
            if len(cells) != width:
                self.broken = frozenset(self.table.names)
            elif lines.is_suspect:
                self.broken = frozenset(self._name_suspects(line, picked))
            elif self.broken:
                self.broken = frozenset()
            yield line, picked

    def _read_header(self, header: list[str]) -> list[int] | None:
        """Where each of the table's columns stands in the file; None when that cannot be told."""
        names = self.table.names
        for name in dict.fromkeys(header):
            if name not in names:
                self.fault(1, name, name, f"Remove this column, or correct its name: {', '.join(names)}.")
            elif header.count(name) > 1:
                self.fault(1, name, name, "The column is there more than once: remove one.")
        for name in names:
            if name not in header:
                self.fault(1, name, "", f"The column {name} is missing: add it.")
        if any(header.count(name) != 1 for name in names):
            return None
        return [header.index(name) for name in names]

    def _fit(self, line: int, cells: list[str], width: int) -> list[str]:
        if len(cells) != width:
            self.fault(
                line, WHOLE_ROW, ",".join(cells), f"The row has {len(cells)} cells in place of {width}."
            )
        return (cells + [""] * width)[:width]

    def _name_suspects(self, line: int, cells: list[str]) -> Iterator[str]:
        for column, cell in zip(self.table.names, cells, strict=True):
            if NOT_UTF8.search(cell):
                self.fault(line, column, cell, ENCODING_REMEDY)
                yield column
            elif SUSPECT.search(cell):
                self.fault(line, column, cell, CONTROL_REMEDY)
                yield column


class _QuoteOpen(Exception):
    """A quoted cell does not end on its line."""


class _Lines:
    """Gives the CSV reader one line for each row, so that a lost quotation mark costs one row and no more."""

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
        self._reader.fault(self.number, WHOLE_ROW, "", LINE_REMEDY)
        while (rest := self._file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass


def _records(lines: _Lines, reader: FileReader) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each record that is one; the others are named. Empty lines are passed over."""
    parser = csv.reader(lines, strict=True)
    while True:
        lines.begin_row()
        try:
            cells = next(parser)
        except StopIteration:
            return
        except _QuoteOpen:
            reader.rows += 1
            reader.fault(lines.number, WHOLE_ROW, "", QUOTE_REMEDY)
        except csv.Error:
            reader.rows += 1
            reader.fault(
                lines.number, WHOLE_ROW, "", 'Quote cells as RFC 4180 says: "" for a quotation mark.'
            )
        else:
            if cells:
                yield lines.number, cells


def name_missing_rows(reader: FileReader, expected: int | None) -> None:
    """A fault unless the file has as many rows as its manifest says."""
    if reader.is_complete and expected is not None and reader.rows != expected:
        reader.fault(
            1,
            WHOLE_FILE,
            str(reader.rows),
            f"The manifest says {expected} rows: deliver the whole file, or correct the count.",
        )
