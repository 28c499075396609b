"""Changes between the hold and its confirmation: the state at the confirmation decides."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from accounts.models import RepresentativeProfile
from appointments.booking.errors import HoldEnded, NotYours, ReasonMissing, Refused, SeatRefused
from appointments.eligibility import RefusalCode, SeatRefusal
from appointments.models import Slot
from appointments.staff.services import staff_reschedule
from policy.models import GoodCauseReason
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import UserFactory
from tests.factories.appointments import AppointmentFactory, SlotFactory
from tests.factories.policy import FormTypeVersionFactory, PolicyVersionFactory, reason
from tests.support.clock import clock_stopped_at, stop_clock_at
from tests.support.races import Started, locked_by_another


def confirm_is_refused(account, held, refusal):
    with pytest.raises(refusal) as refused:
        acts.confirm(account=account, reservation=held)
    return refused.value


def test_an_expired_hold_is_not_confirmed(account, held, stated, shift_clock, nothing_changes):
    shift_clock(timedelta(minutes=10))

    with nothing_changes():
        confirm_is_refused(account, held, HoldEnded)


def test_a_hold_is_confirmed_until_the_last_microsecond_and_not_at_its_end(account, held, stated):
    with clock_stopped_at(held.expires_at):
        confirm_is_refused(account, held, HoldEnded)

    with clock_stopped_at(held.expires_at - timedelta(microseconds=1)):
        assert acts.confirm(account=account, reservation=held).rescheduled_at < held.expires_at


def test_a_reschedule_is_confirmed_exactly_twelve_hours_ahead(account, appointment, slot, stated):
    deadline = appointment.slot.starts_at - timedelta(hours=12)
    with clock_stopped_at(deadline - timedelta(minutes=1)):
        held = acts.hold(account=account, appointment=appointment, slot=slot)

    with clock_stopped_at(deadline):
        assert acts.confirm(account=account, reservation=held).rescheduled_at == deadline


def test_a_released_hold_is_not_confirmed(account, held, stated, nothing_changes):
    acts.release(account=account, reservation=held)

    with nothing_changes():
        confirm_is_refused(account, held, HoldEnded)


def test_someone_elses_hold_is_not_confirmed(attorney, held, stated, nothing_changes):
    with nothing_changes():
        confirm_is_refused(attorney, held, HoldEnded)


def test_without_a_reason_nothing_is_confirmed(account, held, nothing_changes):
    with nothing_changes():
        confirm_is_refused(account, held, ReasonMissing)


def test_another_accounts_reason_does_not_serve(attorney, account, appointment, held, nothing_changes):
    acts.state_reason(account=attorney, appointment=appointment, reason=reason(), explanation="")

    with nothing_changes():
        confirm_is_refused(account, held, ReasonMissing)


def test_a_reason_that_is_no_longer_offered_does_not_serve(account, held, stated, nothing_changes):
    GoodCauseReason.objects.filter(pk=stated.reason_id).update(ended_at=database_now())

    with nothing_changes():
        confirm_is_refused(account, held, ReasonMissing)


def test_another_reason_needs_an_explanation(account, appointment, held, nothing_changes):
    acts.state_reason(account=account, appointment=appointment, reason=reason("OTHER"), explanation="  ")

    with nothing_changes():
        confirm_is_refused(account, held, ReasonMissing)


def test_a_slot_closed_since_is_refused(account, held, stated, nothing_changes):
    Slot.objects.filter(pk=acts.seat_of(held).slot_id).update(closed_at=database_now())

    with nothing_changes():
        assert confirm_is_refused(account, held, SeatRefused).causes == (SeatRefusal.SLOT_CLOSED,)


def test_a_closed_current_slot_does_not_prevent_a_reschedule(account, held, stated):
    Slot.objects.filter(pk=acts.seat_of(held).appointment.slot_id).update(closed_at=database_now())

    assert acts.confirm(account=account, reservation=held).number == 1


def test_a_new_cutoff_in_force_since_decides(account, held, stated, nothing_changes):
    PolicyVersionFactory(effective_at=database_now(), online_cutoff=timedelta(days=5))

    with nothing_changes():
        refused = confirm_is_refused(account, held, Refused)

    assert refused.decision.codes == {RefusalCode.WITHIN_12_HOURS}


def test_a_new_cutoff_decides_on_the_new_slot_too(account, reference_data):
    appointment = AppointmentFactory(slot__ahead=timedelta(days=30), series__person__case__requestor=account)
    acts.state_reason(account=account, appointment=appointment, reason=reason(), explanation="")
    held = acts.hold(account=account, appointment=appointment, slot=SlotFactory(ahead=timedelta(days=6)))
    PolicyVersionFactory(effective_at=database_now(), online_cutoff=timedelta(days=7))

    assert confirm_is_refused(account, held, SeatRefused).causes == (SeatRefusal.SLOT_TOO_SOON,)


def test_an_upcoming_policy_version_changes_nothing_yet(account, held, stated):
    later = PolicyVersionFactory(effective_at=database_now() + timedelta(minutes=1), reschedule_cap=0)

    assert acts.confirm(account=account, reservation=held).policy_version != later


def test_a_reschedule_keeps_the_version_it_was_decided_under(account, held, stated):
    reschedule = acts.confirm(account=account, reservation=held)
    decided_under = reschedule.policy_version
    PolicyVersionFactory(effective_at=database_now(), reschedule_cap=1)

    reschedule.refresh_from_db()
    assert reschedule.policy_version == decided_under
    with pytest.raises(Refused) as refused:
        acts.hold(account=account, appointment=reschedule.to_appointment, slot=SlotFactory())
    assert refused.value.decision.codes == {RefusalCode.RESCHEDULE_LIMIT}


def test_a_form_type_disabled_since_is_refused(account, held, stated, nothing_changes):
    FormTypeVersionFactory(effective_at=database_now(), online_from=None)

    with nothing_changes():
        refused = confirm_is_refused(account, held, Refused)

    assert refused.decision.codes == {RefusalCode.FORM_NOT_ENABLED}


def test_a_case_closed_since_is_refused(account, held, stated, nothing_changes):
    case = acts.seat_of(held).appointment.series.person.case
    case.status, case.closed_at = "closed", database_now()
    case.save()

    with nothing_changes():
        refused = confirm_is_refused(account, held, Refused)

    assert refused.decision.codes == {RefusalCode.CASE_CLOSED}


def test_an_appointment_that_the_agency_rescheduled_since_is_refused(account, appointment, held, stated):
    staff_reschedule.reschedule_by_agency(actor=None, appointment=appointment, slot=SlotFactory())

    refused = confirm_is_refused(account, held, Refused)

    assert refused.decision.codes == {RefusalCode.NOT_SCHEDULED}


def test_a_third_reschedule_is_refused(account, held, stated):
    first = acts.confirm(account=account, reservation=held)
    scheduled = first.to_appointment
    acts.state_reason(account=account, appointment=scheduled, reason=reason(), explanation="")
    second_hold = acts.hold(account=account, appointment=scheduled, slot=SlotFactory())
    second = acts.confirm(account=account, reservation=second_hold)

    with pytest.raises(Refused) as refused:
        acts.hold(account=account, appointment=second.to_appointment, slot=SlotFactory())

    assert refused.value.decision.codes == {RefusalCode.RESCHEDULE_LIMIT}
    assert refused.value.decision.refusals[0].since == second.rescheduled_at


def test_a_case_detached_since_is_not_yours(account, held, stated, nothing_changes):
    type(acts.seat_of(held).appointment.series.person.case).objects.update(requestor=UserFactory())

    with nothing_changes():
        confirm_is_refused(account, held, NotYours)


@pytest.fixture
def held_by_attorney(attorney, appointment, slot):
    acts.state_reason(account=attorney, appointment=appointment, reason=reason(), explanation="")
    return acts.hold(account=attorney, appointment=appointment, slot=slot)


def test_a_representation_that_ended_since_is_not_yours(
    held_by_attorney, attorney, representation, nothing_changes
):
    representation.status, representation.ended_at = "revoked", database_now()
    representation.save()

    with nothing_changes():
        confirm_is_refused(attorney, held_by_attorney, NotYours)


def test_a_representative_whose_account_was_closed_since_is_not_yours(
    held_by_attorney, attorney, nothing_changes
):
    attorney.is_active = False
    attorney.save()

    with nothing_changes():
        confirm_is_refused(attorney, held_by_attorney, NotYours)


def test_an_accreditation_that_ends_at_midnight_while_the_confirmation_waits_is_not_yours(
    committed_data, attorney, appointment, slot
):
    zone = ZoneInfo(settings.AGENCY_TIME_ZONE)
    midnight = datetime.combine(
        database_now().astimezone(zone).date() + timedelta(days=1), datetime.min.time(), tzinfo=zone
    )
    RepresentativeProfile.objects.filter(user=attorney).update(
        kind=RepresentativeProfile.Kind.ACCREDITED,
        accreditation_expires_on=midnight.date() - timedelta(days=1),
    )
    acts.state_reason(account=attorney, appointment=appointment, reason=reason(), explanation="")
    with clock_stopped_at(midnight - timedelta(minutes=1)):
        held = acts.hold(account=attorney, appointment=appointment, slot=slot)
        with locked_by_another(Slot.objects.filter(pk=slot.pk)):
            confirming = Started(lambda: acts.confirm(account=attorney, reservation=held))
            confirming.until_it_waits_for_a_lock()
            stop_clock_at(midnight)

        assert isinstance(confirming.outcome().error, NotYours)
