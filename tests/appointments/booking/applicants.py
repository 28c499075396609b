"""An applicant with a recognizable name, address and number, who states a reason."""

from accounts.models import Person
from policy.models import GoodCauseReason
from tests.appointments.booking import acts
from tests.factories.scenarios import applicant_with_times

ADDRESS, NAME, PHONE = "canary.quetzal@example.org", "Canary Quetzalcoatl", "+14155550132"


def make_applicant():
    """Return (account, appointment, free slots); name, address and number of the account are recognizable."""
    user, appointment, slots = applicant_with_times(
        email=ADDRESS, name=NAME, phone=PHONE, notification_channel="both"
    )
    # The case has a name of its own, which must not hide the name of the account.
    Person.objects.update(name="Someone Else")
    Person.pgh_event_model.objects.update(name="Someone Else")
    case = appointment.series.person.case
    case.filed_by_email = ADDRESS
    case.save()
    return user, appointment, slots


def state(user, appointment):
    reason = GoodCauseReason.objects.in_force().get(code="ILLNESS")
    acts.state_reason(account=user, appointment=appointment, reason=reason, explanation="A fever")
