"""A representative's clients: requests that wait and cases to act on, narrowed down by number or name."""

from django.db.models import Exists, OuterRef, Q

from accounts.models import Person, Representation, User
from accounts.models.representation import RepresentationQuerySet
from appointments.booking.case_search import read_receipt_number


def clients_of(account: User, *, is_good: bool) -> RepresentationQuerySet:
    """Requests first, then those in force, the newest first; out of good standing requests alone."""
    rows = Representation.objects.open().filter(representative=account)
    if not is_good:
        rows = rows.filter(status=Representation.Status.REQUESTED)
    return rows.order_by("-status", "-id")


def filter_clients(rows: RepresentationQuerySet, words: str) -> RepresentationQuerySet:
    """By the beginning of a receipt number, or by any part of a name that the representative may know.

    Before the client accepts nobody learns by searching whose case it is.
    """
    number = read_receipt_number(words)
    if number:
        return rows.filter(case__receipt_number__startswith=number)
    name = " ".join(words.split())
    people = Person.objects.filter(case=OuterRef("case"), name__icontains=name)
    in_force, invited = Representation.Status.IN_FORCE, Representation.Origin.INVITATION
    of_client = Q(case__requestor__name__icontains=name)
    return rows.filter(
        Q(Exists(people), status=in_force) | (of_client & (Q(status=in_force) | Q(origin=invited)))
    )
