"""Celery entry points: each calls one service and carries no data."""

from celery import shared_task

from accounts.services import outbox


@shared_task(name="accounts.send_due_messages")
def send_due_messages() -> None:
    outbox.send_due()
