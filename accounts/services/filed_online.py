"""Add cases that were filed online to the account that verified the email address used for filing.

Exception: a case whose former owner deleted their account can only be added with an access code.
"""

from django.db import connection

from accounts.models import Case, User
from accounts.queries import list_filed_cases
from portal.foundation.transactions import in_durable_transaction

# Imports take this lock exclusively while they attach cases. Other code that attaches cases, or changes the
# kind of an account, shares it. The number is arbitrary.
LOCK_KEY = 7_301_184_003


def wait_for_imports() -> None:
    """Wait until no import is attaching cases, and block new ones until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK_KEY])


@in_durable_transaction
def attach_filed_cases(*, account: User) -> int:
    """Add the cases filed with a verified address of this requestor's account; return how many.

    Cases that already have an account are left alone.

    Locks: imports (shared), account, then the cases by key.
    Raises: Busy.
    """
    wait_for_imports()
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    if account.kind != User.Kind.REQUESTOR or not account.is_active:
        return 0
    waiting = list_filed_cases(account).select_for_update(no_key=True, of=("self",)).order_by("pk")
    keys = [case.pk for case in waiting.only("pk")]
    return Case.objects.filter(pk__in=keys).update(requestor=account)
