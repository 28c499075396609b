"""Distinctive names and numbers, and a listener for the places where they must never appear."""

import logging
import re
from functools import cache
from urllib.parse import quote, quote_plus

from celery.signals import before_task_publish
from django.conf import settings
from django.test import Client
from django.urls import Resolver404
from django.utils.module_loading import import_string

from tests.support.url_pages import key_of

ADDRESSES = re.compile(r'\b(?:href|action|src|formaction)="([^"]*)"')
SIGN_IN_PAGES = ("/accounts/login/", "/admin/login/", "/accounts/reauthenticate/")
# The loggers of the test mail server and the factories.
NOT_THE_PORTALS = ("mail", "asyncio", "factory", "faker")


class Canaries:
    """The values to look for, by kind. Journeys add more."""

    def __init__(self, **known):
        self.known, self.given = dict(known), frozenset(known)

    def add(self, **more):
        assert all(more.values()), "nothing is found in everything"
        self.known.update(more)

    def found_in(self, text):
        """Return which of them are in the text, in any spelling."""
        heard = str(text).lower()
        return {name for name, value in self.known.items() if any(form in heard for form in _forms(value))}

    def found_among(self, texts):
        """Return the texts that contain any of them."""
        return [text for text in texts if self.found_in(text)] if self.found_in("\n".join(texts)) else []


@cache
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
    """Collect log lines as printed, task messages, all URLs, and the visited pages."""

    def __init__(self):
        self.log_lines, self.tasks, self.addresses, self.headers, self.pages = [], [], [], [], []
        self.visits, self.statuses = set(), {}

    def hear_log(self, handler_patch):
        """Collect every log line at every level, with its traceback."""
        listener = self
        formatter = _make_formatter()

        class Handler(logging.Handler):
            def emit(self, record):
                listener.log_lines.append(formatter.format(record))

        handler_patch(Handler(level=logging.DEBUG))

    def hear_tasks(self):
        before_task_publish.connect(self._hear_task)

    def stop_hearing_tasks(self):
        before_task_publish.disconnect(self._hear_task)

    def _hear_task(self, sender=None, body=None, headers=None, **_):
        self.tasks.append((sender, body, headers))

    def browser(self, **defaults):
        return Browser(self, **defaults)


def _make_formatter():
    line = settings.LOGGING["formatters"]["line"]
    return import_string(line["class"])(line["format"], style=line["style"])


class Browser(Client):
    """A browser whose URLs are all collected: requested, redirected to, and linked on a page.

    It stays on the page that a fault of ours answers with, as any browser does.
    """

    def __init__(self, listener, **defaults):
        super().__init__(**{"raise_request_exception": False, **defaults})
        self._listener = listener

    def request(self, **request):
        listener, method = self._listener, request["REQUEST_METHOD"]
        listener.addresses.append(f"{request.get('PATH_INFO')}?{request.get('QUERY_STRING', '')}")
        answer = super().request(**request)
        listener.headers += [f"{name}: {value}" for name, value in answer.items()]
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = content.decode("utf-8", "replace")
        if answer.get("Content-Type", "").startswith("text/html"):
            listener.addresses += ADDRESSES.findall(text)
        listener.pages.append(text)
        visit = (_key_of(request["PATH_INFO"]), method)
        listener.statuses.setdefault(answer.status_code, set()).add(visit)
        if _is_done(answer):
            listener.visits.add(visit)
        return answer


def _key_of(path):
    try:
        return key_of(path)
    except Resolver404:
        return ""


def _is_done(answer):
    """Return whether the page did its job: no refusal, no field with an error, no sign-in."""
    if answer.status_code >= 400 or answer.get("Location", "").startswith(SIGN_IN_PAGES):
        return False
    form = answer.context.get("form") if answer.context else None
    return not getattr(form, "errors", None)
