"""The addresses of a list's other pages."""

from django import template
from django.template import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def page_address(context: Context, number: int, parameter: str = "") -> str:
    """The present address with that page of the list; what else it asks for stays."""
    asked = context["request"].GET.copy()
    asked[parameter or "page"] = str(number)
    return f"?{asked.urlencode()}"
