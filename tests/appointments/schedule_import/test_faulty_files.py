"""Errors in the files of a delivery and in its manifest are reported like errors in its rows."""

import csv
import json

import pytest

from tests.support.deliveries import (
    Directory,
    faults_found,
    load,
    places,
)

pytestmark = pytest.mark.usefixtures("reference_data")


# --- Files ----------------------------------------------------------------------------------------


def test_reports_text_that_is_not_utf8(made):
    made.rows["people.csv"][3]["name"] = "Ana Munoz"
    made.save().replace("people.csv", b"Munoz", b"Mu\xf1oz")

    [fault] = faults_found(made)

    assert (fault.file, fault.line, fault.column, fault.value) == ("people.csv", 5, "name", "Ana Mu\\xf1oz")
    assert "UTF-8" in fault.remedy


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_reports_only_the_encoding_of_a_file_that_is_not_utf8(made, encoding):
    """The fault: the report spoke of quotation marks and missing columns."""
    text = (made.save().path / "cases.csv").read_text("utf-8")
    (made.path / "cases.csv").write_bytes(text.encode(encoding))

    [fault] = faults_found(made.seal())

    assert (fault.file, fault.line, fault.column) == ("cases.csv", 1, "(file)")
    assert "Save it as CSV in UTF-8" in fault.remedy


def test_reports_lines_that_end_with_a_carriage_return_only(made):
    text = (made.save().path / "cases.csv").read_bytes()
    (made.path / "cases.csv").write_bytes(text.replace(b"\r\n", b"\r"))

    [fault] = faults_found(made.seal())

    assert (fault.file, fault.line, fault.column) == ("cases.csv", 1, "(file)")
    assert "line feed" in fault.remedy


def test_a_byte_order_mark_is_accepted(made):
    header = b"receipt_number,form"
    load(made.save().replace("cases.csv", header, b"\xef\xbb\xbf" + header))


def test_columns_may_have_any_order_and_lines_any_line_break(made):
    path = made.save().path / "people.csv"
    with path.open(encoding="utf-8", newline="") as text:
        rows = [list(reversed(row)) for row in csv.reader(text)]
    path.write_text("\n".join(",".join(row) for row in rows) + "\n\n", encoding="utf-8")

    load(made.seal())


def test_reports_a_missing_column(made):
    made.save().replace("cases.csv", b"filing_channel,", b"")

    assert [(fault.line, fault.column) for fault in faults_found(made)] == [(1, "filing_channel")]


def test_reports_an_unknown_column(made):
    made.save().replace("cases.csv", b"filing_channel,", b"filing_chanel,")

    assert {fault.column for fault in faults_found(made)} == {"filing_channel", "filing_chanel"}


def test_reports_a_duplicate_column(made):
    made.save().replace("cases.csv", b"form,", b"form,form,")

    assert [(fault.column, fault.remedy[:35]) for fault in faults_found(made)] == [
        ("form", "This column appears more than once.")
    ]


@pytest.mark.parametrize(("row", "cells"), [("P1,X,Y,Z", "4 cells"), ("P1,X,Y,Z,,more", "6 cells")])
def test_reports_a_row_with_too_few_or_too_many_cells(made, row, cells):
    with (made.save().path / "people.csv").open("a", encoding="utf-8") as file:
        file.write(f"{row}\r\n")

    [fault] = [fault for fault in faults_found(made.seal()) if fault.line == 32 and fault.column == "(row)"]

    assert fault.value == row
    assert cells in fault.remedy


def test_an_open_quotation_mark_affects_only_its_own_row(made):
    made.rows["people.csv"][4]["name"] = "Quoted"
    made.rows["people.csv"][7]["role"] = "child"
    made.save().replace("people.csv", b"Quoted", b'"Quoted')

    assert places(faults_found(made)) >= {("people.csv", 6, "(row)"), ("people.csv", 9, "role")}


def test_reports_a_stray_quotation_mark(made):
    made.rows["people.csv"][4]["name"] = "Quoted"
    made.save().replace("people.csv", b"Quoted", b'"Quo"ted')

    assert ("people.csv", 6, "(row)") in places(faults_found(made))


def test_reports_an_overlong_line(made):
    made.rows["people.csv"][4]["name"] = "Quoted"
    made.rows["people.csv"][7]["role"] = "child"
    made.save().replace("people.csv", b"Quoted", b"Q" * 50_000)

    assert places(faults_found(made)) >= {("people.csv", 6, "(row)"), ("people.csv", 9, "role")}


def test_an_empty_file_lacks_every_column(made):
    (made.save().path / "people.csv").write_bytes(b"")

    assert {fault.column for fault in faults_found(made.seal())} == {
        "person_id",
        "receipt_number",
        "name",
        "role",
    }


def test_reports_a_missing_file(made):
    (made.save().path / "slots.csv").unlink()

    assert ("slots.csv", 1, "(file)") in places(faults_found(made))


# --- The manifest ---------------------------------------------------------------------------------


def test_reports_a_file_that_is_not_the_one_sent(made):
    with (made.save().path / "cases.csv").open("ab") as file:
        file.write(b"\r\n")

    assert places(faults_found(made)) == {("manifest.json", 1, "files.cases.csv.sha256")}


def test_reports_missing_rows(made):
    made.save()
    manifest = json.loads((made.path / "manifest.json").read_text())
    manifest["files"]["people.csv"]["rows"] = 31
    made.seal(files=manifest["files"])

    [fault] = faults_found(made)

    assert (fault.file, fault.column, fault.value) == ("people.csv", "(file)", "30")


@pytest.mark.parametrize(
    ("content", "column"),
    [
        ("", "(file)"),
        ("{", "(file)"),
        ("[]", "(file)"),
        ("\ufeff[" + "[" * 60_000, "(file)"),
        ("x" * 70_000, "(file)"),
        ('{"format": 1, "files": {}}', "as_of"),
        ('{"format": 1, "as_of": "2026-01-12", "files": {}}', "as_of"),
        ('{"format": 1, "as_of": 7, "files": {}}', "as_of"),
        ('{"format": 2, "as_of": "2026-01-12T10:00Z", "files": {}}', "format"),
        ('{"format": true, "as_of": "2026-01-12T10:00Z", "files": {}}', "format"),
        ('{"format": 1, "as_of": "2026-01-12T10:00Z", "files": []}', "files"),
        ('{"format": 1, "as_of": "2026-01-12T10:00Z", "files": {"x.csv": 1}}', "files.x.csv"),
        ('{"format": 1, "as_of": "2026-01-12T10:00Z", "files": {"cases.csv": 1}}', "files.cases.csv.sha256"),
        (
            '{"format": 1, "as_of": "2026-01-12T10:00Z", "files": {"cases.csv": {"rows": -1}}}',
            "files.cases.csv.rows",
        ),
    ],
)
def test_reports_what_is_wrong_with_a_manifest(made, content, column):
    (made.save().path / "manifest.json").write_text(content, encoding="utf-8")

    assert ("manifest.json", 1, column) in places(faults_found(made))


def test_a_missing_directory_is_a_fault(tmp_path):
    nowhere = Directory(tmp_path / "nothing")

    assert places(faults_found(nowhere)) == {("manifest.json", 1, "(file)")}
