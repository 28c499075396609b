"""The list of notices, with the delivery of their emails and text messages."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.scope import list_visible_cases
from accounts.models import Message
from appointments.models import Notice
from appointments.models.notice import UNDELIVERED
from appointments.staff.admin.case_link import link_to_case
from appointments.staff.presenters.notices import build_notice_line
from portal.foundation.admin.read_only import ReadOnlyAdmin


class MailFilter(admin.SimpleListFilter):
    """By delivery. \"Not delivered\" are notices of which neither the email nor the text message arrived."""

    title = _("email or text message")
    parameter_name = "mail"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (Message.State.FAILED, _("Not delivered")),
            (Message.State.DUE, _("Waiting to be sent")),
            (Message.State.SENT, _("Sent")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.value()
        if wanted == Message.State.FAILED:
            return queryset.filter(UNDELIVERED)
        if wanted in Message.State.values:
            return queryset.filter(Q(email__state=wanted) | Q(email__text__state=wanted))
        return queryset


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """Newest first. Notices about cases, and appointments on them, that the units of the account read."""

    list_display = ("created", "what", "case_link", "to_whom", "mail", "read")
    list_filter = (MailFilter,)
    ordering = ("-id",)
    fields = list_display
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return (
            Notice.objects.on_cases(list_visible_cases(request))
            .select_related("addressee", "email__text", "case", "appointment__slot__site")
            .select_related("appointment__series__person__case")
            .order_by("-id")
        )

    @admin.display(description=_("Created"))
    def created(self, notice: Notice) -> str:
        return build_notice_line(notice).created

    @admin.display(description=_("Notice"))
    def what(self, notice: Notice) -> str:
        return notice.get_kind_display()

    @admin.display(description=_("Case"))
    def case_link(self, notice: Notice) -> str:
        return link_to_case(notice.related_case)

    @admin.display(description=_("To"))
    def to_whom(self, notice: Notice) -> str:
        return notice.addressee.display_name

    @admin.display(description=_("Email or text message"))
    def mail(self, notice: Notice) -> str:
        return build_notice_line(notice).delivery

    @admin.display(description=_("Read in the portal"))
    def read(self, notice: Notice) -> str:
        return build_notice_line(notice).read
