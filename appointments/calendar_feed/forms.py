"""The form of a calendar feed."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FeedForm(forms.Form):
    """What the feed contains besides times and places."""

    with_names = forms.BooleanField(
        label=_("Include names and receipt numbers"),
        required=False,
        help_text=_(
            "Anyone who has the address, and the company that runs your calendar app, can then read who has "
            "an appointment."
        ),
    )
