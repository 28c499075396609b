"""Pages about cases, and about becoming a representative."""

from django.urls import path

from accounts.views import cases, representative

app_name = "accounts"
urlpatterns = [
    path("cases/add/", cases.add, name="add_case"),
    path("representative/", representative.show_status, name="representative"),
    path("representative/apply/", representative.apply, name="apply_representative"),
    path("representative/withdraw/", representative.withdraw_application, name="withdraw_application"),
]
