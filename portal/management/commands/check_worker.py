"""The health check of one Celery worker: asks the one on this host, through the broker, for an answer."""

from typing import Any

from celery.utils.nodenames import default_nodename
from django.core.management.base import BaseCommand, CommandError
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from portal.celery import app

SECONDS = 5.0


class Command(BaseCommand):
    help = "Fails when the Celery worker of this host does not answer within five seconds."
    requires_system_checks: list[str] = []  # asked every minute

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when there is no answer, or no broker to carry it."""
        node = default_nodename("")
        try:
            answers = app.control.ping(destination=[node], timeout=SECONDS)
        except (KombuError, RedisError, OSError) as problem:
            raise CommandError(f"The broker is away: {problem}") from problem
        if not answers:
            raise CommandError(f"{node} does not answer.")
        self.stdout.write(f"{node} answers.")
