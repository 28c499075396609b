"""Text from outside: every script is accepted, and nothing that no one can see gets in."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portal.foundation.text_fields import LineField, NameField, ParagraphField, PlainEmailField
from portal.foundation.text_normalization import (
    find_control_character,
    normalize_digits,
    normalize_line,
    normalize_password,
    normalize_text,
    strip_separators,
)

NAMES = [
    "O’Brien-Smith Jr.",
    "Peña Núñez",
    "Nguyễn Thị Ánh",
    "Ọlátúnjí",
    "Łukasz Żółć",
    "ʻOkina Kaʻahumanu",
    "Иван Петрович",
    "Γιώργος Παπαδόπουλος",
    "Արամ Խաչատրյան",
    "გიორგი",
    "משה כהן",
    "محمد عبد الله",
    "علی\u200cرضا",
    "ܝܘܚܢܢ",
    "हरि कृष्ण",
    "রহিম উদ্দিন",
    "র\u200d্যাব",
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "தமிழ்ச்செல்வி",
    "അവന്\u200d",
    "ශ්\u200dරී",
    "สมชาย",
    "ສົມພອນ",
    "မောင်မောင်",
    "សុខ",
    "አበበ ቢቂላ",
    "ᏣᎳᎩ",
    "ᠪᠠᠶᠠᠷ",
    "王小明",
    "辻\U000e0100 太郎",
    "김민준",
    "さくら",
]
INVISIBLE = [
    *map(chr, range(0x200B, 0x2010)),
    *map(chr, range(0x2060, 0x2065)),
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2066, 0x206A)),
    "\u00ad",
    "\u034f",
    "\u061c",
    "\u115f",
    "\u1160",
    "\u17b4",
    "\u180b",
    "\u180e",
    "\u2800",
    "\u3164",
    "\ufe0f",
    "\ufeff",
    "\uffa0",
    "\U000e0001",
    "\U000e0041",
    "\U000e0100",
]
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NEARBY = st.text(
    st.sampled_from([*INVISIBLE, "a", "é", "\u0301", "ع", "क", "\u094d", "र", "辻", "ᠪ", " ", "\n", "1"])
)


@pytest.mark.parametrize("name", NAMES)
def test_names_in_every_script_stay_as_they_are(name):
    composed = unicodedata.normalize("NFC", name)
    assert NameField().clean(composed) == composed
    assert NameField().clean(unicodedata.normalize("NFD", name)) == composed


@pytest.mark.parametrize("character", INVISIBLE, ids=lambda character: f"U+{ord(character):04X}")
def test_invisible_characters_make_no_name_and_are_removed_from_one(character):
    with pytest.raises(ValidationError):
        NameField().clean(character * 3)
    for typed in (f"{character}Ana Diaz", f"Ana{character} Diaz", f"An{character}a Diaz{character}"):
        assert NameField().clean(typed) == "Ana Diaz"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ana\nDiaz", "Ana Diaz"),
        ("Ana\r\n  Diaz\t", "Ana Diaz"),
        ("Ana\u2028Diaz\u00a0Ruiz", "Ana Diaz Ruiz"),
        ("\u2068Ana\u2069", "Ana"),
        ("Pen\u0303\u200ba", "Peña"),
        ("n\u200b\u0303", "ñ"),
        ("A\u200dna", "Ana"),
        ("علی\u200d", "علی"),
    ],
)
def test_a_name_is_one_line_in_nfc(typed, kept):
    assert NameField().clean(typed) == kept


@pytest.mark.parametrize("typed", ["123", "!?", "😀", "\u0301", "- -", "①"])
def test_a_name_needs_a_letter(typed):
    with pytest.raises(ValidationError, match="at least one letter"):
        NameField().clean(typed)
    assert LineField().clean(typed) == typed


@pytest.mark.parametrize("field", [NameField, LineField, ParagraphField])
@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85a\x9b", "\ud800"])
def test_control_characters_are_rejected(field, character):
    with pytest.raises(ValidationError, match="unsupported characters"):
        field().clean(f"Ana{character}Diaz")


def test_a_paragraph_keeps_its_line_breaks_and_counts_what_is_left():
    field = ParagraphField(max_length=9)
    assert field.clean("One\r\nTwo\u200b\u200b\u200b") == "One\r\nTwo"
    with pytest.raises(ValidationError):
        field.clean("0123456789")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("\u200bana@example.org\u2069", "ana@example.org"), ("ana＠example.org ", "ana@example.org")],
)
def test_an_email_address_may_be_pasted_with_invisible_characters(typed, kept):
    assert PlainEmailField().clean(typed) == kept


@given(st.one_of(ANY_TEXT, NEARBY))
def test_normalizing_twice_is_normalizing_once(text):
    for normalize in (normalize_text, normalize_line, normalize_digits):
        assert normalize(normalize(text)) == normalize(text)


@given(st.one_of(ANY_TEXT, NEARBY))
def test_a_line_has_no_line_break_and_no_outer_space(text):
    line = normalize_line(text)
    assert line == line.strip()
    assert len(line.splitlines()) <= 1 or find_control_character(line)
    assert unicodedata.is_normalized("NFC", line)


@given(st.sampled_from([chr(at) for at in range(0x110000) if unicodedata.category(chr(at)) == "Nd"]))
def test_decimal_digits_of_every_script_are_read(digit):
    assert strip_separators(f"IOE{digit}") == f"IOE{unicodedata.decimal(digit)}"


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_every_way_to_send_a_password_becomes_the_same_text(form):
    password = "contraseña ｗｉｄｅ café corrälę"
    assert normalize_password(unicodedata.normalize(form, password)) == normalize_password(password)
