"""The base class of all admin pages: paged lists, read-only unless a subclass allows more."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, cast

from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.foundation.admin.audit_history import get_history_page
from portal.foundation.admin.missing_rows import redirect_missing
from portal.foundation.admin.search import ChangeList, get_search_text, store_search
from portal.foundation.audit_context import set_audit_context
from portal.foundation.row_names import RowNames

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    RowPaginator = Paginator[Any]
else:
    ModelAdmin = admin.ModelAdmin
    RowPaginator = Paginator

READS_HISTORY = "pghistory.view_context"


class NamingSite(Protocol):
    """The part of the admin site that the history page uses. The site knows the models of every app."""

    row_names: RowNames


class CappedPaginator(RowPaginator):
    """Count at most 1,000 rows: counting a million takes longer than showing fifty."""

    most = 1000

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list[: self.most]
        return int(rows.count())


class ReadOnlyAdmin(ModelAdmin):
    """Show rows to the units that read them. No additions, changes, deletions or actions."""

    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    sortable_by = ()  # sorting by any column would need an index for each
    preserve_filters = False  # keeps the search out of the URLs of other pages
    object_history_template = "admin/audit_history.html"

    @property
    def media(self) -> Media:
        """Return no scripts: pages work without them, and jQuery writes styles that the CSP forbids."""
        return Media()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow only the filters of the list: other lookups could reveal columns that are not shown."""
        offered = self.get_list_filter(request) if request is not None else ()
        return any(lookup in _lookups_of(each) for each in offered)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list. A search is posted, and redirects here with a key in the URL instead of the text.

        A NUL byte in the query string, which PostgreSQL rejects as text, leads to the whole list.
        """
        if any("\x00" in part for name, values in request.GET.lists() for part in (name, *values)):
            return redirect(request.path)
        if self.search_fields and self.has_view_or_change_permission(request):
            if request.method == "POST":
                return redirect(f"{request.path}?{store_search(request)}")
            if SEARCH_VAR in request.GET and not get_search_text(request, request.GET[SEARCH_VAR]):
                messages.info(request, _("Your search has expired. Search again."))
                return redirect(request.path)
        return super().changelist_view(request, extra_context)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row by its key, or None. Ignores `_to_field`, on which Django can fail."""
        return super().get_object(request, object_id)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show who changed the row, and how. Raises PermissionDenied if the reader may not see it."""
        if not (request.user.has_perm(READS_HISTORY) and self.has_view_permission(request)):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            return redirect_missing(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(row)s") % {"row": self.name_of(row)},
            "opts": self.opts,
            "object": row,
            "page": get_history_page(
                self.rows_with_history(row),
                number=request.GET.get("page"),
                row_names=cast("NamingSite", self.admin_site).row_names,
            ),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 (Django's signature)
        """Save the row. The audit context is set here because Django opens the transaction itself."""
        set_audit_context()
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the row, with the audit context as in `save_model`."""
        set_audit_context()
        super().delete_model(request, obj)

    def name_of(self, row: Model) -> str:
        """Return the display name of the row."""
        return f"{capfirst(str(row._meta.verbose_name))} {row.pk}"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Render the form, with `name_of(row)` instead of `str(row)` as the subtitle."""
        if context["original"] is not None:
            context["subtitle"] = self.name_of(context["original"])
        return super().render_change_form(request, context, *args, **options)

    def rows_with_history(self, row: Model) -> list[Model]:
        """Return the rows whose history is shown on this row's history page."""
        return [row]


def _lookups_of(offered: Any) -> set[str]:
    """Return the query parameters of one entry of `list_filter`: a filter class or a field."""
    if isinstance(offered, tuple):
        offered = offered[0]
    if not isinstance(offered, str):
        return {offered.parameter_name}
    return {f"{offered}{value}" for value in ("__exact", "__id__exact", "__isnull")}
