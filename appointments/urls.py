"""The journey, in the order in which a person goes through it."""

from django.urls import path

from appointments.views import (
    appointments,
    caseload,
    cases,
    holds,
    household,
    moves,
    notices,
    reason,
    sittings,
    times,
)

app_name = "appointments"
urlpatterns = [
    path("appointments/", appointments.list_appointments, name="list"),
    path("appointments/<uuid:public_id>/", appointments.show_appointment, name="detail"),
    path("appointments/<uuid:public_id>/reason/", reason.state_reason, name="reason"),
    path("appointments/<uuid:public_id>/times/", times.choose_time, name="times"),
    path("holds/<uuid:public_id>/", holds.review, name="review"),
    path("holds/<uuid:public_id>/confirm/", holds.confirm, name="confirm"),
    path("holds/<uuid:public_id>/extend/", holds.extend, name="extend"),
    path("holds/<uuid:public_id>/release/", holds.release, name="release"),
    path("cases/<uuid:public_id>/", cases.show_case, name="case"),
    path("cases/<uuid:public_id>/history/", cases.show_history, name="case_history"),
    path("cases/<uuid:public_id>/together/", household.state_reason, name="household_reason"),
    path("cases/<uuid:public_id>/together/times/", household.choose_time, name="household_times"),
    path("holds/together/<uuid:household>/", household.review, name="household_review"),
    path("holds/together/<uuid:household>/confirm/", household.confirm, name="household_confirm"),
    path("holds/together/<uuid:household>/extend/", household.extend, name="household_extend"),
    path("holds/together/<uuid:household>/release/", household.release, name="household_release"),
    path("moves/together/<uuid:household>/", household.receipt, name="household_receipt"),
    path("moves/<uuid:public_id>/", moves.receipt, name="receipt"),
    path("notices/", notices.inbox, name="notices"),
    path("notices/check/", notices.check_notice, name="check_notice"),
    path("notices/<uuid:public_id>/", notices.show_notice, name="notice"),
    path("notices/<uuid:public_id>/notice.pdf", notices.notice_pdf, name="notice_pdf"),
    path("notices/<uuid:public_id>/appointment.ics", notices.notice_calendar, name="notice_calendar"),
    path("caseload/", caseload.show_caseload, name="caseload"),
    path("caseload/search/", caseload.search, name="caseload_search"),
    path("caseload/pick/", caseload.pick, name="caseload_pick"),
    path("caseload/caseload.csv", caseload.export, name="caseload_export"),
    path("caseload/sittings/<uuid:public_id>/", sittings.review, name="sitting"),
    path("caseload/sittings/<uuid:public_id>/reasons/", sittings.state_reasons, name="sitting_reasons"),
    path("caseload/sittings/<uuid:public_id>/times/", sittings.go_on, name="sitting_go_on"),
    path(
        "caseload/sittings/<uuid:public_id>/times/<uuid:appointment_id>/",
        sittings.choose_time,
        name="sitting_times",
    ),
    path("caseload/sittings/<uuid:public_id>/extend/", sittings.extend, name="sitting_extend"),
    path("caseload/sittings/<uuid:public_id>/put-back/", sittings.put_back, name="sitting_put_back"),
    path("caseload/sittings/<uuid:public_id>/confirm/", sittings.confirm, name="sitting_confirm"),
    path("caseload/sittings/<uuid:public_id>/result/", sittings.show_result, name="sitting_result"),
]
