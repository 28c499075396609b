"""Words for the errors that Django's own form fields find. Each names the field and says what to do."""

from typing import Any

from django import forms
from django.forms.widgets import Widget
from django.utils.translation import gettext_lazy as _

RELOAD = _("Reload the page and try again.")
# What the browser would fill in about its own user.
REQUIRED_BY_AUTOCOMPLETE = {
    "email": _("Enter your email address."),
    "username": _("Enter your email address."),
    "name": _("Enter your full name."),
    "current-password": _("Enter your password."),
    "new-password": _("Enter a password."),
    "tel": _("Enter your phone number."),
}
# The first match decides.
REQUIRED_BY_WIDGET: tuple[tuple[type[Widget], Any], ...] = (
    (forms.CheckboxSelectMultiple, _("Select at least one option for “{label}”.")),
    (forms.CheckboxInput, _("Check the box “{label}”.")),
    (forms.Select, _("Select an option for “{label}”.")),
    (forms.RadioSelect, _("Select an option for “{label}”.")),
)
# After the quotation mark of a question there is no period.
ANSWER = _("Select an answer to “{label}”")
INVALID_BY_FIELD: tuple[tuple[type[forms.Field], Any], ...] = (
    (forms.EmailField, _("Enter a complete email address, for example name@example.org.")),
    (forms.DateTimeField, _("Enter a date and a time for “{label}”.")),
    (forms.DateField, _("Enter a date for “{label}” as month, day, and year: 12/31/2026.")),
    (forms.URLField, _("Enter a complete web address for “{label}”, for example https://www.example.gov.")),
    (forms.IntegerField, _("Enter a number for “{label}”.")),
    (forms.UUIDField, RELOAD),
    (forms.JSONField, RELOAD),
)
LISTED = _("Select an option from the list for “{label}”.")
FOR_ANY_FIELD = {
    "invalid_choice": LISTED,
    "invalid_list": LISTED,
    "invalid_pk_value": LISTED,
    "null_characters_not_allowed": _("Remove the unsupported characters."),
    "unique": _("Another entry has the same “{label}”. Enter a different one."),
}
# Django fills in the numbers.
WITH_NUMBERS = {
    "max_length": _("Shorten “{label}”. You used %(show_value)d characters. The limit is %(limit_value)d."),
    "min_length": _("Enter at least %(limit_value)d characters for “{label}”. You used %(show_value)d."),
    "max_value": _("Enter %(limit_value)s or less for “{label}”."),
    "min_value": _("Enter %(limit_value)s or more for “{label}”."),
}
# Django formats these with `%`, so a percent sign in a label must be doubled.
WITH_PARAMETERS = {*WITH_NUMBERS, "invalid_choice", "invalid_pk_value", "unique"}


def name_errors(field: forms.Field, label: str) -> None:
    """Replace Django's general error messages of a field. Messages that the field brings itself stay."""
    for code, text in _list_texts(field, label).items():
        if _is_general(field, code):
            shown = label.replace("%", "%%") if code in WITH_PARAMETERS else label
            field.error_messages[code] = str(text).format(label=shown)


def _list_texts(field: forms.Field, label: str) -> dict[str, Any]:
    texts: dict[str, Any] = {**WITH_NUMBERS, **FOR_ANY_FIELD, "required": _find_required(field)}
    invalid = next((text for kind, text in INVALID_BY_FIELD if isinstance(field, kind)), None)
    if invalid is not None:
        texts["invalid"] = invalid
    if field.widget.is_hidden:
        return dict.fromkeys(texts, RELOAD)
    if label.endswith("?") and hasattr(field, "choices"):
        texts |= dict.fromkeys(("required", "invalid_choice"), ANSWER)
    return texts


def _find_required(field: forms.Field) -> Any:
    for kind, text in REQUIRED_BY_WIDGET:
        if isinstance(field.widget, kind):
            return text
    return REQUIRED_BY_AUTOCOMPLETE.get(field.widget.attrs.get("autocomplete", ""), _("Fill in “{label}”."))


def _is_general(field: forms.Field, code: str) -> bool:
    """Return whether neither the field nor one of its validators has a message of its own for the code."""
    if any(getattr(check, "code", None) == code and "message" in vars(check) for check in field.validators):
        return False
    message = field.error_messages.get(code)
    bases = [base for base in type(field).__mro__ if base.__module__.startswith("django.forms")]
    return message is None or any(
        message is vars(base).get("default_error_messages", {}).get(code) for base in bases
    )
