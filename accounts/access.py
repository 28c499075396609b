"""The door from (account, public id) to a case. What is not yours does not exist: 404."""

from uuid import UUID

from django.http import Http404

from accounts.models import Case, User


def get_case(*, user: User, public_id: UUID) -> Case:
    """The case, if the account may act on it now. Raises Http404 otherwise, whatever the cause."""
    case = (
        Case.objects.for_account(user)
        .select_related("form_type__contact_route")
        .filter(public_id=public_id)
        .first()
    )
    if case is None:
        raise Http404
    return case
