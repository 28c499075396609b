"""What a reader finds in a case's history, and some of what stands there."""

from datetime import timedelta

from django.utils import translation

from accounts.models import AccessCode, Case, Representation
from appointments.cases.presenters.history import build_events
from appointments.cases.queries import list_events
from appointments.representation.services import answer
from appointments.representation.services.invite import invite
from portal.foundation.clock import database_now
from tests.factories.accounts import AttorneyFactory, PersonFactory, requested
from tests.factories.appointments import AppointmentFactory, ChainFactory

Origin = Representation.Origin


def person_on(case, name="Ana Ruiz"):
    return AppointmentFactory(series=ChainFactory(person=PersonFactory(case=case, name=name)))


def told(case, reader=None):
    """The sentences that the reader finds, the newest first."""
    case = Case.objects.get(pk=case.pk)
    reader = reader or case.requestor
    with translation.override("en"):
        return [event.text for event in build_events(list_events(case, reader), case, reader)]


def maya(**fields):
    return AttorneyFactory(name="Maya Chen", **fields)


def acting(case, representative=None, **fields):
    """A representation that the client accepted; the representative may read the case."""
    row = requested(case=case, representative=representative or maya(), **fields)
    asked = case.requestor if row.origin == Origin.PASSCODE else row.representative
    return answer.accept(account=asked, representation=row)


def add_with_code(case):
    now = database_now()
    AccessCode.objects.create(
        case=case,
        code_hash=f"{case.pk:064d}",
        issued_at=now - timedelta(days=1),
        expires_at=now + timedelta(days=9),
        used_at=now,
        used_by=case.requestor,
    )


def by_invitation(case):
    invite(account=case.requestor, case=case, email=maya(email="maya@firm.example").email)
    row = Representation.objects.get()
    return answer.accept(account=row.representative, representation=row)


def declined(row):
    answer.decline(account=row.case.requestor, representation=row)
