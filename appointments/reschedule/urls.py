"""URLs of the reschedule journey, in the order in which a person goes through it."""

from django.urls import path

from appointments.reschedule.views import appointments, holds, household, reason, receipts, times

urlpatterns = [
    path("appointments/", appointments.list_appointments, name="list"),
    path("appointments/<uuid:public_id>/", appointments.show_appointment, name="detail"),
    path("appointments/<uuid:public_id>/reason/", reason.state_reason, name="reason"),
    path("appointments/<uuid:public_id>/times/", times.choose_time, name="times"),
    path("holds/<uuid:public_id>/", holds.review, name="review"),
    path("holds/<uuid:public_id>/confirm/", holds.confirm, name="confirm"),
    path("holds/<uuid:public_id>/extend/", holds.extend, name="extend"),
    path("holds/<uuid:public_id>/release/", holds.release, name="release"),
    path("cases/<uuid:public_id>/together/", household.state_reason, name="household_reason"),
    path("cases/<uuid:public_id>/together/times/", household.choose_time, name="household_times"),
    path("holds/together/<uuid:household>/", household.review, name="household_review"),
    path("holds/together/<uuid:household>/confirm/", household.confirm, name="household_confirm"),
    path("holds/together/<uuid:household>/extend/", household.extend, name="household_extend"),
    path("holds/together/<uuid:household>/release/", household.release, name="household_release"),
    path("reschedules/together/<uuid:household>/", household.receipt, name="household_receipt"),
    path("reschedules/<uuid:public_id>/", receipts.receipt, name="receipt"),
]
