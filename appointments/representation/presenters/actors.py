"""Who did something, as the public reads of them."""

from django.utils.translation import gettext as _

from accounts.models import User


def describe_actor(account: User, reader: User) -> str:
    """The name, and whether it is the reader. Of staff the public reads that it was the agency."""
    if account.kind == User.Kind.STAFF:
        return _("the agency")
    if account.pk == reader.pk:
        return _("%(name)s (you)") % {"name": account.display_name}
    return account.display_name
