"""What an account says of its holder: name, telephone, language, and how to be told."""

from contextlib import suppress

from accounts.models import User
from accounts.services import phone_codes
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def change_profile(
    *, account: User, name: str, phone: str, language: str, notification_channel: str | None = None
) -> User:
    """The account with the new facts. Locks the account; changes nothing of one that was deleted meanwhile.

    `phone` is in E.164, or empty; being told by text needs one, which a constraint also says. Another number
    is not confirmed; where texts are wanted, a code for it is owed, unless too many were sent. Without
    `notification_channel` the choice stands, but for want of a number.
    """
    row = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    if row.deleted_at is None:
        if phone != row.phone:
            row.phone_confirmed_at = None
        row.name, row.phone, row.language = name, phone, language
        row.notification_channel = notification_channel or (
            row.notification_channel if phone else User.NotificationChannel.EMAIL
        )
        row.save(update_fields=["name", "phone", "phone_confirmed_at", "language", "notification_channel"])
        if phone_codes.is_requested(row) and phone_codes.find_live(row) is None:
            with suppress(phone_codes.TooManyCodes):
                phone_codes.queue_code(row)
    return row
