"""URLs of the calendar feed: the page where it is managed, and the calendar itself."""

from django.urls import path

from appointments.calendar_feed import views

urlpatterns = [
    path("calendar/", views.manage, name="calendar_feed"),
    path("calendar/create/", views.create, name="create_feed"),
    path("calendar/names/", views.change_names, name="change_feed_names"),
    path("calendar/delete/", views.delete, name="delete_feed"),
    # A text, and so hidden in every log line: see portal/logs.py.
    path("calendar/<str:token>.ics", views.read, name="feed"),
]
