"""What Django's pages of one row say of a field that cannot be changed."""

from datetime import timedelta
from typing import Any

from django import template

from portal.foundation.admin.formatting import format_yes_or_no

register = template.Library()


@register.filter
def describe_read_only(field: Any) -> Any:
    """Its contents; yes or no in words, and a length of time in the unit that the label names."""
    name = field.field["field"]
    value = getattr(field.form.instance, name, None) if isinstance(name, str) else None
    if isinstance(value, bool):
        return format_yes_or_no(is_so=value)
    if isinstance(value, timedelta) and name in field.model_admin.form.base_fields:
        return field.model_admin.form.base_fields[name].prepare_value(value)
    return field.contents()
