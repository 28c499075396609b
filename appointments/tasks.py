"""Celery entry points. Each calls one service and has no arguments, so the broker has no data."""

from celery import shared_task

from appointments.booking import expiry
from appointments.representation.services import closed_cases
from appointments.representation.services import expiry as representation_expiry


@shared_task(name="appointments.expire_overdue_holds")
def expire_overdue_holds() -> None:
    expiry.expire_overdue_holds()


@shared_task(name="appointments.record_heartbeat")
def record_heartbeat() -> None:
    expiry.record_heartbeat("beat")


@shared_task(name="appointments.expire_representations")
def expire_representations() -> None:
    representation_expiry.expire_representations()


@shared_task(name="appointments.end_on_closed_cases")
def end_on_closed_cases() -> None:
    closed_cases.end_on_closed_cases()
