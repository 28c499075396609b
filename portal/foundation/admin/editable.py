"""Rows that some staff enter or correct on Django's form: what is typed outlives another language."""

from typing import Any, Protocol, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.foundation.admin.read_only import ReadOnlyAdmin


class KeepingSite(Protocol):
    """What these pages ask of the site on which they stand. It knows accounts, and the rules do not."""

    def refill(self, request: HttpRequest, form: Any) -> None:
        """Fills a form that is drawn anew with what was typed in it."""

    def forget_typed(self, request: HttpRequest) -> None:
        """The form at this address was taken."""


class EditableAdmin(ReadOnlyAdmin):
    """Its forms name their `kept_fields`. Who may save nothing has nothing kept."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Where it can be saved, the form is called so that the page's language button takes it along."""
        if self.has_change_permission(request, context["original"]):
            context["form"] = context["adminform"].form
            self._keeper.refill(request, context["form"])
        return super().render_change_form(request, context, *args, **options)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        self._keeper.forget_typed(request)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self._keeper.forget_typed(request)
        return super().response_change(request, obj)

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """Asks once more; the row is called as our pages call it."""
        return super().render_delete_form(request, {**context, "name": self.name_of(context["object"])})

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        messages.success(request, _("It is deleted."))
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def message_user(
        self, request: HttpRequest, message: Any, level: int | str = messages.INFO, *args: Any, **options: Any
    ) -> None:
        """Django calls a row that was saved as programs print it; a plain sentence of ours does not."""
        said = _("It is saved.") if level == messages.SUCCESS else message
        super().message_user(request, said, level, *args, **options)

    @property
    def _keeper(self) -> KeepingSite:
        return cast("KeepingSite", self.admin_site)
