"""The forms of the staff pages."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Case, RequestChannel, User
from appointments.notices.facts import Entered, Side
from appointments.reschedule.forms import ReasonForm
from portal.foundation.resumable_forms import ResumableForm
from portal.foundation.text_fields import ParagraphField, PlainEmailField
from portal.foundation.text_normalization import strip_separators

NOTE_MAX_LENGTH = 2000
capfirst_lazy = lazy(capfirst, str)


def build_note_field(*, label: Any, help_text: Any = "", required: bool = True) -> ParagraphField:
    """Return a field for a note that only staff read."""
    return ParagraphField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=NOTE_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CallForm(ReasonForm):
    """The caller's good cause, and the officer's note about the call."""

    resumable_fields = (*ReasonForm.resumable_fields, "note")
    note = build_note_field(
        label=_("Call note"),
        help_text=_("Only staff can read this. If you override a limit, say why and who approved it."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why can’t the caller come to the current appointment?")


class ReviewForm(forms.Form):
    """The chosen time, and whether the officer overrides limits for it."""

    slot = forms.UUIDField(error_messages={"required": _("Choose a time."), "invalid": _("Choose a time.")})
    override = forms.BooleanField(required=False)


class NoteForm(ResumableForm, forms.Form):
    """A note that says why. Kept in the audit history."""

    resumable_fields: tuple[str, ...] = ("note",)
    note = build_note_field(label=_("Note"), help_text=_("Say why. Only staff and auditors can read this."))


class CloseForm(NoteForm):
    """How a case ends: closed or withdrawn."""

    resumable_fields = ("status", "note")
    status = forms.ChoiceField(
        label=_("Why are you closing this case?"),
        choices=[(status, status.label) for status in (Case.Status.CLOSED, Case.Status.WITHDRAWN)],
        widget=forms.RadioSelect,
    )
    field_order = ("status", "note")


class EndRepresentationForm(NoteForm):
    """Who asked staff to end it, and how they asked. `seen` is the status that the page showed."""

    resumable_fields = ("side", "channel", "note")
    side = forms.ChoiceField(
        label=_("Who asked to end it?"),
        choices=[(Side.CLIENT, _("The client")), (Side.REPRESENTATIVE, _("The representative"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who asked to end it.")},
    )
    channel = forms.ChoiceField(
        label=_("How did they ask?"),
        choices=[(channel.value, capfirst_lazy(channel.label)) for channel in RequestChannel],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how they asked.")},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("side", "channel", "note")

    def remove_side(self, side: Side) -> None:
        """Remove the choice of a side that cannot have asked."""
        field = self.fields["side"]
        field.choices = [choice for choice in field.choices if choice[0] != side]  # type: ignore[attr-defined] # a choice field

    def get_entered(self) -> Entered:
        """Return for which side staff act, and how that side asked."""
        return Entered(Side(self.cleaned_data["side"]), RequestChannel(self.cleaned_data["channel"]))


class LetterForm(ResumableForm, forms.Form):
    """The language of a letter with a new code."""

    resumable_fields = ("language",)
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=User.Language.choices, widget=forms.RadioSelect
    )


class EnterCodeForm(ResumableForm, forms.Form):
    """A code that was printed outside the portal. The code itself is never kept in the session."""

    resumable_fields = ("printed_on",)
    code = forms.CharField(
        label=_("Online Access Code"),
        max_length=60,
        help_text=_("16 letters and digits, as printed. Spaces and dashes are fine."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    printed_on = forms.DateField(
        label=_("Date of the letter"),
        help_text=_("The code works for 90 days from this date."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_code(self) -> str:
        return strip_separators(self.cleaned_data["code"])


class PaperForm(NoteForm):
    """The representative who signed a paper Form G-28."""

    resumable_fields = ("email", "note")
    email = PlainEmailField(
        label=_("Email address of the representative’s account"),
        max_length=254,
        help_text=_("The representative must be verified."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("email", "note")
