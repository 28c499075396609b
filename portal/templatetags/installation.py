"""Template tags that read settings and nothing else, so that error pages can use them without a request."""

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("components/site_banner.html")
def site_banner() -> dict[str, str | bool]:
    """The strip above every page; an installation may put its own text there with SITE_BANNER."""
    return {"text": settings.SITE_BANNER, "is_demo": settings.IS_DEMO}
