"""Decide which account owns an email address. Unconfirmed claims never block a confirmed one."""

from allauth.account.models import EmailAddress
from django.db.models import Q

from accounts.models import User


def remove_unconfirmed_signups(email_address: EmailAddress) -> bool:
    """Delete other accounts that signed up with this address but never confirmed it and never signed in.

    Call this before the address is confirmed, in the same transaction. Returns False if the address is no
    longer waiting for confirmation.

    Locks: the accounts by key, then the address.
    Raises: IntegrityError if such an account has other rows.
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
