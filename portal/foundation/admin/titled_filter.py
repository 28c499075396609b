"""Filters of admin lists with a readable title. Django would use the name of the column."""

from typing import Any

from django.contrib import admin
from django.utils.functional import Promise


def titled(field: str, title: Promise) -> tuple[str, type[admin.FieldListFilter]]:
    """Return an entry for `list_filter`: Django's filter for the field, under this title."""

    class TitledFilter(admin.FieldListFilter):
        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            made: Any = admin.FieldListFilter.create(*args, **kwargs)
            made.title = title
            return made

    return field, TitledFilter
