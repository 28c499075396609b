"""URLs of the inbox and the documents."""

from django.urls import path

from appointments.notices import views

urlpatterns = [
    path("notices/", views.inbox, name="notices"),
    path("notices/check/", views.check_notice, name="check_notice"),
    path("notices/<uuid:public_id>/", views.show_notice, name="notice"),
    path("notices/<uuid:public_id>/notice.pdf", views.notice_pdf, name="notice_pdf"),
    path("notices/<uuid:public_id>/appointment.ics", views.notice_calendar, name="notice_calendar"),
    path("appointments/<uuid:public_id>/notice.pdf", views.current_notice_pdf, name="current_notice_pdf"),
    path("appointments/<uuid:public_id>/appointment.ics", views.current_calendar, name="current_calendar"),
]
