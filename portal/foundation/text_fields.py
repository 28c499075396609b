"""Form fields for text that people type: one gate for names, lines and paragraphs."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.foundation.text_normalization import (
    find_control_character,
    has_visible_letter,
    normalize_digits,
    normalize_line,
    normalize_text,
)

UNSUPPORTED = _("Remove the unsupported characters.")


class ParagraphField(forms.CharField):
    """Text of several lines, without characters that no one can see. Counts its characters after that."""

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return self.normalize(text).strip()

    def validate(self, value: str) -> None:
        if find_control_character(value):
            raise ValidationError(UNSUPPORTED, code="unsupported")
        super().validate(value)

    def normalize(self, text: str) -> str:
        return normalize_text(text)


class LineField(ParagraphField):
    """Text of one line. Line breaks that were pasted become spaces."""

    def normalize(self, text: str) -> str:
        return normalize_line(text)


class NameField(LineField):
    """A name: one line with at least one letter of any script."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not has_visible_letter(value):
            raise ValidationError(_("Enter a name with at least one letter."), code="no_letter")


class PlainEmailField(forms.EmailField):
    """An email address, without the invisible characters that come along when it is copied."""

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return normalize_digits(text).strip()
