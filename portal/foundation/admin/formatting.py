"""Format values on several staff pages."""

from django.utils.translation import gettext as _


def format_yes_or_no(*, is_true: bool) -> str:
    """Return “Yes” or “No” as text: the alternative text of Django's icon is always English."""
    return _("Yes") if is_true else _("No")
