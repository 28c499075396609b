"""Display names of rows that the audit history refers to."""

from accounts.models import Case, User
from appointments.models import Appointment, AppointmentSeries, Site, Slot
from appointments.notices.presenters.reschedules import build_place
from policy.models import FormType, FormTypeVersion, GoodCauseStatement, PolicyVersion
from portal.foundation.row_names import RowName, RowNames


def _format_slot(slot: Slot) -> str:
    place = build_place(slot)
    return f"{place.site_name}, {place.when}"


def _describe_form_type_version(version: FormTypeVersion) -> str:
    return f"{version.form_type.code}, {version.effective_at:%Y-%m-%d}"


ROW_NAMES: RowNames = {
    User: RowName(lambda account: account.display_name),
    Case: RowName(lambda case: case.receipt_number),
    AppointmentSeries: RowName(lambda series: series.person.name, ("person",)),
    Site: RowName(str),
    Slot: RowName(_format_slot, ("site",)),
    Appointment: RowName(lambda appointment: _format_slot(appointment.slot), ("slot__site",)),
    FormType: RowName(str),
    FormTypeVersion: RowName(_describe_form_type_version, ("form_type",)),
    PolicyVersion: RowName(str),
    GoodCauseStatement: RowName(lambda statement: statement.reason.text, ("reason",)),
}
