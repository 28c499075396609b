"""How the audit history calls the rows that others refer to."""

from accounts.models import Case, User
from appointments.models import Appointment, Chain, Site, Slot
from appointments.notices.presenters.reschedules import tell_place
from policy.models import FormType, FormTypeVersion, GoodCauseStatement, PolicyVersion
from portal.foundation.row_names import RowName, RowNames


def _say_slot(slot: Slot) -> str:
    place = tell_place(slot)
    return f"{place.site_name}, {place.when}"


def _say_form_type_version(version: FormTypeVersion) -> str:
    return f"{version.form_type.code}, {version.effective_at:%Y-%m-%d}"


ROW_NAMES: RowNames = {
    User: RowName(lambda account: account.display_name),
    Case: RowName(lambda case: case.receipt_number),
    Chain: RowName(lambda chain: chain.person.name, ("person",)),
    Site: RowName(str),
    Slot: RowName(_say_slot, ("site",)),
    Appointment: RowName(lambda appointment: _say_slot(appointment.slot), ("slot__site",)),
    FormType: RowName(str),
    FormTypeVersion: RowName(_say_form_type_version, ("form_type",)),
    PolicyVersion: RowName(str),
    GoodCauseStatement: RowName(lambda statement: statement.reason.text, ("reason",)),
}
