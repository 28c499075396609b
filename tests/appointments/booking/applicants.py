"""An applicant with a distinctive name, address and number, who states a reason."""

from accounts.models import Person
from policy.models import GoodCauseReason
from tests.appointments.booking import acts
from tests.factories.scenarios import applicant_with_times

ADDRESS, NAME, PHONE = "canary.quetzal@example.org", "Canary Quetzalcoatl", "+14155550132"


def make_applicant():
    """(account, appointment, free slots), the account with a distinctive name, address and number."""
    user, appointment, slots = applicant_with_times(
        email=ADDRESS, name=NAME, phone=PHONE, notification_channel="both"
    )
    # The name on the case is the agency's; here it must not hide the account's.
    Person.objects.update(name="Someone Else")
    Person.pgh_event_model.objects.update(name="Someone Else")
    case = appointment.series.person.case
    case.filed_by_email = ADDRESS
    case.save()
    return user, appointment, slots


def state(user, appointment):
    reason = GoodCauseReason.objects.in_force().get(code="ILLNESS")
    acts.state_reason(account=user, appointment=appointment, reason=reason, explanation="A fever")
