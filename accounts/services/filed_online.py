"""Cases filed online: they belong to the account that verified the address by which they were filed.

But for a case whose account was deleted: an address alone brings it to nobody any more, only a code does.
"""

from allauth.account.models import EmailAddress
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Case, User
from portal.foundation.transactions import in_durable_transaction

# An import asks for it alone while it attaches cases; whoever attaches otherwise, or changes what an account
# is, shares it. Any number will do.
LOCK_KEY = 7_301_184_003


def wait_for_imports() -> None:
    """Returns once no import is attaching cases; none begins to before the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK_KEY])


def has_filed_cases(*, account: User) -> bool:
    """Whether cases filed by a verified address of the account wait for it. Takes no lock."""
    return account.kind == User.Kind.REQUESTOR and _waiting_for(account).exists()


@in_durable_transaction
def attach_filed_cases(*, account: User) -> int:
    """How many cases now belong to the requestor's account because a verified address of it filed them.

    A case that is someone's stays. Waits for an import that is attaching; locks the account, then the
    cases by key. Raises Busy.
    """
    wait_for_imports()
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    if account.kind != User.Kind.REQUESTOR or not account.is_active:
        return 0
    waiting = _waiting_for(account).select_for_update(no_key=True, of=("self",)).order_by("pk")
    keys = [case.pk for case in waiting.only("pk")]
    return Case.objects.filter(pk__in=keys).update(requestor=account)


def _waiting_for(account: User) -> QuerySet[Case]:
    verified = EmailAddress.objects.filter(user=account, verified=True)
    # Deliveries and allauth both keep addresses in lower case.
    addresses = [email.lower() for email in verified.values_list("email", flat=True)]
    past = Case.pgh_event_model.objects  # type: ignore[attr-defined] # made by pghistory
    left = past.filter(pgh_obj=OuterRef("pk"), requestor__deleted_at__isnull=False)
    return Case.objects.filter(
        ~Exists(left), requestor=None, filing_channel=Case.FilingChannel.ONLINE, filed_by_email__in=addresses
    ).exclude(filed_by_email="")
