"""Rows that belong to cases, and the one door through which staff reach them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Case
from accounts.requests import SignedInRequest
from portal.foundation.admin.read_only import ReadOnlyAdmin


class CaseRowsAdmin(ReadOnlyAdmin):
    """A list of rows of cases: only of those that the units of the account read.

    `case_path` leads from a row to its case. Lists, details, searches, histories and every page built on
    `get_object` go through `get_queryset`, so that another unit's row is the same as none.
    """

    case_path = "case"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(**{f"{self.case_path}__in": visible_cases(request)})


def visible_cases(request: HttpRequest) -> QuerySet[Case]:
    """The cases that whoever asks may see as staff."""
    signed_in: SignedInRequest = request  # type: ignore[assignment]
    return Case.objects.for_staff(signed_in.user)
