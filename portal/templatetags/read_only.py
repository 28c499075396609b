"""Format read-only fields on Django's admin forms."""

from datetime import timedelta
from typing import Any

from django import template

from portal.foundation.admin.formatting import format_yes_or_no

register = template.Library()


@register.filter
def describe_read_only(field: Any) -> Any:
    """Return the value: yes or no as a word, and a duration in the unit that the label names."""
    name = field.field["field"]
    value = getattr(field.form.instance, name, None) if isinstance(name, str) else None
    if isinstance(value, bool):
        return format_yes_or_no(is_true=value)
    if isinstance(value, timedelta) and name in field.model_admin.form.base_fields:
        return field.model_admin.form.base_fields[name].prepare_value(value)
    return field.contents()
