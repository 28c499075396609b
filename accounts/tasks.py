"""Celery entry points: each calls one service and carries no data."""

from celery import shared_task

from accounts.services import outbox, sweep


@shared_task(name="accounts.send_due_messages")
def send_due_messages() -> None:
    outbox.send_due()


@shared_task(name="accounts.sweep")
def sweep_up() -> None:
    sweep.sweep()
