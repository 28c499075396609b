"""Names and numbers that occur nowhere else, and whoever listens where they must never be heard."""

import logging
import re
from urllib.parse import quote, quote_plus

from celery.signals import before_task_publish
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

ADDRESSES = re.compile(r'\b(?:href|action|src|formaction)="([^"]*)"')
# The mail server of the tests says what it does.
NOT_THE_PORTALS = ("mail.", "asyncio")


class Canaries:
    """What is looked for, by what it is. More are added as the journey makes them."""

    def __init__(self, **known):
        self.known = dict(known)

    def add(self, **more):
        self.known.update(more)

    def found_in(self, text):
        """Which of them are in the text, however it is written there."""
        heard = str(text).lower()
        return {name for name, value in self.known.items() if any(form in heard for form in _forms(value))}


def _forms(value):
    plain = str(value).lower()
    return {
        plain,
        quote(plain).lower(),
        quote_plus(plain).lower(),
        plain.replace(" ", ""),
        ascii(plain)[1:-1],
    }


class Listener:
    """Log lines as they would be printed, task messages, and every address that passes by."""

    def __init__(self):
        self.log_lines, self.tasks, self.addresses, self.headers, self.pages = [], [], [], [], []

    def hear_log(self, handler_patch):
        """Everything that any logger says, at every level, with its traceback."""
        listener = self
        formatter = _make_formatter()

        class Handler(logging.Handler):
            def emit(self, record):
                if not record.name.startswith(NOT_THE_PORTALS):
                    listener.log_lines.append(formatter.format(record))

        handler_patch(Handler(level=logging.DEBUG))

    def hear_tasks(self):
        before_task_publish.connect(self._hear_task)

    def stop_hearing_tasks(self):
        before_task_publish.disconnect(self._hear_task)

    def _hear_task(self, sender=None, body=None, headers=None, **_):
        self.tasks.append((sender, body, headers))

    def browser(self):
        return Browser(self)


def _make_formatter():
    line = settings.LOGGING["formatters"]["line"]
    return import_string(line["class"])(line["format"], style=line["style"])


class Browser(Client):
    """A browser of which every address is heard: asked for, led to, and linked on a page."""

    def __init__(self, listener, **defaults):
        super().__init__(**defaults)
        self._listener = listener

    def request(self, **request):
        listener = self._listener
        listener.addresses.append(f"{request.get('PATH_INFO')}?{request.get('QUERY_STRING', '')}")
        answer = super().request(**request)
        listener.headers += [f"{name}: {value}" for name, value in answer.items()]
        text = answer.content.decode("utf-8", "replace")
        if answer.get("Content-Type", "").startswith("text/html"):
            listener.addresses += ADDRESSES.findall(text)
        listener.pages.append(text)
        return answer
