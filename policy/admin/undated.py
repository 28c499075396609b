"""Admin class for rows without a date. No decision depends on them: titles and phone numbers."""

from typing import Any

from django.http import HttpRequest

from portal.foundation.admin.editable import EditableAdmin


class UndatedAdmin(EditableAdmin):
    """Rows that policy officers can change. They cannot be added or deleted."""

    fixed_fields: tuple[str, ...] = ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fixed_fields

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            for shortcut in ("can_add_related", "can_change_related", "can_view_related"):
                setattr(field.widget, shortcut, False)
        return field
