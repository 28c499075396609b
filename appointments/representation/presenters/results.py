"""Messages that say what an act on a representation did, to the account that did it."""

from django.utils.translation import gettext as _

from accounts.models import Representation, User
from appointments.notices.services.representations import shown_client_name, shown_representative_name


def describe_accepted(row: Representation, reader: User) -> str:
    if row.representative_id == reader.pk:
        return _describe_new_client(row)
    return _("%(name)s now represents you on this case.") % {"name": shown_representative_name(row)}


def describe_declined(row: Representation, reader: User) -> str:
    if row.representative_id == reader.pk:
        return _("You declined the invitation on case %(number)s.") % {"number": row.case.receipt_number}
    return _("You declined the request of %(name)s.") % {"name": shown_representative_name(row)}


def describe_revoked(row: Representation, reader: User) -> str:
    return _("%(name)s no longer represents you on this case.") % {"name": shown_representative_name(row)}


def describe_withdrawn(row: Representation, reader: User) -> str:
    number = row.case.receipt_number
    if row.in_force_from is None:
        return _("You canceled your request on case %(number)s.") % {"number": number}
    name = shown_client_name(row)
    if name:
        return _("You no longer represent %(name)s (%(number)s).") % {"name": name, "number": number}
    return _("You no longer represent your client on case %(number)s.") % {"number": number}


def describe_requested(row: Representation) -> str:
    """Return what a representative who used a passcode reads next."""
    if row.status == Representation.Status.IN_FORCE:
        return _describe_new_client(row)
    return _("We asked your client to accept your request.")


def _describe_new_client(row: Representation) -> str:
    name, number = shown_client_name(row), row.case.receipt_number
    if name:
        return _("You now represent %(name)s (%(number)s).") % {"name": name, "number": number}
    return _("You now represent your client on case %(number)s.") % {"number": number}
