"""Error messages of every form of the project: they name the field and the remedy, in both languages."""

import importlib
import inspect
import pkgutil
import re
from types import SimpleNamespace

import pytest
from allauth.core import context
from django import forms
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import override

from tests.factories.accounts import UserFactory

JUNK = ("", "nonsense", "\x00", "-5", "9" * 12, "é" * 5000)
ARGUMENTS = {
    "BulkReasonsForm": {"people": [("0", "Ana")], "reasons": [], "initial": {}},
    "CaseloadFilterForm": {"sites": [], "forms": []},
    "RenamePasskeyForm": {"instance": SimpleNamespace(wrap=lambda: SimpleNamespace(name="My phone"))},
}
NEED_USER = {
    "AddEmailForm",
    "AddPasskeyForm",
    "ChangePasswordForm",
    "ReauthenticateForm",
    "ReauthenticateWithCodeForm",
    "ResetPasswordKeyForm",
    "SecondStepForm",
    "SetPasswordForm",
}
# How Django's own messages begin.
GENERAL = {
    "en": re.compile(
        r"This (field|value)|Enter a (valid|list|whole number\.|number\.)|Select a valid|Ensure|Null char"
        r"|Value|“|.* (already exists|is not a valid value|is not one of the available choices)"
    ),
    "es": re.compile(
        r"Este (campo|valor)|Introduzca|Seleccione una opción válida|Escoja|Asegúrese|Los caracteres nulos"
        r"|Valor|“|.* (ya existe|no es un valor válido|no es una de las opciones disponibles)"
    ),
}


def find_forms():
    """Return the form classes of the project's modules of forms and of the admin."""
    found = {import_string(path) for path in (settings.ACCOUNT_FORMS | settings.MFA_FORMS).values()}
    for app in ("accounts", "appointments", "policy", "portal"):
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if re.search(r"\.(forms|admin)\b", module.name):
                members = vars(importlib.import_module(module.name)).values()
                found |= {
                    kind
                    for kind in members
                    if inspect.isclass(kind)
                    and issubclass(kind, forms.Form | forms.ModelForm)
                    and kind.__module__ == module.name
                }
    return sorted(
        (form for form in found if not form.__name__.endswith("Mixin") and form.__name__ != "FutureForm"),
        key=lambda form: f"{form.__module__}.{form.__name__}",
    )


def list_errors(kind, junk, user):
    """Bind the form with the same junk in every field, and return its errors."""
    arguments = dict(ARGUMENTS.get(kind.__name__, {}))
    if kind.__name__ in NEED_USER:
        arguments["user"] = user
    data = {"login": junk}
    for name, field in kind.base_fields.items():
        # No page sends a NUL for a row of a list, and Django's message for it cannot be replaced.
        data[name] = "nonsense" if junk == "\x00" and hasattr(field, "queryset") else junk
    form = kind(data=data, **arguments)
    form.full_clean()
    return [error for errors in form.errors.values() for error in errors]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_form_has_a_general_message(language, rf):
    user = UserFactory()
    with override(language), context.request_context(rf.post("/")):
        errors = {
            (kind.__name__, error)
            for kind in find_forms()
            for junk in JUNK
            for error in list_errors(kind, junk, user)
        }
    assert len(errors) > 100
    assert not {error for error in errors if GENERAL[language].match(error[1])}


def test_an_error_names_the_field_and_keeps_a_percent_sign_of_its_label():
    class ExampleForm(forms.Form):
        email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))
        share = forms.IntegerField(label="Share in %", max_value=100)
        why = forms.ChoiceField(label="Why?", choices=[("a", "A")])
        agreed = forms.BooleanField(label="I agree")
        slot = forms.UUIDField(widget=forms.HiddenInput)
        own = forms.CharField(error_messages={"required": "Say it."})

    assert ExampleForm({"share": "101"}).errors == {
        "email": ["Enter your email address."],
        "share": ["Enter 100 or less for “Share in %”."],
        "why": ["Select an answer to “Why?”"],
        "agreed": ["Check the box “I agree”."],
        "slot": ["Reload the page and try again."],
        "own": ["Say it."],
    }
