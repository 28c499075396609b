"""The form renderer: USWDS markup for every form of the portal."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.forms import BaseForm
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Widget

from portal.form_errors import name_errors

# The first match decides the kind; any other widget is a plain text input.
KINDS: tuple[tuple[type[Widget], str], ...] = (
    (forms.RadioSelect, "radio"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.PasswordInput, "password"),
)
CLASSES = {
    "radio": "usa-radio__input usa-radio__input--tile",
    "checkboxes": "usa-checkbox__input usa-checkbox__input--tile",
    "checkbox": "usa-checkbox__input",
    "select": "usa-select",
    "textarea": "usa-textarea",
    "password": "usa-input",
    "text": "usa-input",
}
ERROR_CLASSES = {
    "select": "usa-input--error",
    "textarea": "usa-input--error",
    "password": "usa-input--error",
    "text": "usa-input--error",
}


class UswdsBoundField(BoundField):
    """A form field with its USWDS classes and the anchor for the error summary."""

    def __init__(self, form: BaseForm, field: forms.Field, name: str) -> None:
        """Word the errors too: Django makes the bound fields before it validates the form."""
        super().__init__(form, field, name)
        name_errors(field, str(self.label))

    @property
    def kind(self) -> str:
        """Return which markup the field takes: a key of CLASSES."""
        return _kind_of(self.field.widget)

    @property
    def anchor(self) -> str:
        """Return the id of the element to focus: the first choice of a group, else the widget."""
        is_group = self.kind in ("radio", "checkboxes")
        return f"{self.auto_id}_0" if is_group else self.auto_id

    @property
    def character_limit(self) -> int | None:
        """Return how many characters a text area takes. The page shows it: `maxlength` cuts silently."""
        if self.kind != "textarea":
            return None
        limit: int | None = self.field.widget.attrs.get("maxlength")
        return limit

    @property
    def shortest(self) -> int | None:
        """Return the fewest characters of a new password. The page counts them as one types."""
        shortest: int | None = getattr(self.field, "shortest", None)
        return shortest

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        if described is not None and self.character_limit:
            return f"{described} {self.auto_id}_limit".strip()
        return described

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if widget.is_hidden:
            return built
        kind = _kind_of(widget)
        classes = [widget.attrs.get("class", ""), CLASSES[kind]]
        if self.errors:
            classes.append(ERROR_CLASSES.get(kind, ""))
        built["class"] = " ".join(filter(None, classes))
        # A placeholder disappears during typing and repeats the label. False leaves an attribute out.
        built["placeholder"] = False
        if kind == "textarea":
            built["maxlength"] = False
        if kind in ("radio", "checkboxes"):
            built["aria-invalid"] = False
        return built


class UswdsRenderer(TemplatesSetting):
    """Render `{{ form }}` and `{{ field.as_field_group }}` from templates/uswds/forms/."""

    form_template_name = "uswds/forms/form.html"
    field_template_name = "uswds/forms/field.html"
    bound_field_class = UswdsBoundField


def _kind_of(widget: Widget) -> str:
    return next((kind for widget_class, kind in KINDS if isinstance(widget, widget_class)), "text")
