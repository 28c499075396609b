"""Celery tasks. Each calls one service and takes no arguments."""

from celery import shared_task
from django.conf import settings

from accounts import text_gateway
from accounts.services import outbox, sweep, texts

# Fail at start if this worker could never send a text message.
text_gateway.check_gateway_url(settings.SMS_URL)


@shared_task(name="accounts.send_due_messages")
def send_due_messages() -> None:
    outbox.send_due()


@shared_task(name="accounts.send_due_texts")
def send_due_texts() -> None:
    texts.send_due_texts()


@shared_task(name="accounts.sweep")
def sweep_up() -> None:
    sweep.sweep()
