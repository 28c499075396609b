"""Restrict an appointment to staff, and remove the restriction."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from appointments.staff.forms import NoteForm
from appointments.staff.services import staff_only
from appointments.staff.views.case_context import StaffCaseContext, staff_case_view
from portal.foundation.site_time import format_instant


@staff_case_view
def mark_staff_only(staff_case: StaffCaseContext, appointment_id: UUID) -> HttpResponse:
    """Let only staff reschedule the appointment."""
    return _mark(
        staff_case,
        appointment_id,
        is_staff_only=True,
        title=_("Restrict this appointment to staff"),
        button=_("Restrict to staff"),
        done=_("Only staff can reschedule this appointment now."),
    )


@staff_case_view
def lift_staff_only(staff_case: StaffCaseContext, appointment_id: UUID) -> HttpResponse:
    """Let the public reschedule the appointment again, if the rules allow."""
    return _mark(
        staff_case,
        appointment_id,
        is_staff_only=False,
        title=_("Remove the staff-only mark"),
        button=_("Remove staff-only mark"),
        done=_("The person can reschedule this appointment online again, if the rules allow it."),
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
    appointment = staff_case.get_appointment_or_404(appointment_id)
    staff_case.check_can_act()
    form = NoteForm(staff_case.request.POST or None)
    if not form.is_valid():
        when = format_instant(appointment.slot.starts_at, appointment.slot.site.tz)
        intro = _("Appointment on %(when)s. The public never sees your note or the reason.") % {"when": when}
        return staff_case.render_form(form, title=title, intro=intro, button=button)
    staff_only.mark_staff_only(
        actor=staff_case.user,
        appointment=appointment,
        is_staff_only=is_staff_only,
        note=form.cleaned_data["note"],
    )
    return staff_case.redirect_to_case(done)
