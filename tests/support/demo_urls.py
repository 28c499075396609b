"""The URLs with those of the demonstration, for tests that do not use the demonstration settings."""

from django.urls import include, path

from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as portal_urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*portal_urlpatterns, path("demo/", include("portal.demo.urls"))]
