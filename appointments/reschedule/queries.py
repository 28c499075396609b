"""A requestor's own cases, and those of them for which no appointment stands."""

from django.db.models import Exists, OuterRef

from accounts.models import Case, User
from accounts.models.case import CaseQuerySet
from appointments.models import Appointment


def own_cases(account: User) -> CaseQuerySet:
    """The cases of the account, the newest first, with their form."""
    return Case.objects.filter(requestor=account).select_related("form_type").order_by("-id")


def cases_without_appointment(account: User) -> CaseQuerySet:
    """Those of them that no list of appointments leads to: nobody on the case has one that stands."""
    scheduled = Appointment.objects.filter(
        series__person__case=OuterRef("pk"), status=Appointment.Status.SCHEDULED
    )
    return own_cases(account).filter(~Exists(scheduled))
