"""Template tags that read only settings, so that error pages can use them without a request."""

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("components/site_banner.html")
def site_banner() -> dict[str, str | bool]:
    """Render the banner above every page. SITE_BANNER replaces its text."""
    return {"text": settings.SITE_BANNER, "is_demo": settings.IS_DEMO}
