"""The outbox: queueing mail inside the act that causes it, and sending what is due."""

import logging
import smtplib
from collections.abc import Iterable
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Message, User
from policy.clock import DatabaseNow, database_now
from policy.transactions import in_durable_transaction

logger = logging.getLogger(__name__)

BATCH = 50
LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 12
FIRST_RETRY = timedelta(seconds=20)
LONGEST_RETRY = timedelta(hours=2)


def queue_account_mail(*, account: User | None, to_address: str, subject: str, body: str) -> Message:
    """Owes one drawn e-mail to an address. Sent by the next sweep; its text is blanked once sent."""
    return Message.objects.create(account=account, to_address=to_address, subject=subject[:200], body=body)


def queue_notice_mail(*, accounts: Iterable[User], template: str, context: dict[str, str]) -> list[Message]:
    """Owes each account one e-mail drawn later from `template`. The context names nobody. One statement."""
    return Message.objects.bulk_create(
        Message(account=account, language=account.language, template=template, context=context)
        for account in accounts
    )


def queue_goodbye(*, account: User) -> Message:
    """Owes the last mail to an account that is being deleted, to the address that it has until then."""
    return Message.objects.create(
        account=account,
        to_address=account.email,
        language=account.language,
        template="account/email/account_deleted",
    )


def send_due() -> int:
    """Sends every message that is due; returns how many the mail server took.

    Each is claimed under a lease first, so two workers never send the same one within the lease. After
    a kill between the server's answer and our commit it is sent again under the same Message-ID.
    """
    sent = 0
    while claimed := _claim():
        sent += _send_batch(claimed)
    return sent


@in_durable_transaction
def _claim() -> list[Message]:
    due = (
        Message.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("account")
        .filter(state=Message.State.DUE, next_attempt_at__lte=DatabaseNow())
        .order_by("next_attempt_at")[:BATCH]
    )
    claimed = list(due)
    Message.objects.filter(pk__in=[message.pk for message in claimed]).update(
        next_attempt_at=DatabaseNow() + LEASE, attempts=F("attempts") + 1
    )
    return claimed


def _send_batch(claimed: list[Message]) -> int:
    mail_server = get_connection()
    try:
        mail_server.open()
    except (smtplib.SMTPException, OSError) as error:
        for message in claimed:
            _record_failure(message, error)
        return 0
    try:
        return sum(_send_one(message, mail_server) for message in claimed)
    finally:
        mail_server.close()


def _send_one(message: Message, mail_server: BaseEmailBackend) -> int:
    try:
        mail_server.send_messages([_draw(message)])
    except Exception as error:
        mail_server.close()
        # Recorded whatever it is: a message that nobody can draw or send must not come first for ever.
        _record_failure(message, error)
        if not isinstance(error, smtplib.SMTPException | OSError | ValueError):
            raise
        return 0
    Message.objects.filter(pk=message.pk).update(
        state=Message.State.SENT,
        sent_at=DatabaseNow(),
        subject="",
        body="",
        last_error="",
        to_address=_address_to_keep(message),
    )
    return 1


def _draw(message: Message) -> EmailMessage:
    subject, body = message.subject, message.body
    if message.template:
        with translation.override(message.language):
            context = {**message.context, "portal": settings.PUBLIC_URL, "agency": settings.AGENCY_NAME}
            subject = render_to_string(f"{message.template}_subject.txt", context).strip()
            body = render_to_string(f"{message.template}_message.txt", context).strip()
    to_address = message.to_address or (message.account.email if message.account else "")
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return EmailMessage(
        subject=subject,
        body=body,
        to=[to_address],
        headers={"Message-ID": f"<{message.public_id}@{domain}>", "Auto-Submitted": "auto-generated"},
    )


def _address_to_keep(message: Message) -> str:
    """None where an account says whose mail it was; a row must name one or the other."""
    return "" if message.account_id else message.to_address


def _record_failure(message: Message, error: Exception) -> None:
    """Puts the next try off, doubling from 20 seconds to two hours; gives up after twelve."""
    attempts = message.attempts + 1
    wait = min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY)
    gives_up = attempts >= MAX_ATTEMPTS
    Message.objects.filter(pk=message.pk).update(
        state=Message.State.FAILED if gives_up else Message.State.DUE,
        next_attempt_at=database_now() + wait,
        last_error=type(error).__name__,
        # What will never be sent is not kept either: it may hold a link that signs someone in.
        subject="" if gives_up else message.subject,
        body="" if gives_up else message.body,
        to_address=_address_to_keep(message) if gives_up else message.to_address,
    )
    logger.warning("Message %s not sent: %s", message.public_id, type(error).__name__)
