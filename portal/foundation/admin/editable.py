"""Rows that some staff enter or correct on Django's form."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.foundation.admin.read_only import ReadOnlyAdmin


class EditableAdmin(ReadOnlyAdmin):
    """Its forms are resumable, for accounts that may save them."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Name the form in the context, so that the language button of the page submits it."""
        if self.has_change_permission(request, context["original"]):
            context["form"] = context["adminform"].form
        return super().render_change_form(request, context, *args, **options)

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """Render the confirmation, with `name_of(row)` instead of `str(row)`."""
        return super().render_delete_form(request, {**context, "name": self.name_of(context["object"])})

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        messages.success(request, _("Deleted."))
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def message_user(
        self, request: HttpRequest, message: Any, level: int | str = messages.INFO, *args: Any, **options: Any
    ) -> None:
        """Django calls a row that was saved as programs print it; a plain sentence of ours does not."""
        said = _("Saved.") if level == messages.SUCCESS else message
        super().message_user(request, said, level, *args, **options)
