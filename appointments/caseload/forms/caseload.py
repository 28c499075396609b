"""Forms of a representative's caseload: its search, its filters, and the boxes that select appointments."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appointments.caseload.facts import CaseloadFilters
from appointments.caseload.forms.bulk import PublicIdsField
from appointments.caseload.presenters.caseload import STATE_CHOICES
from appointments.models import Site
from policy.models import FormType
from portal.foundation.resumable_forms import ResumableForm
from portal.foundation.text_fields import LineField

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


class CaseloadSearchForm(ResumableForm, forms.Form):
    """Search by name or receipt number. An empty search shows everything."""

    resumable_fields: tuple[str, ...] = ("words",)

    words = LineField(
        label=_("Client’s name or receipt number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CaseloadListForm(CaseloadSearchForm):
    """The form around the list: the search, and the appointments whose boxes are checked.

    Both survive a new sign-in and a change of language. The boxes also survive another page, another order
    and other filters of the list, and a search.
    """

    resumable_fields = ("words", "appointment")

    appointment = PublicIdsField(required=False)

    @property
    def checked(self) -> list[str]:
        """The public ids whose boxes are checked, on this page or on another page of the list."""
        keys = self.fields["appointment"].to_python(self["appointment"].value()) or ()
        return list(dict.fromkeys(map(str, keys)))


class SavedFilterForm(forms.Form):
    """The name of a saved filter."""

    name = LineField(
        label=_("Name of the filter"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class CaseloadFilterForm(forms.Form):
    """Filters of the list. Offers only the sites and forms that the caseload has."""

    site = forms.ChoiceField(
        label=_("Site"),
        required=False,
        error_messages={
            "invalid_choice": _("None of your clients has an appointment at this site. Choose another site.")
        },
    )
    week = forms.DateField(
        label=_("Week of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%m/%d/%Y"],
        error_messages={"invalid": _("Enter the date in this format: 12/31/2026.")},
    )
    form = forms.ChoiceField(
        label=_("Form"),
        required=False,
        error_messages={
            "invalid_choice": _("None of your clients has an appointment for this form. Choose another form.")
        },
    )
    state = forms.ChoiceField(
        label=_("Can be rescheduled online?"),
        required=False,
        choices=STATE_CHOICES,
        error_messages={"invalid_choice": _("Choose an answer from the list.")},
    )

    due = forms.BooleanField(label=_("Due this week"), required=False)

    def __init__(
        self, data: Mapping[str, Any], *, sites: Iterable[Site], forms: Iterable[FormType], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        site_choices = [(str(site.public_id), f"{site.state} – {site.city}: {site.name}") for site in sites]
        form_choices = [(form.code, form.code) for form in forms]
        self.fields["site"].choices = [("", gettext("All")), *site_choices]  # type: ignore[attr-defined] # a choice field
        self.fields["form"].choices = [("", gettext("All")), *form_choices]  # type: ignore[attr-defined] # a choice field

    def clean_week(self) -> date | None:
        week: date | None = self.cleaned_data["week"]
        if week is not None and not EARLIEST <= week < LATEST:
            raise ValidationError(gettext("Choose a date between 2000 and 2099."))
        return week

    def get_filters(self, *, words: str) -> CaseloadFilters | None:
        """Return the filters, or None if one is invalid: then the page shows nothing rather than too much."""
        if not self.is_valid():
            return None
        cleaned = self.cleaned_data
        return CaseloadFilters(
            words=words,
            site=UUID(cleaned["site"]) if cleaned["site"] else None,
            week=cleaned["week"],
            form=cleaned["form"],
            state=cleaned["state"],
            is_due=cleaned["due"],
        )
