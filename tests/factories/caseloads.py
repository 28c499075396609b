"""Clients of a representative, for tests of the caseload and of bulk reschedules."""

from datetime import timedelta

from accounts.models import Representation
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import AttorneyFactory, CaseFactory, PersonFactory, RepresentationFactory
from tests.factories.appointments import AppointmentFactory, SeriesFactory, SlotFactory
from tests.factories.policy import reason
from tests.factories.texts import WORDS


def client_of(attorney, *, name="", ahead=timedelta(days=5), case=None, slot=None, **fields):
    """Create a scheduled appointment of a new client whom the attorney represents."""
    case = case or CaseFactory()
    RepresentationFactory(case=case, representative=attorney)
    series = SeriesFactory(person=PersonFactory(case=case, name=name or WORDS["client"]))
    return AppointmentFactory(series=series, slot=slot or SlotFactory(ahead=ahead), **fields)


def clients_of(attorney, count, **fields):
    return [client_of(attorney, name=f"Client {number}", **fields) for number in range(count)]


def end_representation(appointment):
    """Take away the attorney's access: no representation of the case is in force."""
    now = database_now()
    Representation.objects.filter(case=appointment.case).update(in_force_from=now + timedelta(days=365))


def hold_for(attorney, appointment, *, slot=None, state=True):
    """Give a reason and hold a seat as the attorney."""
    if state:
        acts.state_reason(account=attorney, appointment=appointment, reason=reason(), explanation="")
    return acts.hold(
        account=attorney, appointment=appointment, slot=slot or SlotFactory(ahead=timedelta(days=8))
    )


__all__ = ["AttorneyFactory", "client_of", "clients_of", "end_representation", "hold_for"]
