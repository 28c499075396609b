"""Links to the other pages of a list."""

from django import template
from django.template import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def page_address(context: Context, number: int, parameter: str = "") -> str:
    """Return the query string of this page with another page number. Other parameters stay."""
    query = context["request"].GET.copy()
    query[parameter or "page"] = str(number)
    return f"?{query.urlencode()}"
