"""The outbox: each email and text message is a row, stored in the transaction that causes it."""

from django.db import models
from django.db.models import Q

from accounts.models.user import User
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel


class Message(PublicModel):
    """One message to send. Workers claim due rows with a lease, so a lost broker message loses no mail.

    Account security mail is rendered at once into `subject` and `body`, which are emptied after sending
    because they may contain a sign-in link. The worker renders all other messages from `template` and from
    `context`, which contains no personal data.
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
    paired_email = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.CASCADE,
        related_name="text",
        help_text="The email with the same content, if the account chose email and text messages.",
    )
    to_address = models.EmailField(
        max_length=254, blank=True, help_text="If empty, the account's address is used."
    )
    to_phone = models.CharField(
        max_length=16,
        blank=True,
        help_text="Only for text messages. If empty, the account's confirmed number is used.",
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
        null=True, blank=True, help_text="When the code in this text message expires."
    )
    text_failed_at = models.DateTimeField(
        null=True, blank=True, help_text="When this email replaced a text message that failed."
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
                condition=Q(channel="email", to_phone="", paired_email=None, not_after=None)
                | Q(channel="text", account__isnull=False, to_address="", text_failed_at=None),
                name="message_fits_its_channel",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.public_id}"
