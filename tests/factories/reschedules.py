"""Moves through the real services, for tests that need an appointment with a past."""

from accounts.models import User
from accounts.units import Unit
from appointments.booking.reschedules import GoodCause
from appointments.staff.services import staff_reschedule
from tests.appointments.booking import acts
from tests.factories.accounts import UserFactory, officer_of
from tests.factories.appointments import SlotFactory
from tests.factories.policy import reason


def reschedule_online(appointment, slot=None):
    """The requestor states a reason, takes a seat and confirms."""
    account = appointment.series.person.case.requestor
    acts.state_reason(account=account, appointment=appointment, reason=reason(), explanation="")
    held = acts.hold(account=account, appointment=appointment, slot=slot or SlotFactory())
    return acts.confirm(account=account, reservation=held)


def reschedule_by_agency(appointment, slot=None):
    return staff_reschedule.reschedule_by_agency(
        actor=UserFactory(kind=User.Kind.STAFF), appointment=appointment, slot=slot or SlotFactory()
    )


def officer_for(appointment):
    """Someone of the unit that acts on the case's form."""
    is_adoption = appointment.series.person.case.form_type.is_adoption
    return officer_of(Unit.NBC_ADOPTIONS if is_adoption else Unit.CONTACT_CENTER)


def reschedule_for_caller(appointment, slot=None):
    return staff_reschedule.reschedule_for_caller(
        actor=officer_for(appointment),
        appointment=appointment,
        slot=slot or SlotFactory(),
        good_cause=GoodCause(reason=reason(), explanation=""),
    )
