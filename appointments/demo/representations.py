"""Sample representations: one that was requested, and one for each way to end."""

from collections.abc import Callable
from datetime import timedelta

from accounts.models import Case, Representation, RepresentativeProfile, User
from accounts.services.passcodes import create_for_client
from appointments.representation.services import answer, expiry, leave, passcode_request
from portal.foundation.clock import agency_today

People = dict[str, User]


def seed_representations(people: People) -> None:
    """Create the missing representations with the real services. Skips cases that already have one."""
    for receipt_number, create in EXAMPLES.items():
        case = Case.objects.select_related("requestor").get(receipt_number=receipt_number)
        if not case.representations.exists():
            create(case, people)


def _request(case: Case, representative: User) -> Representation:
    code, _passcode = create_for_client(account=_get_client(case), case=case)
    return passcode_request.request_with_passcode(
        account=representative, receipt_number=case.receipt_number, passcode=code
    )


def _accept(case: Case, representative: User) -> Representation:
    return answer.accept(account=_get_client(case), representation=_request(case, representative))


def _create_requested(case: Case, people: People) -> None:
    _request(case, people["maya"])


def _create_withdrawn(case: Case, people: People) -> None:
    leave.withdraw(account=people["maya"], representation=_request(case, people["maya"]))


def _create_declined(case: Case, people: People) -> None:
    answer.decline(account=_get_client(case), representation=_request(case, people["maya"]))


def _create_revoked(case: Case, people: People) -> None:
    leave.revoke(account=_get_client(case), representation=_accept(case, people["maya"]))


def _create_superseded(case: Case, people: People) -> None:
    _accept(case, people["maya"])
    _accept(case, people["samuel"])


def _create_expired(case: Case, people: People) -> None:
    """Accept while the accreditation is valid, then let its last day pass."""
    profile = RepresentativeProfile.objects.filter(user=people["ruth"])
    [ended_on] = profile.values_list("accreditation_expires_on", flat=True)
    profile.update(accreditation_expires_on=agency_today() + timedelta(days=1))
    _accept(case, people["ruth"])
    profile.update(accreditation_expires_on=ended_on)
    expiry.expire_representations()


def _get_client(case: Case) -> User:
    if case.requestor is None:
        raise ValueError("Only a case of an applicant in the plan can have a sample representation.")
    return case.requestor


# The representation that ended with its case belongs to one of the attorney's clients (caseload.py).
EXAMPLES: dict[str, Callable[[Case, People], None]] = {
    "IOE9900000102": _create_requested,
    "IOE9900000103": _create_withdrawn,
    "IOE9900000104": _create_declined,
    "IOE9900000113": _create_revoked,
    "IOE9900000117": _create_expired,
    "IOE9900000161": _create_superseded,
}
