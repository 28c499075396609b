"""Admin classes for rows that staff add or change. Their forms are resumable."""

from typing import Any, Protocol, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.foundation.admin.read_only import ReadOnlyAdmin


class KeepingSite(Protocol):
    """The part of the admin site that these pages use. The site knows accounts; foundation must not."""

    def refill(self, request: HttpRequest, form: Any) -> None:
        """Fill a form that is rendered again with what was typed in it."""

    def forget_typed(self, request: HttpRequest) -> None:
        """Forget what was typed at this URL, because the form was accepted."""


class EditableAdmin(ReadOnlyAdmin):
    """Rows with an edit form. The forms name their `kept_fields`."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Render the form. If it can be saved, `form` in the context makes it resumable."""
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
        """Render the confirmation, with `name_of(row)` instead of `str(row)`."""
        return super().render_delete_form(request, {**context, "name": self.name_of(context["object"])})

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        messages.success(request, _("Deleted."))
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def message_user(
        self, request: HttpRequest, message: Any, level: int | str = messages.INFO, *args: Any, **options: Any
    ) -> None:
        """Replace Django's success message, which shows `str(row)`, by a plain sentence."""
        text = _("Saved.") if level == messages.SUCCESS else message
        super().message_user(request, text, level, *args, **options)

    @property
    def _keeper(self) -> KeepingSite:
        return cast("KeepingSite", self.admin_site)
