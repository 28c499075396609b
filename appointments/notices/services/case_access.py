"""Notify an account that it lost a case for now, got it back, or lost it for good."""

from collections.abc import Iterable

from accounts.models import Case, User
from accounts.services import outbox
from appointments.models import Notice
from appointments.notices.facts import CaseAccessEvent


def notify_of_case_access(*, changes: Iterable[tuple[User, Case]], event: CaseAccessEvent) -> None:
    """Write a notice and queue a message for each account and case. The message names no case."""
    changes = list(changes)
    messages = outbox.queue_notice_mail(
        accounts=[account for account, _case in changes],
        template="appointments/notices/email/case_access",
        context={},
    )
    Notice.objects.bulk_create(
        Notice(
            kind=Notice.Kind.CASE_ACCESS,
            addressee=account,
            case=case,
            facts={"event": event, "receipt_number": case.receipt_number},
            email=message,
        )
        for (account, case), message in zip(changes, messages, strict=True)
    )
