"""The mark of a form whose text is kept through a sign-in or a change of language."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from accounts.typed import MARK_FIELD, KeptForm, mark

register = template.Library()


@register.simple_tag(takes_context=True)
def keep_typed(context: Context, form: KeptForm, path: str = "") -> SafeString:
    """A hidden input for a form that names its `kept_fields`. Wants `request` in the context.

    `path` is where the form is drawn, if not at the address that takes it.
    """
    request = context["request"]
    user = request.user if isinstance(request.user, User) else None
    value = mark(user=user, path=path or request.path, fields=form.kept_fields)
    return format_html('<input type="hidden" name="{}" value="{}">', MARK_FIELD, value)
