"""The authentication backend: reads the signed-in account at each request."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from accounts.models import User
from portal.foundation.compiled_queries import compiled_query


class AccountBackend(AuthenticationBackend):  # type: ignore[misc] # untyped in allauth
    """allauth's backend with a compiled query for the account of a session."""

    def get_user(self, user_id: int) -> User | None:
        """Return the account, or None if it was closed or deleted since sign-in."""
        account = _accounts.first(user_id)
        return account if account and self.user_can_authenticate(account) else None


@compiled_query
def _accounts(user_id: int) -> QuerySet[User]:
    return User.objects.filter(pk=user_id)
