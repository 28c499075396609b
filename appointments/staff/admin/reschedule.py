"""Completed moves, to be looked at."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.scope import CaseRowsAdmin
from appointments.staff.admin.case_link import link_to_case
from appointments.models import Move
from appointments.staff.presenters.case_page import tell_call
from appointments.notices.presenters.reschedules import tell_move
from portal.foundation.admin.titled_filter import titled
from portal.foundation.admin.formatting import say_yes_or_no


@admin.register(Move)
class MoveAdmin(CaseRowsAdmin):
    """The newest first. What leads further is the page of the case."""

    case_path = "chain__person__case"
    list_display = ("confirmation", "case_link", "moved", "from_when", "to_when", "by_channel", "does_count")
    list_filter = (titled("channel", _("channel")),)
    ordering = ("-id",)
    fields = (*list_display, "who", "reason_given", "explanation", "staff_note", "limits_set_aside")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Move]:
        return (
            super()
            .get_queryset(request)
            .select_related("from_appointment__slot__site", "to_appointment__slot__site", "actor")
            .select_related("chain__person__case", "statement__reason")
        )

    @admin.display(description=_("Confirmation number"))
    def confirmation(self, move: Move) -> str:
        return move.confirmation_number

    @admin.display(description=_("Case"))
    def case_link(self, move: Move) -> str:
        return link_to_case(move.chain.person.case)

    @admin.display(description=_("Moved"))
    def moved(self, move: Move) -> str:
        return tell_move(move).moved_at

    @admin.display(description=_("From"))
    def from_when(self, move: Move) -> str:
        return tell_move(move).old.when

    @admin.display(description=_("To"))
    def to_when(self, move: Move) -> str:
        return tell_move(move).new.when

    @admin.display(description=_("Channel"))
    def by_channel(self, move: Move) -> str:
        return move.get_channel_display()

    @admin.display(description=_("Counts"))
    def does_count(self, move: Move) -> str:
        return say_yes_or_no(is_so=move.counts)

    @admin.display(description=_("Who"))
    def who(self, move: Move) -> str:
        return tell_call(move).who

    @admin.display(description=_("Reason"))
    def reason_given(self, move: Move) -> str:
        return tell_call(move).reason

    @admin.display(description=_("Explanation"))
    def explanation(self, move: Move) -> str:
        return tell_call(move).explanation

    @admin.display(description=_("Staff note"))
    def staff_note(self, move: Move) -> str:
        return move.note

    @admin.display(description=_("Limits set aside"))
    def limits_set_aside(self, move: Move) -> str:
        return ", ".join(tell_call(move).overridden)
