"""Which address leads to which app."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from portal.views import health, language, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("help/", pages.show_help, name="help"),
    path("language/", language.set_language, name="set_language"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("appointments.urls")),
]
if settings.IS_DEMO:
    urlpatterns.append(path("demo/", include("portal.demo.urls")))

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.not_found"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
