"""Admin pages of the dated limits: the online deadline, the cap on reschedules, and holds."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from policy.admin.dated import SOURCE_HELP, DatedAdmin, FutureForm, PlainDurationField
from policy.models import PolicyVersion

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class PolicyVersionForm(FutureForm):
    """A form with every limit in hours, days or minutes. It checks what the table's constraints check."""

    online_cutoff = PlainDurationField(
        unit=HOUR,
        min_value=0,
        max_value=720,
        label=_("Online deadline (hours before the appointment)"),
    )
    horizon = PlainDurationField(
        unit=DAY, min_value=1, max_value=730, label=_("How far in advance people can book (days)")
    )
    hold_length = PlainDurationField(
        unit=MINUTE, min_value=1, max_value=1440, label=_("Length of a hold (minutes)")
    )
    hold_ceiling = PlainDurationField(
        unit=MINUTE, min_value=1, max_value=1440, label=_("Longest hold after extensions (minutes)")
    )
    group_gap = PlainDurationField(
        unit=MINUTE,
        min_value=0,
        max_value=480,
        label=_("Longest gap between the times of a group (minutes)"),
        help_text=_(
            "People who reschedule together get times at one site on one day. "
            "Each time begins at most this long after the one before it ends."
        ),
    )

    class Meta:
        model = PolicyVersion
        fields = (
            "effective_at",
            "online_cutoff",
            "reschedule_cap",
            "horizon",
            "hold_length",
            "hold_ceiling",
            "group_gap",
            "requestor_live_holds",
            "requestor_holds_per_hour",
            "representative_live_holds",
            "representative_holds_per_hour",
            "source",
            "source_es",
            "source_url",
        )
        labels = {
            "effective_at": _("Applies from"),
            "online_cutoff": _("Online deadline (hours before the appointment)"),
            "reschedule_cap": _("Reschedules allowed per person"),
            "horizon": _("How far in advance people can book (days)"),
            "hold_length": _("Length of a hold (minutes)"),
            "hold_ceiling": _("Longest hold after extensions (minutes)"),
            "requestor_live_holds": _("Seats an applicant can hold at once"),
            "requestor_holds_per_hour": _("Holds an applicant can make in an hour"),
            "representative_live_holds": _("Seats a representative can hold at once"),
            "representative_holds_per_hour": _("Holds a representative can make in an hour"),
            "source": _("Source"),
            "source_es": _("Source in Spanish"),
            "source_url": _("Address of the source"),
        }
        help_texts = SOURCE_HELP

    resumable_fields = Meta.fields

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cutoff, horizon = cleaned.get("online_cutoff"), cleaned.get("horizon")
        length, ceiling = cleaned.get("hold_length"), cleaned.get("hold_ceiling")
        if cutoff is not None and horizon is not None and horizon <= cutoff:
            self.add_error("horizon", _("This must be longer than the online deadline."))
        if length is not None and ceiling is not None and ceiling < length:
            self.add_error("hold_ceiling", _("This must be at least the length of a hold."))
        return cleaned


@admin.register(PolicyVersion)
class PolicyVersionAdmin(DatedAdmin):
    """Versions of the limits. The form for a new one starts from the newest numbers."""

    form = PolicyVersionForm
    list_display = ("applies_from", "current_status", "cutoff", "cap", "days_ahead", "hold", "source_text")
    ordering = ("-effective_at",)

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        newest = PolicyVersion.objects.order_by("-effective_at").first()
        names = [name for name in PolicyVersionForm.Meta.fields if name not in ("effective_at", "source")]
        return {name: getattr(newest, name) for name in names} if newest else {}

    @admin.display(description=_("Online deadline"))
    def cutoff(self, row: PolicyVersion) -> str:
        return _("%(number)g hours") % {"number": row.online_cutoff / HOUR}

    @admin.display(description=_("Reschedules"))
    def cap(self, row: PolicyVersion) -> int:
        return row.reschedule_cap

    @admin.display(description=_("Days in advance"))
    def days_ahead(self, row: PolicyVersion) -> str:
        return _("%(number)g days") % {"number": row.horizon / DAY}

    @admin.display(description=_("Hold"))
    def hold(self, row: PolicyVersion) -> str:
        return _("%(length)g minutes, up to %(ceiling)g with extensions") % {
            "length": row.hold_length / MINUTE,
            "ceiling": row.hold_ceiling / MINUTE,
        }

    @admin.display(description=_("Source"))
    def source_text(self, row: PolicyVersion) -> str:
        return row.source
