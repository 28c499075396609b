"""URLs of the reschedule journey, in the order of its steps."""

from django.urls import path

from appointments.reschedule.views import appointments, choosing, reservation, sites

urlpatterns = [
    path("appointments/", appointments.list_appointments, name="list"),
    path("appointments/<uuid:public_id>/", appointments.show_appointment, name="detail"),
    path("cases/<uuid:public_id>/reschedule/", choosing.choose_people, name="together"),
    path("appointments/<uuid:public_id>/reschedule/reason/", choosing.state_reason, name="reason"),
    path("appointments/<uuid:public_id>/reschedule/times/", choosing.choose_time, name="times"),
    path("appointments/<uuid:public_id>/reschedule/sites/", sites.choose_site, name="sites"),
    path("reservations/<uuid:public_id>/", reservation.review, name="review"),
    path("reservations/<uuid:public_id>/confirm/", reservation.confirm, name="confirm"),
    path("reservations/<uuid:public_id>/extend/", reservation.extend, name="extend"),
    path("reservations/<uuid:public_id>/release/", reservation.release, name="release"),
    path("reservations/<uuid:public_id>/receipt/", reservation.show_receipt, name="reservation_receipt"),
    path("reschedules/<uuid:public_id>/", reservation.show_receipt_of_reschedule, name="receipt"),
]
