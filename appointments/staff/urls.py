"""URLs of the staff pages apart from the lists of Django's admin. The staff site includes them."""

from django.contrib import admin
from django.urls import path

from appointments.staff.views import (
    access_codes,
    calls,
    case_account,
    closing,
    conflicts,
    letters,
    representations,
    staff_only,
)

protect = admin.site.admin_view

urlpatterns = [
    path("accounts/case/<int:case_id>/close/", protect(closing.close_case), name="case_close"),
    path(
        "accounts/case/<int:case_id>/account/remove/",
        protect(case_account.detach_case),
        name="case_detach",
    ),
    path(
        "accounts/case/<int:case_id>/account/give-back/",
        protect(case_account.keep_case),
        name="case_keep",
    ),
    path(
        "accounts/case/<int:case_id>/access-code/",
        protect(letters.issue_access_code),
        name="case_issue_code",
    ),
    path(
        "accounts/case/<int:case_id>/access-code/enter/",
        protect(access_codes.enter_access_code),
        name="case_enter_code",
    ),
    path(
        "accounts/case/<int:case_id>/representation/",
        protect(representations.enter_paper_form),
        name="case_enter_paper",
    ),
    path(
        "accounts/case/<int:case_id>/representation/passcode/",
        protect(letters.issue_passcode),
        name="case_issue_passcode",
    ),
    path(
        "accounts/case/<int:case_id>/representation/<uuid:key>/end/",
        protect(representations.end_representation),
        name="case_end_representation",
    ),
    path(
        "accounts/case/<int:case_id>/appointments/<uuid:appointment_id>/staff-only/",
        protect(staff_only.mark_staff_only),
        name="case_mark",
    ),
    path(
        "accounts/case/<int:case_id>/appointments/<uuid:appointment_id>/staff-only/lift/",
        protect(staff_only.lift_staff_only),
        name="case_lift",
    ),
    path(
        "accounts/case/<int:case_id>/appointments/<uuid:appointment_id>/reschedule/",
        protect(calls.enter_reason),
        name="case_call",
    ),
    path(
        "accounts/case/<int:case_id>/appointments/<uuid:appointment_id>/reschedule/times/",
        protect(calls.choose_time),
        name="case_call_times",
    ),
    path(
        "accounts/case/<int:case_id>/appointments/<uuid:appointment_id>/reschedule/sites/",
        protect(calls.choose_site),
        name="case_call_sites",
    ),
    path(
        "accounts/case/<int:case_id>/appointments/<uuid:appointment_id>/reschedule/review/",
        protect(calls.review),
        name="case_call_review",
    ),
    path(
        "accounts/case/<int:case_id>/appointments/<uuid:appointment_id>/rescheduled/",
        protect(calls.show_reschedule),
        name="case_call_done",
    ),
    path(
        "appointments/deliveryconflict/<int:object_id>/settle/",
        protect(conflicts.settle_conflict),
        name="conflict_settle",
    ),
]
