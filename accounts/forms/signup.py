"""The field that sign-up adds to allauth's form."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from portal.foundation.text_fields import NameField


class SignupNameForm(forms.Form):
    """Adds the person's name to allauth's sign-up form (ACCOUNT_SIGNUP_FORM_CLASS).

    In a module of its own, because allauth imports it while its own forms are being imported.
    """

    name = NameField(
        label=_("Full name"),
        max_length=200,
        help_text=_("As it appears on your notices."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    field_order = ("name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Save the name, and the language of the page as the account's language."""
        user.name = self.cleaned_data["name"]
        user.language = "es" if (get_language() or "en").startswith("es") else "en"
        user.save(update_fields=["name", "language"])
