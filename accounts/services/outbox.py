"""Queue messages in the transaction of the act that causes them, and send emails that are due.

`texts` sends the text messages, because only workers need the client of the gateway.
"""

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Message, User
from portal.foundation.clock import DatabaseNow, database_now
from portal.foundation.transactions import in_durable_transaction

logger = logging.getLogger(__name__)

BATCH = 50
LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 12
FIRST_RETRY = timedelta(seconds=20)
LONGEST_RETRY = timedelta(hours=2)


def queue_account_mail(*, account: User | None, to_address: str, subject: str, body: str) -> Message:
    """Queue one rendered email. A worker sends it soon; its text is deleted once it is sent."""
    return Message.objects.create(account=account, to_address=to_address, subject=subject[:200], body=body)


def queue_notice_mail(*, accounts: Iterable[User], template: str, context: dict[str, str]) -> list[Message]:
    """Queue one message for each account, rendered later from `template`; return the main messages.

    The context must not contain personal data. Each account gets an email or a text message, as it chose. An
    account that chose both gets an email, and a text message whose `paired_email` is that email. Takes one
    statement, or two if some accounts chose both.
    """
    accounts = list(accounts)
    queued = Message.objects.bulk_create(
        Message(
            account=account,
            channel=_main_channel(account),
            language=account.language,
            template=template,
            context=context,
        )
        for account in accounts
    )
    Message.objects.bulk_create(
        Message(
            account=account,
            channel=Message.Channel.TEXT,
            paired_email=message,
            language=account.language,
            template=template,
            context=context,
        )
        for account, message in zip(accounts, queued, strict=True)
        if account.notification_channel == User.NotificationChannel.BOTH and can_text(account)
    )
    return queued


def queue_code_text(*, account: User, to_phone: str, body: str, not_after: datetime) -> Message:
    """Queue a text message with a code to an unconfirmed number. Its text is deleted once it is sent.

    Deletes an earlier code that is still queued.
    """
    Message.objects.filter(account=account, state=Message.State.DUE, not_after__isnull=False).delete()
    return Message.objects.create(
        account=account,
        channel=Message.Channel.TEXT,
        to_phone=to_phone,
        language=account.language,
        body=body,
        not_after=not_after,
    )


def can_text(account: User) -> bool:
    """Return whether there is a gateway, and the account asked for texts and confirmed its number."""
    return bool(settings.SMS_URL) and account.receives_texts


def _main_channel(account: User) -> Message.Channel:
    by_text = account.notification_channel == User.NotificationChannel.TEXT and can_text(account)
    return Message.Channel.TEXT if by_text else Message.Channel.EMAIL


def queue_deletion_mail(*, account: User) -> Message:
    """Queue the last email to an account that is being deleted, to its current address."""
    return Message.objects.create(
        account=account,
        to_address=account.email,
        language=account.language,
        template="account/email/account_deleted",
    )


def send_due() -> int:
    """Send every email that is due; return how many the mail server accepted.

    Each email is claimed with a lease first, so that two workers do not send the same one. If a worker is
    killed between the server's answer and our commit, the email is sent again with the same Message-ID.
    """
    sent = 0
    while claimed := claim(channel=Message.Channel.EMAIL, limit=BATCH):
        sent += _send_batch(claimed)
    return sent


@in_durable_transaction
def claim(*, channel: Message.Channel, limit: int) -> list[Message]:
    """Claim the messages of that channel that have been due the longest, for the length of the lease.

    Locks: the messages, skipping those that are locked.
    """
    due = (
        Message.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("account")
        .filter(channel=channel, state=Message.State.DUE, next_attempt_at__lte=DatabaseNow())
        .order_by("next_attempt_at")[:limit]
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
            record_failure(message=message, error=error)
        return 0
    try:
        return sum(_send_one(message, mail_server) for message in claimed)
    finally:
        mail_server.close()


def _send_one(message: Message, mail_server: BaseEmailBackend) -> int:
    try:
        mail_server.send_messages([_render(message)])
    except Exception as error:
        mail_server.close()
        # Record every error: a message that cannot be rendered or sent must not stay first in the queue.
        record_failure(message=message, error=error)
        if not isinstance(error, smtplib.SMTPException | OSError | ValueError):
            raise
        return 0
    record_sent(message)
    return 1


def _render(message: Message) -> EmailMessage:
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


def record_sent(message: Message) -> None:
    """Mark the message as sent, and delete its text, which may contain a sign-in link."""
    Message.objects.filter(pk=message.pk, channel=message.channel).update(
        state=Message.State.SENT, sent_at=DatabaseNow(), last_error="", **_build_blanks(message)
    )


def record_failure(*, message: Message, error: Exception) -> None:
    """Schedule the next attempt: the wait doubles from 20 seconds up to two hours. Give up after twelve."""
    attempts, why = message.attempts + 1, type(error).__name__
    wait = min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY)
    Message.objects.filter(pk=message.pk, channel=message.channel).update(
        state=Message.State.DUE, next_attempt_at=database_now() + wait, last_error=why
    )
    logger.warning("Message %s not sent: %s", message.public_id, why)
    if attempts >= MAX_ATTEMPTS:
        mark_failed(message=message, why=why)


def mark_failed(*, message: Message, why: str) -> None:
    """Stop trying to send the message. A text message without a paired email becomes an email, once.

    `why` is one word, without a phone number or an address.
    """
    rows = Message.objects.filter(pk=message.pk, channel=message.channel)
    if message.channel == Message.Channel.TEXT and message.template and message.paired_email_id is None:
        rows.update(
            channel=Message.Channel.EMAIL,
            text_failed_at=DatabaseNow(),
            attempts=0,
            next_attempt_at=DatabaseNow(),
            last_error=why,
        )
    else:
        rows.update(state=Message.State.FAILED, last_error=why, **_build_blanks(message))
    logger.warning("Message %s given up: %s", message.public_id, why)


def _build_blanks(message: Message) -> dict[str, str]:
    """Return the fields to empty once a message is sent or given up. Keeps an account or an address."""
    blanked = {"subject": "", "body": "", "to_phone": ""}
    return blanked | {"to_address": ""} if message.account_id else blanked
