"""The authentication backend: reads the signed-in account at each request."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet

from accounts.models import User
from portal.foundation.compiled_queries import compiled_query
from portal.foundation.text_normalization import normalize_password


class AccountBackend(AuthenticationBackend):  # type: ignore[misc] # untyped in allauth
    """allauth's backend with a compiled query for the account of a session."""

    def _mitigate_timing_attack(self, password: str) -> None:
        """Hash as often for an unknown address as `User.check_password` does for a known one."""
        for text in dict.fromkeys([normalize_password(password), password]):
            make_password(text)

    def get_user(self, user_id: int) -> User | None:
        """Return the account, or None if it was closed or deleted since sign-in."""
        account = _accounts.first(user_id)
        return account if account and self.user_can_authenticate(account) else None


@compiled_query
def _accounts(user_id: int) -> QuerySet[User]:
    return User.objects.filter(pk=user_id)
