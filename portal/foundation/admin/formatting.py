"""Words that several staff pages say."""

from django.utils.translation import gettext as _


def format_yes_or_no(*, is_so: bool) -> str:
    """In words: Django's own picture for it speaks English in any language."""
    return _("Yes") if is_so else _("No")
