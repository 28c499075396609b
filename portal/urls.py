"""All URLs, and the views for errors."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts.views import confirmation, phone, profile, security_keys, sessions
from appointments.account_deletion import views
from portal.feedback import views as feedback
from portal.views import health, language, pages, public_files, session

urlpatterns = [
    path("", pages.home, name="home"),
    path("help/", pages.show_help, name="help"),
    path("privacy/", pages.show_privacy, name="privacy"),
    path("accessibility/", pages.show_accessibility, name="accessibility"),
    path("terms/", pages.show_terms, name="terms"),
    path("feedback/", feedback.give_feedback, name="feedback"),
    path("feedback/thanks/", feedback.thank, name="feedback_thanks"),
    path("robots.txt", public_files.robots, name="robots"),
    path("favicon.ico", public_files.favicon, name="favicon"),
    path(".well-known/security.txt", public_files.security_txt, name="security_txt"),
    path(".well-known/change-password", public_files.change_password, name="change_password"),
    path("language/", language.set_language, name="set_language"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("session/extend/", session.extend, name="extend_session"),
    path("session/again/", session.sign_in_again, name="sign_in_again"),
    path("accounts/profile/", profile.edit_profile, name="profile"),
    path("accounts/profile/phone/", phone.confirm_phone, name="confirm_phone"),
    path("accounts/profile/phone/again/", phone.send_phone_code, name="send_phone_code"),
    path("accounts/sessions/", sessions.list_sessions, name="sessions"),
    path("accounts/delete/", views.delete, name="delete_account"),
    path("accounts/2fa/webauthn/add/", security_keys.AddSecurityKeyView.as_view(), name="add_key"),
    path(
        "accounts/2fa/webauthn/keys/<int:pk>/remove/",
        security_keys.RemoveSecurityKeyView.as_view(),
        name="remove_key",
    ),
    path("accounts/confirm-email/", confirmation.show_link_sent, name="link_sent"),
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
handler429 = "portal.views.errors.too_many"
handler500 = "portal.views.errors.server_error"
