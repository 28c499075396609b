"""Change the profile of an account: name, phone number, language and notification channel."""

from contextlib import suppress

from accounts import queries
from accounts.models import User
from accounts.services import phone_codes
from accounts.services.representative_names import change_name
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def update_profile(
    *, account: User, name: str, phone: str, language: str, notification_channel: str | None = None
) -> User:
    """Save the profile and return the account. Does nothing if the account was deleted in the meantime.

    `phone` is in E.164, or empty. Text messages need a number; a constraint checks this too. A new number is
    not confirmed: if the account wants texts, a code is queued, unless too many were sent. Without
    `notification_channel` the current choice is kept, or changed to email if there is no number.

    A verified representative keeps the verified name until staff verify the new one.

    Locks: account, then the representative's application.
    """
    row = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    if row.deleted_at is None:
        if phone != row.phone:
            row.phone_confirmed_at = None
        change_name(account=row, name=name)
        row.phone, row.language = phone, language
        row.notification_channel = notification_channel or (
            row.notification_channel if phone else User.NotificationChannel.EMAIL
        )
        row.save(update_fields=["name", "phone", "phone_confirmed_at", "language", "notification_channel"])
        if phone_codes.needs_phone_code(row) and queries.find_usable_phone_code(row) is None:
            with suppress(phone_codes.TooManyPhoneCodes):
                phone_codes.queue_code(account=row)
    return row
