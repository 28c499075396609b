"""Cases with a history, and the sentences that a reader finds in it."""

from datetime import timedelta

from django.utils import translation

from accounts.models import AccessCode, Case, Representation
from appointments.cases.presenters.history import build_history
from appointments.cases.queries import get_history_entries, list_history_keys
from appointments.representation.services import answer
from appointments.representation.services.invite import invite
from portal.foundation.clock import database_now
from tests.factories.accounts import AttorneyFactory, PersonFactory, requested
from tests.factories.appointments import AppointmentFactory, SeriesFactory

Origin = Representation.Origin


def person_on(case, name="Ana Ruiz"):
    return AppointmentFactory(series=SeriesFactory(person=PersonFactory(case=case, name=name)))


def list_sentences(case, reader=None):
    """Return the case history as the reader sees it, newest first. The client is the default reader."""
    case = Case.objects.get(pk=case.pk)
    reader = reader or case.requestor
    with translation.override("en"):
        entries = get_history_entries(list_history_keys(case, reader))
        return [entry.text for entry in build_history(entries, reader)]


def make_maya(**fields):
    return AttorneyFactory(name="Maya Chen", **fields)


def put_in_force(case, representative=None, **fields):
    """Create a representation that was accepted, so that the representative may read the case."""
    row = requested(case=case, representative=representative or make_maya(), **fields)
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


def accept_invitation(case):
    invite(account=case.requestor, case=case, email=make_maya(email="maya@firm.example").email)
    row = Representation.objects.get()
    return answer.accept(account=row.representative, representation=row)


def decline(row):
    answer.decline(account=row.case.requestor, representation=row)
