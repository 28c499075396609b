"""The journey, in the order in which a person goes through it."""

from django.urls import path

from appointments.views import (
    appointments,
    clients,
    holds,
    moves,
    notices,
    reason,
    representations,
    representative,
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
    path("moves/<uuid:public_id>/", moves.receipt, name="receipt"),
    path("cases/<uuid:public_id>/representative/", representative.show, name="representative"),
    path("cases/<uuid:public_id>/representative/invite/", representative.invite, name="invite"),
    path("cases/<uuid:public_id>/representative/passcode/", representative.make_passcode, name="passcode"),
    path("invitations/<uuid:public_id>/take-back/", representative.take_back, name="take_back"),
    path("representations/<uuid:public_id>/accept/", representations.accept, name="accept"),
    path("representations/<uuid:public_id>/decline/", representations.decline, name="decline"),
    path("representations/<uuid:public_id>/revoke/", representations.revoke, name="revoke"),
    path("representations/<uuid:public_id>/withdraw/", representations.withdraw, name="withdraw"),
    path("clients/", clients.list_clients, name="clients"),
    path("clients/add/", clients.add, name="add_client"),
    path("notices/", notices.inbox, name="notices"),
    path("notices/check/", notices.check_notice, name="check_notice"),
    path("notices/<uuid:public_id>/", notices.show_notice, name="notice"),
    path("notices/<uuid:public_id>/notice.pdf", notices.notice_pdf, name="notice_pdf"),
    path("notices/<uuid:public_id>/appointment.ics", notices.notice_calendar, name="notice_calendar"),
]
