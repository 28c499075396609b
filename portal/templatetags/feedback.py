"""The tag that asks for feedback below a page."""

from typing import Any

from django import template
from django.template import Context

from portal.feedback.forms import FeedbackForm
from portal.feedback.models import Feedback

register = template.Library()


@register.inclusion_tag("feedback/ask.html", takes_context=True)
def show_feedback_form(context: Context, page: str) -> dict[str, Any]:
    """Ask whether this page was helpful. `page` is a value of Feedback.Page."""
    form = FeedbackForm(initial={"page": Feedback.Page(page)}, auto_id="feedback_%s")
    return {"form": form, "csrf_token": context.get("csrf_token")}
