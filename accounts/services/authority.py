"""May this account act on this case? What a service asks before it acts, and what it raises."""

from accounts.models import Case, User
from accounts.units import StaffPowers


class NotYours(Exception):
    """The account may not act on the case, or no longer: the public answer is 404."""


def check_staff_may_act(*, actor: User, case: Case) -> StaffPowers:
    """The actor's powers as they are in the database now. Two statements. Wants the case with its form type.

    Ask under the locks, so that who left the unit a moment ago no longer acts. Raises NotYours.
    """
    powers = User.objects.get(pk=actor.pk).powers
    if not powers.may_act(is_adoption=case.form_type.is_adoption):
        raise NotYours
    return powers
