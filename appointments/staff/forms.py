"""The shape of what staff enter about a case."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Case, RequestChannel, User
from appointments.notices.facts import Entered, Side
from appointments.reschedule.forms import ReasonForm
from portal.foundation.resumable_forms import ResumableForm
from portal.foundation.text_normalization import strip_separators

NOTE_MAX_LENGTH = 2000
capfirst_lazy = lazy(capfirst, str)


def note_field(*, label: Any, help_text: Any = "", required: bool = True) -> forms.CharField:
    """A note that only staff read."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=NOTE_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CallForm(ReasonForm):
    """A caller's good cause, and what the officer notes of the call."""

    resumable_fields = (*ReasonForm.resumable_fields, "note")
    note = note_field(
        label=_("Call note"),
        help_text=_("Only staff read it. Needed if you set a limit aside: say why, and who agreed."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why can’t the caller come at the scheduled time?")


class ReviewForm(forms.Form):
    """The time that was chosen, and the limits that the officer sets aside for it."""

    slot = forms.UUIDField()
    override = forms.BooleanField(required=False)


class NoteForm(ResumableForm, forms.Form):
    """Why something is done. Kept in the audit history."""

    resumable_fields: tuple[str, ...] = ("note",)
    note = note_field(label=_("Note"), help_text=_("Only staff and auditors read it. Say why."))


class CloseForm(NoteForm):
    """How a case ends."""

    resumable_fields = ("status", "note")
    status = forms.ChoiceField(
        label=_("How does the case end?"),
        choices=[(status, status.label) for status in (Case.Status.CLOSED, Case.Status.WITHDRAWN)],
        widget=forms.RadioSelect,
    )
    field_order = ("status", "note")


class EndForm(NoteForm):
    """Who asked staff to end it, and how. `seen` is the state that the page showed."""

    resumable_fields = ("side", "channel", "note")
    side = forms.ChoiceField(
        label=_("Who asked for it?"),
        choices=[(Side.CLIENT, _("The client")), (Side.REPRESENTATIVE, _("The representative"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who asked for it.")},
    )
    channel = forms.ChoiceField(
        label=_("How did they ask?"),
        choices=[(channel.value, capfirst_lazy(channel.label)) for channel in RequestChannel],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how they asked.")},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("side", "channel", "note")

    def leave_out(self, side: Side) -> None:
        """That side cannot have asked."""
        field = self.fields["side"]
        field.choices = [choice for choice in field.choices if choice[0] != side]  # type: ignore[attr-defined]

    def entered(self) -> Entered:
        """For which side, and how that side asked."""
        return Entered(Side(self.cleaned_data["side"]), RequestChannel(self.cleaned_data["channel"]))


class LetterForm(ResumableForm, forms.Form):
    """In which language the letter with a new code is written."""

    resumable_fields = ("language",)
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=User.Language.choices, widget=forms.RadioSelect
    )


class EnterCodeForm(ResumableForm, forms.Form):
    """A code that was printed elsewhere. It is kept nowhere."""

    resumable_fields = ("printed_on",)
    code = forms.CharField(
        label=_("Online Access Code"),
        max_length=60,
        help_text=_("Sixteen letters and digits, as printed. Spaces and dashes are fine."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    printed_on = forms.DateField(
        label=_("Date of the letter"),
        help_text=_("The code works for 90 days from this day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_code(self) -> str:
        return strip_separators(self.cleaned_data["code"])


class PaperForm(NoteForm):
    """The representative who signed a paper Form G-28."""

    resumable_fields = ("email", "note")
    email = forms.EmailField(
        label=_("Email address of the representative’s account"),
        max_length=254,
        help_text=_("The account must be verified as a representative’s."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("email", "note")
