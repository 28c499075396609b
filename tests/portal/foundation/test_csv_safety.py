"""No cell of a CSV file runs as a formula, and ordinary text stays as it is."""

import pytest

from portal.foundation.csv_safety import escape_formula


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=SUM(A1)", "'=SUM(A1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        (-1, "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("\0=1", "'\0=1"),
        ("＝SUM(A1)", "'＝SUM(A1)"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠SUM(1)", "'＠SUM(1)"),
        ("", ""),
        (7, "7"),
        ("Ana-María", "Ana-María"),
        ("a=b", "a=b"),
        ("2026-11-21 09:40", "2026-11-21 09:40"),
        ("O'Neil", "O'Neil"),
    ],
)
def test_only_what_a_spreadsheet_would_run_gets_an_apostrophe(cell, written):
    assert escape_formula(cell) == written
