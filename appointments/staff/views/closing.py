"""What staff do on a case with one form: closing it, and marking an appointment as theirs to move."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Case
from appointments.booking.errors import AlreadyDone, Refused
from appointments.staff.admin.staff_case_context import StaffCaseContext
from appointments.staff.forms import CloseForm, NoteForm
from appointments.staff.services.close_case import close_case
from appointments.staff.services.staff_only import mark_staff_only as mark
from portal.foundation.site_time import format_instant


def close(staff_case: StaffCaseContext) -> HttpResponse:
    """Closes the case, or records that it was withdrawn."""
    staff_case.check_acting()
    form = CloseForm(staff_case.request.POST or None)
    if not form.is_valid():
        return staff_case.ask(
            form,
            title=_("Close case %(number)s") % {"number": staff_case.case.receipt_number},
            intro=_(
                "No appointment of a closed case can be moved, online or by telephone. Seats that are held "
                "for it are given back at once. A closed case is not opened again here."
            ),
            button=_("Close the case"),
        )
    status, note = Case.Status(form.cleaned_data["status"]), form.cleaned_data["note"]
    try:
        close_case(actor=staff_case.user, case=staff_case.case, status=status, note=note)
    except AlreadyDone:
        return staff_case.refuse(_("Someone closed the case already. Nothing was changed."))
    return staff_case.go_to_case(_("The case is closed."))


def mark_staff_only(staff_case: StaffCaseContext, appointment_id: UUID) -> HttpResponse:
    """From now on only staff move the appointment."""
    return _mark(
        staff_case,
        appointment_id,
        is_staff_only=True,
        title=_("Let only staff move this appointment"),
        button=_("Mark as staff only"),
        done=_("Only staff can move the appointment now."),
    )


def lift_staff_only(staff_case: StaffCaseContext, appointment_id: UUID) -> HttpResponse:
    """From now on the public moves it again, where the rules allow."""
    return _mark(
        staff_case,
        appointment_id,
        is_staff_only=False,
        title=_("Let the public move this appointment again"),
        button=_("Lift the mark"),
        done=_("The public can move the appointment again."),
    )


def _mark(
    staff_case: StaffCaseContext,
    appointment_id: UUID,
    *,
    is_staff_only: bool,
    title: str,
    button: str,
    done: str,
) -> HttpResponse:
    appointment = staff_case.find_appointment(appointment_id)
    staff_case.check_acting()
    form = NoteForm(staff_case.request.POST or None)
    if not form.is_valid():
        when = format_instant(appointment.slot.starts_at, appointment.slot.site.tz)
        intro = _("Appointment on %(when)s. The public never sees your note, nor why.") % {"when": when}
        return staff_case.ask(form, title=title, intro=intro, button=button)
    note = form.cleaned_data["note"]
    try:
        mark(actor=staff_case.user, appointment=appointment, is_staff_only=is_staff_only, note=note)
    except (AlreadyDone, Refused):
        return staff_case.refuse(
            _("This was done already, or the appointment was moved in the meantime. Nothing was changed.")
        )
    return staff_case.go_to_case(done)
