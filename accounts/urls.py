"""Pages about cases."""

from django.urls import path

from accounts.views import cases

app_name = "accounts"
urlpatterns = [
    path("add/", cases.add, name="add_case"),
]
