"""Store sessions in PostgreSQL. They end after 30 minutes without a request, and 12 hours after signing in.

A session is renewed by one statement, and at most once a minute.
"""

import re
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from portal.foundation.compiled_queries import compiled_query

# So a session may end this much earlier than SESSION_COOKIE_AGE after the last request.
RENEW_AFTER = timedelta(minutes=1)
BEGAN_AT = "began_at"
KEY = re.compile(r"[a-z0-9]{32}")


@compiled_query
def _live(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(DatabaseStore):
    """Django's database store with its own renewal and end. A page that only reads commits nothing."""

    # When the session ends if it is not renewed again; None before it is read.
    ends_at: datetime | None = None

    def _validate_session_key(self, key: str | None) -> bool:
        """Reject malformed keys before querying: a NUL byte in the cookie would raise a database error."""
        return bool(key and KEY.fullmatch(key))

    def load(self) -> dict[str, Any]:
        row = _live.first(self.session_key, timezone.now()) if self.session_key else None
        if row is None:
            self._session_key = None
            return {}
        data: dict[str, Any] = self.decode(row.session_data)
        renewed = timezone.now() + timedelta(seconds=_seconds_left(data))
        self.ends_at = row.expire_date
        if renewed - row.expire_date >= RENEW_AFTER:
            self.modified, self.ends_at = True, renewed
        return data

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 (Django's signature)
        """Save the session. Raises UpdateError if it has ended, for example by signing out in another tab."""
        self._get_session(no_load=must_create).setdefault(BEGAN_AT, time.time())  # type: ignore[attr-defined] # Django keeps it out of the stubs
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        row = self.create_model_instance(dict(self.items()))
        renewed = self.model.objects.filter(pk=row.pk).update(
            session_data=row.session_data, expire_date=row.expire_date
        )
        if not renewed:
            raise UpdateError

    def cycle_key(self) -> None:
        """Take a new key. The twelve hours begin with signing in; a new password does not restart them."""
        is_signing_in = SESSION_KEY not in self
        super().cycle_key()
        if is_signing_in:
            self[BEGAN_AT] = time.time()

    def get_session_cookie_age(self) -> int:
        """Return the seconds from now to the end of the session if there is no further request."""
        return _seconds_left(dict(self.items()))

    @property
    def can_be_extended(self) -> bool:
        """Return whether another request would move the end: not in the last half hour of the twelve."""
        return self.get_session_cookie_age() >= settings.SESSION_COOKIE_AGE


def _seconds_left(data: dict[str, Any]) -> int:
    began_at = float(data.get(BEGAN_AT, time.time()))
    until_longest_age = int(began_at + settings.SESSION_LONGEST_AGE - time.time())
    return max(0, min(settings.SESSION_COOKIE_AGE, until_longest_age))
