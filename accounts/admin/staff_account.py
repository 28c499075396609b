"""Staff accounts and their units, for superusers only. Other accounts are not listed."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.units import Unit
from portal.foundation.admin.editable import EditableAdmin
from portal.foundation.admin.formatting import format_yes_or_no
from portal.foundation.resumable_forms import ResumableForm
from portal.foundation.text_fields import NameField


class UnitChoiceField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # generic only in the stubs
    def label_from_instance(self, obj: Group) -> str:
        return str(UNIT_NAMES[Unit(obj.name)])


UNIT_NAMES = {
    Unit.NBC_ADOPTIONS: _("NBC Adoptions Unit"),
    Unit.CONTACT_CENTER: _("Contact Center"),
    Unit.CONTACT_CENTER_SUPERVISORS: _("Contact Center supervisors"),
    Unit.SITE_MANAGERS: _("Site managers"),
    Unit.POLICY_OFFICERS: _("Policy officers"),
    Unit.AUDITORS: _("Auditors"),
}


class StaffAccountForm(ResumableForm, forms.ModelForm):  # type: ignore[type-arg] # generic only in the stubs
    """Edits a staff account, but never its password, its second factor or its superuser rights."""

    groups = UnitChoiceField(
        label=_("Units"),
        queryset=Group.objects.filter(name__in=[unit.value for unit in Unit]).order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        fields = ("email", "name", "language", "is_active", "groups")
        field_classes = {"name": NameField}
        labels = {
            "email": _("Email address"),
            "name": _("Full name"),
            "language": _("Language"),
            "is_active": _("Can sign in"),
        }

    resumable_fields = Meta.fields

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("An account with this email address already exists."))
        return email


@admin.register(User)
class StaffAccountAdmin(EditableAdmin):
    """Adds staff accounts without a password. New staff set one by mail, and add a key at the first visit."""

    form = StaffAccountForm
    list_display = ("email_address", "full_name", "units", "can_sign_in")
    ordering = ("email",)
    search_fields = ("email",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        staff: QuerySet[User] = super().get_queryset(request).filter(kind=User.Kind.STAFF)
        return staff.prefetch_related("groups")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        # The address receives password links, so it cannot be changed. No one can deactivate themselves.
        if obj is None:
            return ()
        return ("email", "is_active") if obj.pk == request.user.pk else ("email",)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 (Django's signature)
        if not change:
            obj.kind, obj.is_staff = User.Kind.STAFF, True
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            EmailAddress.objects.create(user=obj, email=obj.email, primary=True, verified=False)

    def name_of(self, row: Model) -> str:
        return str(row.name) if isinstance(row, User) else str(row)

    @admin.display(description=_("Email address"))
    def email_address(self, account: User) -> str:
        return account.email

    @admin.display(description=_("Full name"))
    def full_name(self, account: User) -> str:
        return account.name

    @admin.display(description=_("Units"))
    def units(self, account: User) -> str:
        known = [UNIT_NAMES[Unit(group.name)] for group in account.groups.all() if group.name in set(Unit)]
        return ", ".join(map(str, known))

    @admin.display(description=_("Can sign in"))
    def can_sign_in(self, account: User) -> str:
        return format_yes_or_no(is_true=account.is_active)
