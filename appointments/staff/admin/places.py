"""The lists of sites and slots. Read-only: only services change how many seats are taken."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from appointments.models import Site, Slot
from portal.foundation.admin.formatting import format_yes_or_no
from portal.foundation.admin.read_only import ReadOnlyAdmin
from portal.foundation.admin.titled_filter import titled
from portal.foundation.site_time import format_instant


@admin.register(Site)
class SiteAdmin(ReadOnlyAdmin):
    """All sites by name."""

    list_display = ("site_name", "place", "zone_name")
    ordering = ("name", "id")
    fields = ("site_name", "address", "zone_name")
    readonly_fields = fields

    @admin.display(description=_("Site"))
    def site_name(self, site: Site) -> str:
        return site.name

    def name_of(self, row: Model) -> str:
        return str(row)

    @admin.display(description=_("City"))
    def place(self, site: Site) -> str:
        return f"{site.city}, {site.state}"

    @admin.display(description=_("Address"))
    def address(self, site: Site) -> str:
        return ", ".join(site.address_lines)

    @admin.display(description=_("Time zone"))
    def zone_name(self, site: Site) -> str:
        return site.tz


@admin.register(Slot)
class SlotAdmin(ReadOnlyAdmin):
    """Slots by site and start. A filter shows one site."""

    list_display = ("starts", "at_site", "seats", "taken_seats", "is_open")
    list_filter = (titled("site", _("site")),)
    list_select_related = ("site",)
    ordering = ("site_id", "starts_at")
    fields = list_display
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Slot]:
        slots: QuerySet[Slot] = super().get_queryset(request)
        return slots.select_related("site")

    @admin.display(description=_("Starts"))
    def starts(self, slot: Slot) -> str:
        return format_instant(slot.starts_at, slot.site.tz)

    @admin.display(description=_("Site"))
    def at_site(self, slot: Slot) -> str:
        return slot.site.name

    @admin.display(description=_("Seats"))
    def seats(self, slot: Slot) -> int:
        return slot.capacity

    @admin.display(description=_("Taken"))
    def taken_seats(self, slot: Slot) -> int:
        return slot.taken

    @admin.display(description=_("Open"))
    def is_open(self, slot: Slot) -> str:
        return format_yes_or_no(is_true=slot.closed_at is None)
