"""The addresses of a demonstration, for tests whose settings are not the demo's."""

from django.urls import include, path

from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as portal_urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*portal_urlpatterns, path("demo/", include("portal.demo.urls"))]
