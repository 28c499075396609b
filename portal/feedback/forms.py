"""The form that asks whether a page was helpful."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.feedback.models import LONGEST_COMMENT, Feedback
from portal.foundation.resumable_forms import ResumableForm


class FeedbackForm(ResumableForm, forms.Form):
    """Ask one question. Pages include it through the tag `show_feedback_form`."""

    page = forms.ChoiceField(choices=Feedback.Page.choices, widget=forms.HiddenInput)
    is_helpful = forms.TypedChoiceField(
        label=_("Was this page helpful?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Select “Yes” or “No” to say if the page was helpful.")},
    )
    comment = forms.CharField(
        label=_("How can we improve this page? (optional)"),
        help_text=_(
            "To protect your privacy, don’t include names, receipt numbers, or other personal information. "
            "We can’t reply."
        ),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "max_length": _("Shorten your comment to %(limit_value)d characters. It has %(show_value)d.")
        },
    )
    resumable_fields = ("is_helpful", "comment")
