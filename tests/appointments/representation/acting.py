"""A representative in force who holds a seat, and every act that ends the representation."""

from accounts.models import Representation, RequestChannel
from accounts.units import Unit
from appointments.notices.facts import Entered, Side
from appointments.representation.services import answer, leave, verification
from appointments.representation.services.end_by_staff import end_for
from appointments.representation.services.paper import enter_paper
from appointments.staff.services.close_case import close_case
from tests.appointments.booking import acts
from tests.factories.accounts import AttorneyFactory, RepresentationFactory, officer_of, requested
from tests.factories.appointments import AppointmentFactory, SlotFactory
from tests.factories.policy import reason

Status = Representation.Status


class Acting:
    """A case with a representative in force, who stated a reason and holds a seat for the client."""

    def __init__(self, representative=None):
        self.appointment, self.slot = AppointmentFactory(), SlotFactory()
        self.case = self.appointment.case
        self.client = self.case.requestor
        self.row = RepresentationFactory(case=self.case, representative=representative or AttorneyFactory())
        self.attorney = self.row.representative
        acts.state_reason(
            account=self.attorney, appointment=self.appointment, reason=reason(), explanation=""
        )
        self.hold = acts.hold(account=self.attorney, appointment=self.appointment, slot=self.slot)
        self.page = f"/reservations/{self.hold.public_id}/"


def revoke(acting):
    leave.revoke(account=acting.client, representation=acting.row)


def withdraw(acting):
    leave.withdraw(account=acting.attorney, representation=acting.row)


def supersede(acting):
    answer.accept(account=acting.client, representation=requested(case=acting.case))


def supersede_by_paper(acting):
    enter_paper(
        actor=officer_of(Unit.CONTACT_CENTER), case=acting.case, email=AttorneyFactory().email, note="Mail."
    )


def end_verification(acting):
    profile = acting.attorney.representative_profile
    verification.end_verification(
        actor=officer_of(Unit.NBC_ADOPTIONS),
        profile=profile,
        seen_at=profile.verified_at,
        rejection="not_active",
        note="Suspended",
    )


def end_for_the_client(acting):
    end_for(
        actor=officer_of(Unit.CONTACT_CENTER),
        representation=acting.row,
        seen=Status.IN_FORCE,
        entered=Entered(Side.CLIENT, RequestChannel.PHONE),
        note="Called.",
    )


def close(acting):
    close_case(actor=officer_of(Unit.CONTACT_CENTER), case=acting.case, status="closed", note="Decided.")


ENDINGS = {
    revoke: Status.REVOKED,
    withdraw: Status.WITHDRAWN,
    supersede: Status.SUPERSEDED,
    supersede_by_paper: Status.SUPERSEDED,
    close: Status.CLOSED,
    end_verification: Status.EXPIRED,
    end_for_the_client: Status.REVOKED,
}
