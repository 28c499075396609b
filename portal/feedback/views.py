"""Ask whether a page was helpful, and thank the reader."""

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portal.feedback.forms import FeedbackForm
from portal.feedback.models import Feedback
from portal.feedback.services import create_feedback
from portal.views.errors import too_many


@require_http_methods(["GET", "HEAD", "POST"])
def give_feedback(request: HttpRequest) -> HttpResponse:
    """Store an answer. Without a valid one, show the form with what was typed.

    Answers 429 after too many from one network address (see ACCOUNT_RATE_LIMITS).
    """
    form = FeedbackForm(request.POST or None, initial={"page": Feedback.Page.HELP})
    if form.is_valid():
        if not ratelimit.consume(request, action="feedback"):
            return too_many(request)
        create_feedback(**form.cleaned_data)
        return redirect("feedback_thanks")
    return render(request, "feedback/give.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
def thank(request: HttpRequest) -> HttpResponse:
    """Thank the reader, and lead back."""
    return render(request, "feedback/thanks.html")
