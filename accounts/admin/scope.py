"""The base class for admin lists of rows that belong to cases."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Case
from accounts.requests import SignedInRequest
from portal.foundation.admin.read_only import ReadOnlyAdmin


class CaseRowsAdmin(ReadOnlyAdmin):
    """Lists only rows of cases that the account's units can read.

    `case_path` is the lookup from a row to its case. Lists, details, searches, histories and all pages that
    use `get_object` go through `get_queryset`, so rows of other units answer like rows that do not exist.
    """

    case_path = "case"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(**{f"{self.case_path}__in": list_visible_cases(request)})


def list_visible_cases(request: HttpRequest) -> QuerySet[Case]:
    """Return the cases that the signed-in staff account can read."""
    signed_in: SignedInRequest = request  # type: ignore[assignment] # admin_view admits signed-in staff only
    return Case.objects.for_staff(signed_in.user)
