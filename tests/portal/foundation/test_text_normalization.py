"""Receipt numbers and codes are read as people meant them."""

import pytest

from portal.foundation.text_normalization import (
    fix_lookalike_digits,
    fix_lookalike_letters,
    group_characters,
    strip_separators,
    suggest_receipt_number,
)


@pytest.mark.parametrize(
    ("function", "text", "expected"),
    [
        (strip_separators, " IOE 012\t345\n6789 ", "IOE0123456789"),
        (strip_separators, "ioe-012‑345–67—89", "IOE0123456789"),
        (strip_separators, "IOE−012‐345.6789", "IOE0123456789"),
        (strip_separators, "7f3k/9q2m_dx4t", "7F3K9Q2MDX4T"),
        (strip_separators, "“7F3K”, (9Q2M)", "7F3K9Q2M"),
        (strip_separators, "7F3K\u200b9Q2M\u00a0DX4T\x00", "7F3K9Q2MDX4T"),
        (strip_separators, "---", ""),
        (strip_separators, "7F3É", "7F3É"),
        (fix_lookalike_digits, "O1I2L3", "011213"),
        (fix_lookalike_digits, "o1i2l3", "011213"),
        (fix_lookalike_digits, "5S8B2Z", "5S8B2Z"),
        (fix_lookalike_letters, "10E", "IOE"),
        (fix_lookalike_letters, "51M", "SIM"),
        (fix_lookalike_letters, "MSC", "MSC"),
        (suggest_receipt_number, "IOEO12345678I", "IOE0123456781"),
        (suggest_receipt_number, "ioe01234l6789", "IOE0123416789"),
        (suggest_receipt_number, "1OE0123456789", "IOE0123456789"),
        (suggest_receipt_number, "5IM0123456789", "SIM0123456789"),
        (suggest_receipt_number, "IOE0123456789", "IOE0123456789"),
        (suggest_receipt_number, "IOE01234S6789", ""),
        (suggest_receipt_number, "IOE 0123456789", ""),
        (suggest_receipt_number, "IOE٠١٢٣٤٥٦٧٨٩", ""),
        (suggest_receipt_number, "", ""),
        (group_characters, "7F3K9Q2MDX", "7F3K 9Q2M DX"),
    ],
)
def test_text_is_read_as_it_was_meant(function, text, expected):
    assert function(text) == expected


def test_groups_are_joined_as_the_document_prints_them():
    assert group_characters("7F3K9Q2MDX4T", separator="-") == "7F3K-9Q2M-DX4T"
