"""What an account says of its holder: name, telephone, language, and how to be told."""

from accounts.models import User
from policy.transactions import in_durable_transaction


@in_durable_transaction
def change_profile(*, account: User, name: str, phone: str, language: str, told_by: str) -> User:
    """The account with the new facts. Locks the account; changes nothing of one that was deleted meanwhile.

    `phone` is in E.164, or empty; being told by text needs one, which a constraint also says.
    """
    row = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    if row.deleted_at is None:
        row.name, row.phone, row.language, row.told_by = name, phone, language, told_by
        row.save(update_fields=["name", "phone", "language", "told_by"])
    return row
