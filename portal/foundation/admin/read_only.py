"""What every list of the staff's administration has in common: paged, read-only unless it says more."""

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

from portal.foundation.admin.audit_history import read_history
from portal.foundation.admin.missing_rows import redirect_missing
from portal.foundation.admin.search import ChangeList, find_words, keep_words
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
    """What the history asks of the site on which it stands. It knows the rows of every app."""

    row_names: RowNames


class CappedPaginator(RowPaginator):
    """Counts no further than anyone pages: counting a million rows takes longer than showing fifty."""

    most = 1000

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list[: self.most]
        return int(rows.count())


class ReadOnlyAdmin(ModelAdmin):
    """Shows rows to those whose unit reads them; offers no change, no deletion, no addition, no action."""

    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    sortable_by = ()  # a list sorted by any column would need an index for each
    preserve_filters = False  # what someone searched for stays out of the addresses of other pages
    object_history_template = "admin/audit_history.html"

    @property
    def media(self) -> Media:
        """No script: every page works without, and jQuery writes styles that the CSP forbids."""
        return Media()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the filters of the list ask for: anything else could ask about what is not shown."""
        offered = self.get_list_filter(request) if request is not None else ()
        return any(lookup in _lookups_of(each) for each in offered)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list; a search leads to it, with a key in the address in place of the words.

        What no list can be asked for, which PostgreSQL would refuse as text, leads to the whole list.
        """
        if any("\x00" in part for name, values in request.GET.lists() for part in (name, *values)):
            return redirect(request.path)
        if self.search_fields and self.has_view_or_change_permission(request):
            if request.method == "POST":
                return redirect(f"{request.path}?{keep_words(request)}")
            if SEARCH_VAR in request.GET and not find_words(request, request.GET[SEARCH_VAR]):
                messages.info(request, _("Type again what you are looking for."))
                return redirect(request.path)
        return super().changelist_view(request, extra_context)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ChangeList

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed the row, and what stood there before: for auditors."""
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
            "page": read_history(
                self.rows_with_history(row),
                number=request.GET.get("page"),
                row_names=cast("NamingSite", self.admin_site).row_names,
            ),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Saves in Django's own transaction, which the audit history must be told of."""
        set_audit_context()
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Likewise."""
        set_audit_context()
        super().delete_model(request, obj)

    def name_of(self, row: Model) -> str:
        """How pages call the row."""
        return f"{capfirst(str(row._meta.verbose_name))} {row.pk}"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Django's page of one row; the row is called as our pages call it, not as programs print it."""
        if context["original"] is not None:
            context["subtitle"] = self.name_of(context["original"])
        return super().render_change_form(request, context, *args, **options)

    def rows_with_history(self, row: Model) -> list[Model]:
        """The rows whose history is shown on this row's history page."""
        return [row]


def _lookups_of(offered: Any) -> set[str]:
    """What a filter puts into an address: a filter of our own its parameter, one on a field its values."""
    if isinstance(offered, tuple):
        offered = offered[0]
    if not isinstance(offered, str):
        return {offered.parameter_name}
    return {f"{offered}{value}" for value in ("__exact", "__id__exact", "__isnull")}
