"""Which address leads to which app."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("cases/", include("accounts.urls")),
    path("", include("appointments.urls")),
]
