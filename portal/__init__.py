"""Wiring: settings, URLs, the Celery application, embedded servers, the demonstration, home and help."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
