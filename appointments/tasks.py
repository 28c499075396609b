"""Celery entry points: each calls one service and carries no data."""

from celery import shared_task

from appointments.services import reap
from appointments.services.representations import closed, lapse


@shared_task(name="appointments.reap_lapsed_holds")
def reap_lapsed_holds() -> None:
    reap.reap_lapsed_holds()


@shared_task(name="appointments.record_heartbeat")
def record_heartbeat() -> None:
    reap.record_heartbeat("beat")


@shared_task(name="appointments.lapse_representations")
def lapse_representations() -> None:
    lapse.lapse_representations()


@shared_task(name="appointments.end_on_closed_cases")
def end_on_closed_cases() -> None:
    closed.end_on_closed_cases()
