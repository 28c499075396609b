"""Check whether staff can act on a case."""

from accounts.models import Case, User
from accounts.units import StaffPowers


class NotYours(Exception):
    """The account cannot act on this case, or no longer can. Public pages answer 404."""


def check_staff_may_act(*, actor: User, case: Case) -> StaffPowers:
    """Check that the actor can act on the case, and return their current powers. Two statements.

    Call this under the locks, because the actor may have just left the unit. The case must be loaded with its
    form type.

    Raises: NotYours.
    """
    powers = User.objects.get(pk=actor.pk).powers
    if not powers.can_act(is_adoption=case.form_type.is_adoption):
        raise NotYours
    return powers
