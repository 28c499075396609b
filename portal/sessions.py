"""Sessions in PostgreSQL, renewed by one statement, and once a minute instead of at every request."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

# A session may so end this much earlier than SESSION_COOKIE_AGE after the last request.
RENEW_AFTER = timedelta(minutes=1)


class SessionStore(DatabaseStore):
    """Django's own store, but for the renewal. A page that only reads commits nothing."""

    def _get_session_from_db(self) -> Session | None:
        session: Session | None = super()._get_session_from_db()  # type: ignore[misc] # not in the stubs
        if session is not None:
            idle = timedelta(seconds=settings.SESSION_COOKIE_AGE) - (session.expire_date - timezone.now())
            self.modified = self.modified or idle >= RENEW_AFTER
        return session

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 (Django's signature)
        """Raises UpdateError when the session was ended meanwhile, as by signing out in another tab."""
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        row = self.create_model_instance(dict(self.items()))
        renewed = self.model.objects.filter(pk=row.pk).update(
            session_data=row.session_data, expire_date=row.expire_date
        )
        if not renewed:
            raise UpdateError
