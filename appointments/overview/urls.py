"""URLs of what every page shows."""

from django.urls import path

from appointments.overview import views

urlpatterns = [
    path("reservations/<uuid:public_id>/dismiss/", views.dismiss_hold, name="dismiss_hold"),
]
