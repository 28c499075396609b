"""URLs of the case pages."""

from django.urls import path

from appointments.cases import views

urlpatterns = [
    path("cases/", views.list_cases, name="cases"),
    path("cases/<uuid:public_id>/", views.show_case, name="case"),
    path("cases/<uuid:public_id>/history/", views.show_history, name="case_history"),
]
