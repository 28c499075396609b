"""What staff do on a case with one form: closing it, and marking an appointment as theirs to move."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Case
from appointments.staff.admin.staff_case_context import Desk
from appointments.staff.forms import CloseForm, NoteForm
from appointments.staff.services.close_case import close_case
from appointments.booking.errors import AlreadyDone, Refused
from appointments.staff.services.staff_only import mark_staff_only as mark
from portal.foundation.site_time import say_instant


def close(desk: Desk) -> HttpResponse:
    """Closes the case, or records that it was withdrawn."""
    desk.prove_acting()
    form = CloseForm(desk.request.POST or None)
    if not form.is_valid():
        return desk.ask(
            form,
            title=_("Close case %(number)s") % {"number": desk.case.receipt_number},
            intro=_(
                "No appointment of a closed case can be moved, online or by telephone. Seats that are held "
                "for it are given back at once. A closed case is not opened again here."
            ),
            button=_("Close the case"),
        )
    status, note = Case.Status(form.cleaned_data["status"]), form.cleaned_data["note"]
    try:
        close_case(actor=desk.user, case=desk.case, status=status, note=note)
    except AlreadyDone:
        return desk.refuse(_("Someone closed the case already. Nothing was changed."))
    return desk.go_to_case(_("The case is closed."))


def mark_staff_only(desk: Desk, appointment_id: UUID) -> HttpResponse:
    """From now on only staff move the appointment."""
    return _mark(
        desk,
        appointment_id,
        is_staff_only=True,
        title=_("Let only staff move this appointment"),
        button=_("Mark as staff only"),
        done=_("Only staff can move the appointment now."),
    )


def lift_staff_only(desk: Desk, appointment_id: UUID) -> HttpResponse:
    """From now on the public moves it again, where the rules allow."""
    return _mark(
        desk,
        appointment_id,
        is_staff_only=False,
        title=_("Let the public move this appointment again"),
        button=_("Lift the mark"),
        done=_("The public can move the appointment again."),
    )


def _mark(
    desk: Desk, appointment_id: UUID, *, is_staff_only: bool, title: str, button: str, done: str
) -> HttpResponse:
    appointment = desk.find_appointment(appointment_id)
    desk.prove_acting()
    form = NoteForm(desk.request.POST or None)
    if not form.is_valid():
        when = say_instant(appointment.slot.starts_at, appointment.slot.site.tz)
        intro = _("Appointment on %(when)s. The public never sees your note, nor why.") % {"when": when}
        return desk.ask(form, title=title, intro=intro, button=button)
    note = form.cleaned_data["note"]
    try:
        mark(actor=desk.user, appointment=appointment, is_staff_only=is_staff_only, note=note)
    except (AlreadyDone, Refused):
        return desk.refuse(
            _("This was done already, or the appointment was moved in the meantime. Nothing was changed.")
        )
    return desk.go_to_case(done)
