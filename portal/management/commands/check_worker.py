"""Check the Celery worker on this host by sending it a ping through the broker."""

from typing import Any

from celery.utils.nodenames import default_nodename
from django.core.management.base import BaseCommand, CommandError
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from portal.celery import app

SECONDS = 5.0


class Command(BaseCommand):
    help = "Fails if the Celery worker on this host does not answer within five seconds."
    requires_system_checks: list[str] = []  # runs every minute

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError if the worker does not answer or the broker is down."""
        node = default_nodename("")
        try:
            answers = app.control.ping(destination=[node], timeout=SECONDS)
        except (KombuError, RedisError, OSError) as problem:
            raise CommandError(f"The broker is down: {problem}") from problem
        if not answers:
            raise CommandError(f"{node} does not answer.")
        self.stdout.write(f"{node} answers.")
