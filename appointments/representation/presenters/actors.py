"""Names of the people who did something, as the public may read them."""

from django.utils.translation import gettext as _

from accounts.models import User


def describe_actor(account: User, reader: User) -> str:
    """Return the account's name, marked if it is the reader. Staff are called the agency."""
    if account.kind == User.Kind.STAFF:
        return _("the agency")
    if account.pk == reader.pk:
        return _("%(name)s (you)") % {"name": account.display_name}
    return account.display_name
