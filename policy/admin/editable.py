"""Rows that some staff enter or correct on Django's form: what is typed outlives another language."""

from typing import Any, Protocol

from django import forms
from django.http import HttpRequest, HttpResponse

from policy.admin.read_only import ReadOnlyAdmin


class KeepingSite(Protocol):
    """What these pages ask of the site on which they stand. It knows accounts, and the rules do not."""

    def refill(self, request: HttpRequest, form: forms.Form) -> None:
        """Fills a form that is drawn anew with what was typed in it."""

    def forget_typed(self, request: HttpRequest) -> None:
        """The form at this address was taken."""


class EditableAdmin(ReadOnlyAdmin):
    """Its forms name their `kept_fields`. Who may save nothing has nothing kept."""

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,  # noqa: FBT001, FBT002
        change: bool = False,  # noqa: FBT001, FBT002
        form_url: str = "",
        obj: Any | None = None,
    ) -> HttpResponse:
        """Where it can be saved, the form is called so that the page's language button takes it along."""
        if self.has_add_permission(request) if add else self.has_change_permission(request, obj):
            context["form"] = context["adminform"].form
            self._keeper.refill(request, context["form"])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        self._keeper.forget_typed(request)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self._keeper.forget_typed(request)
        return super().response_change(request, obj)

    @property
    def _keeper(self) -> KeepingSite:
        site: KeepingSite = self.admin_site  # type: ignore[assignment]
        return site
