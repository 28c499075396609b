"""What every staff page with one form does before it is shown: what was typed stays."""

from django import forms
from django.http import HttpRequest

from accounts import typed


def prepare_to_show(request: HttpRequest, form: forms.Form) -> int:
    """The status of a page that asks the form: 422 where it was sent with faults. Fills in what was kept."""
    if form.is_bound:
        return 422
    form.initial = {**form.initial, **typed.recall(request)}
    return 200
