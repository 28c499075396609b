"""A list's filter by a field, under a title in words: Django's own would be the name of the column."""

from typing import Any

from django.contrib import admin
from django.utils.functional import Promise


def titled(field: str, title: Promise) -> tuple[str, type[admin.FieldListFilter]]:
    """For `list_filter`: the filter that Django has for such a field."""

    class TitledFilter(admin.FieldListFilter):
        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            made: Any = admin.FieldListFilter.create(*args, **kwargs)
            made.title = title
            return made

    return field, TitledFilter
