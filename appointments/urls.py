"""URLs of the app: each slice lists its own."""

from django.urls import include, path

app_name = "appointments"
urlpatterns = [
    path("", include("appointments.reschedule.urls")),
    path("", include("appointments.overview.urls")),
    path("", include("appointments.cases.urls")),
    path("", include("appointments.representation.urls")),
    path("", include("appointments.notices.urls")),
    path("", include("appointments.caseload.urls")),
    path("", include("appointments.calendar_feed.urls")),
]
