"""Pages of the demonstration. Included only under the demonstration settings."""

from django.urls import path

from portal.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.list_personas, name="personas"),
    path("sign-in/<uuid:public_id>/", views.sign_in, name="sign_in"),
    path("mail/", views.list_mails, name="mails"),
    path("mail/<str:key>/", views.show_mail, name="mail"),
]
