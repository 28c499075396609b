"""The journey, in the order in which a person goes through it."""

from django.urls import path

from appointments.caseload.views import bulk, caseload
from appointments.cases import views
from appointments.notices import views
from appointments.representation.views import actions, clients, representative
from appointments.reschedule.views import appointments, holds, household, reason, receipts, times

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
    path("cases/", views.list_cases, name="cases"),
    path("cases/<uuid:public_id>/", views.show_case, name="case"),
    path("cases/<uuid:public_id>/history/", views.show_history, name="case_history"),
    path("cases/<uuid:public_id>/together/", household.state_reason, name="household_reason"),
    path("cases/<uuid:public_id>/together/times/", household.choose_time, name="household_times"),
    path("holds/together/<uuid:household>/", household.review, name="household_review"),
    path("holds/together/<uuid:household>/confirm/", household.confirm, name="household_confirm"),
    path("holds/together/<uuid:household>/extend/", household.extend, name="household_extend"),
    path("holds/together/<uuid:household>/release/", household.release, name="household_release"),
    path("reschedules/together/<uuid:household>/", household.receipt, name="household_receipt"),
    path("reschedules/<uuid:public_id>/", receipts.receipt, name="receipt"),
    path("cases/<uuid:public_id>/representative/", representative.show, name="representative"),
    path("cases/<uuid:public_id>/representative/invite/", representative.invite, name="invite"),
    path("cases/<uuid:public_id>/representative/passcode/", representative.make_passcode, name="passcode"),
    path("invitations/<uuid:public_id>/cancel/", representative.cancel_invitation, name="cancel_invitation"),
    path("representations/<uuid:public_id>/accept/", actions.accept, name="accept"),
    path("representations/<uuid:public_id>/decline/", actions.decline, name="decline"),
    path("representations/<uuid:public_id>/revoke/", actions.revoke, name="revoke"),
    path("representations/<uuid:public_id>/withdraw/", actions.withdraw, name="withdraw"),
    path("clients/", clients.list_clients, name="clients"),
    path("clients/search/", clients.search, name="client_search"),
    path("clients/add/", clients.add, name="add_client"),
    path("notices/", views.inbox, name="notices"),
    path("notices/check/", views.check_notice, name="check_notice"),
    path("notices/<uuid:public_id>/", views.show_notice, name="notice"),
    path("notices/<uuid:public_id>/notice.pdf", views.notice_pdf, name="notice_pdf"),
    path("notices/<uuid:public_id>/appointment.ics", views.notice_calendar, name="notice_calendar"),
    path("caseload/", caseload.show_caseload, name="caseload"),
    path("caseload/search/", caseload.search, name="caseload_search"),
    path("caseload/select/", caseload.select, name="caseload_select"),
    path("caseload/caseload.csv", caseload.export, name="caseload_export"),
    path("caseload/bulk/<uuid:public_id>/", bulk.review, name="bulk"),
    path("caseload/bulk/<uuid:public_id>/reasons/", bulk.state_reasons, name="bulk_reasons"),
    path("caseload/bulk/<uuid:public_id>/times/", bulk.continue_bulk, name="bulk_continue"),
    path(
        "caseload/bulk/<uuid:public_id>/times/<uuid:appointment_id>/",
        bulk.choose_time,
        name="bulk_times",
    ),
    path("caseload/bulk/<uuid:public_id>/extend/", bulk.extend, name="bulk_extend"),
    path("caseload/bulk/<uuid:public_id>/remove/", bulk.remove_items, name="bulk_remove_items"),
    path("caseload/bulk/<uuid:public_id>/confirm/", bulk.confirm, name="bulk_confirm"),
    path("caseload/bulk/<uuid:public_id>/result/", bulk.show_result, name="bulk_result"),
]
