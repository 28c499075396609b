"""The demonstration's other representations: one that is asked for, and one for each way to end."""

from collections.abc import Callable
from datetime import timedelta

from accounts.models import Case, Representation, RepresentativeProfile, User
from accounts.services.passcodes import create_for_client
from appointments.representation.services import answer, expiry, leave, passcode_request
from portal.foundation.clock import agency_today

# Each is told on a case that nobody acted on before, by the real services, and only once.
People = dict[str, User]


def seed_representations(people: People) -> None:
    """Adds what is missing. A case on which anyone ever asked to act stays as it is."""
    for receipt_number, view in STORIES.items():
        case = Case.objects.select_related("requestor").get(receipt_number=receipt_number)
        if not case.representations.exists():
            view(case, people)


def _ask(case: Case, representative: User) -> Representation:
    code, _passcode = create_for_client(account=_client(case), case=case)
    return passcode_request.request_with_passcode(
        account=representative, receipt_number=case.receipt_number, passcode=code
    )


def _put_in_force(case: Case, representative: User) -> Representation:
    return answer.accept(account=_client(case), representation=_ask(case, representative))


def _requested(case: Case, people: People) -> None:
    _ask(case, people["maya"])


def _withdrawn(case: Case, people: People) -> None:
    leave.withdraw(account=people["maya"], representation=_ask(case, people["maya"]))


def _declined(case: Case, people: People) -> None:
    answer.decline(account=_client(case), representation=_ask(case, people["maya"]))


def _revoked(case: Case, people: People) -> None:
    leave.revoke(account=_client(case), representation=_put_in_force(case, people["maya"]))


def _superseded(case: Case, people: People) -> None:
    _put_in_force(case, people["maya"])
    _put_in_force(case, people["samuel"])


def _expired(case: Case, people: People) -> None:
    """While the accreditation still held it came into force; then the accreditation's last day passed."""
    profile = RepresentativeProfile.objects.filter(user=people["ruth"])
    [ended_on] = profile.values_list("accreditation_expires_on", flat=True)
    profile.update(accreditation_expires_on=agency_today() + timedelta(days=1))
    _put_in_force(case, people["ruth"])
    profile.update(accreditation_expires_on=ended_on)
    expiry.expire_representations()


def _client(case: Case) -> User:
    if case.requestor is None:
        raise ValueError("Only a case of an applicant of the plan has a story.")
    return case.requestor


# One that ended with the case is among the attorney's clients (caseload.py).
STORIES: dict[str, Callable[[Case, People], None]] = {
    "IOE9900000102": _requested,
    "IOE9900000103": _withdrawn,
    "IOE9900000104": _declined,
    "IOE9900000113": _revoked,
    "IOE9900000117": _expired,
    "IOE9900000161": _superseded,
}
