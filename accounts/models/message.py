"""The outbox: every e-mail and text message the portal owes someone is a row, written with its cause."""

from django.db import models
from django.db.models import Q

from accounts.models.user import User
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel


class Message(PublicModel):
    """One message to send. A worker claims it under a lease; a lost broker message costs nothing.

    `body` and `subject` are set for account security mail, which is drawn when it is asked for, and
    blanked once sent, for it may hold a link that signs someone in. All other mail is drawn by the
    worker from `template` and the non-personal `context`.
    """

    class State(models.TextChoices):
        DUE = "due"
        SENT = "sent"
        FAILED = "failed"

    class Channel(models.TextChoices):
        EMAIL = "email"
        TEXT = "text"

    account = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="messages")
    channel = models.CharField(max_length=5, choices=Channel.choices, default=Channel.EMAIL)
    beside = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.CASCADE,
        related_name="text",
        help_text="The email that goes out beside this text message, to who chose both.",
    )
    to_address = models.EmailField(max_length=254, blank=True, help_text="Empty: the account's address.")
    to_phone = models.CharField(
        max_length=16, blank=True, help_text="Of a text message; empty: the account's confirmed number."
    )
    language = models.CharField(max_length=2, default="en")
    template = models.CharField(max_length=60, blank=True)
    context = models.JSONField(default=dict)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=DatabaseNow())
    not_after = models.DateTimeField(
        null=True, blank=True, help_text="When a text message with a code is of no use any more."
    )
    text_failed_at = models.DateTimeField(
        null=True, blank=True, help_text="When this email took the place of a text message."
    )
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=DatabaseNow())
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["channel", "next_attempt_at"], condition=Q(state="due"), name="message_due_by_channel"
            ),
            models.Index(fields=["-id"], condition=Q(state="failed"), name="message_failed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | Q(state__in=["due", "failed"], sent_at=None),
                name="message_sent_at_with_state",
            ),
            models.CheckConstraint(
                condition=~Q(account=None, to_address=""), name="message_has_an_addressee"
            ),
            models.CheckConstraint(
                condition=Q(channel="email", to_phone="", beside=None, not_after=None)
                | Q(channel="text", account__isnull=False, to_address="", text_failed_at=None),
                name="message_fits_its_channel",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.public_id}"
