"""Whose an e-mail address is: what nobody has confirmed stands in the way of nobody who does."""

from allauth.account.models import EmailAddress
from django.db.models import F, Q, QuerySet

from accounts.models import User


def is_taken(email: str) -> bool:
    """Whether an account is reached at the address. One that it has yet to change to does not count."""
    email = email.lower()
    return (
        User.objects.filter(email=email).exists()
        or EmailAddress.objects.filter(Q(verified=True) | Q(primary=True), email=email).exists()
    )


def find_pending_changes(email: str) -> QuerySet[EmailAddress]:
    """The address where accounts want to change to it, and have not confirmed it."""
    rows: QuerySet[EmailAddress] = EmailAddress.objects.filter(
        email=email.lower(), verified=False, primary=False
    )
    return rows.exclude(user__email=F("email"))


def remove_unconfirmed_signups(email_address: EmailAddress) -> bool:
    """Before an address is confirmed, within the caller's transaction: removes who merely signed up with it.

    That is a requestor's account that never confirmed the address and never signed in. Returns False when
    the address is no longer waited for. Locks the accounts by key, then the address. Raises IntegrityError
    when such an account has left other rows.
    """
    email, own = email_address.email, email_address.user_id
    accounts = User.objects.filter(Q(pk=own) | Q(email=email)).order_by("pk").select_for_update(of=("self",))
    others = [account for account in accounts if account.pk != own]
    waiting = EmailAddress.objects.select_for_update().filter(pk=email_address.pk, email=email)
    if not waiting.values_list("pk", flat=True):
        return False
    for account in others:
        if _never_used(account):
            account.delete()
    return True


def _never_used(account: User) -> bool:
    is_requestors = account.kind == User.Kind.REQUESTOR and account.deleted_at is None
    verified = EmailAddress.objects.filter(user=account, verified=True)
    return is_requestors and account.last_login is None and not verified.exists()
