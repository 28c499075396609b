"""The outbox: queueing messages inside the act that causes them, and sending mail that is due.

Text messages that are due are sent by `texts`, for only a worker needs what talks to their gateway.
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
    """Owes one drawn e-mail to an address. Sent by the next sweep; its text is blanked once sent."""
    return Message.objects.create(account=account, to_address=to_address, subject=subject[:200], body=body)


def queue_notice_mail(*, accounts: Iterable[User], template: str, context: dict[str, str]) -> list[Message]:
    """Owes each account one message drawn later from `template`. The context names nobody.

    An email or a text message, as the account chose; of both an email, and a text message `beside` it. One
    statement, and a second one where texts go beside.
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
            beside=message,
            language=account.language,
            template=template,
            context=context,
        )
        for account, message in zip(accounts, queued, strict=True)
        if account.notification_channel == User.NotificationChannel.BOTH and may_text(account)
    )
    return queued


def queue_code_text(*, account: User, to_phone: str, body: str, not_after: datetime) -> Message:
    """Owes a text with a code to a number that is not confirmed yet. Its text is blanked once sent.

    An earlier code that is still waiting is not sent any more.
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


def may_text(account: User) -> bool:
    """Whether texts go to the account: it wants them, the number is confirmed, and there is a gateway."""
    return bool(settings.SMS_URL) and account.receives_texts


def _main_channel(account: User) -> Message.Channel:
    by_text = account.notification_channel == User.NotificationChannel.TEXT and may_text(account)
    return Message.Channel.TEXT if by_text else Message.Channel.EMAIL


def queue_goodbye(*, account: User) -> Message:
    """Owes the last mail to an account that is being deleted, to the address that it has until then."""
    return Message.objects.create(
        account=account,
        to_address=account.email,
        language=account.language,
        template="account/email/account_deleted",
    )


def send_due() -> int:
    """Sends every mail that is due; returns how many the mail server took.

    Each is claimed under a lease first, so two workers never send the same one within the lease. After
    a kill between the server's answer and our commit it is sent again under the same Message-ID.
    """
    sent = 0
    while claimed := claim(Message.Channel.EMAIL, limit=BATCH):
        sent += _send_batch(claimed)
    return sent


@in_durable_transaction
def claim(channel: Message.Channel, *, limit: int) -> list[Message]:
    """The messages of that channel that are due the longest, which nobody else claims within the lease."""
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
            record_failure(message, error)
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
        # Recorded whatever it is: a message that nobody can draw or send must not come first for ever.
        record_failure(message, error)
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
    """The server took it. What it said is forgotten, for it may hold what signs someone in."""
    Message.objects.filter(pk=message.pk, channel=message.channel).update(
        state=Message.State.SENT, sent_at=DatabaseNow(), last_error="", **_blanked(message)
    )


def record_failure(message: Message, error: Exception) -> None:
    """Puts the next try off, doubling from 20 seconds to two hours; gives up after twelve."""
    attempts, why = message.attempts + 1, type(error).__name__
    wait = min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY)
    Message.objects.filter(pk=message.pk, channel=message.channel).update(
        state=Message.State.DUE, next_attempt_at=database_now() + wait, last_error=why
    )
    logger.warning("Message %s not sent: %s", message.public_id, why)
    if attempts >= MAX_ATTEMPTS:
        mark_failed(message, why)


def mark_failed(message: Message, why: str) -> None:
    """No try is made any more. A text that tells alone of a notice becomes an email, exactly once.

    `why` is one word, without a number or an address.
    """
    rows = Message.objects.filter(pk=message.pk, channel=message.channel)
    if message.channel == Message.Channel.TEXT and message.template and message.beside_id is None:
        rows.update(
            channel=Message.Channel.EMAIL,
            text_failed_at=DatabaseNow(),
            attempts=0,
            next_attempt_at=DatabaseNow(),
            last_error=why,
        )
    else:
        rows.update(state=Message.State.FAILED, last_error=why, **_blanked(message))
    logger.warning("Message %s given up: %s", message.public_id, why)


def _blanked(message: Message) -> dict[str, str]:
    """What is not kept once a message was sent or given up. A row must name an account or an address."""
    blanked = {"subject": "", "body": "", "to_phone": ""}
    return blanked | {"to_address": ""} if message.account_id else blanked
