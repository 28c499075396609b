"""URLs to add a case and to apply as a representative."""

from django.urls import path

from accounts.views import cases, representative

app_name = "accounts"
urlpatterns = [
    path("cases/add/", cases.add_case, name="add_case"),
    path("representative/", representative.show_application, name="representative"),
    path("representative/apply/", representative.apply_representative, name="apply_representative"),
    path("representative/withdraw/", representative.withdraw_application, name="withdraw_application"),
]
