"""Staff override limits of the public: which limits, which units, the note, and what is recorded."""

from datetime import timedelta

import pytest

from accounts.models import User
from accounts.services.authority import NotYours
from accounts.units import Unit
from appointments.booking.errors import NoteMissing, Refused, SeatRefused
from appointments.booking.invariants import find_violations
from appointments.booking.reschedules import GoodCause
from appointments.eligibility import RefusalCode, SeatRefusal
from appointments.models import Appointment, Reschedule, Slot
from appointments.staff.facts import OVERRIDABLE
from appointments.staff.services import staff_reschedule
from portal.foundation.clock import database_now
from tests.factories.accounts import CaseFactory, PersonFactory, officer_of
from tests.factories.appointments import AppointmentFactory, SeriesFactory, SlotFactory
from tests.factories.policy import reason

LIMIT = RefusalCode.RESCHEDULE_LIMIT
EVERYTHING = frozenset([*RefusalCode, *SeatRefusal])
NOTE = "Hospital called; agreed with the supervisor."


@pytest.fixture
def supervisor(db):
    return officer_of(Unit.CONTACT_CENTER_SUPERVISORS)


def reschedule(actor, appointment, slot, *, override=EVERYTHING, note=NOTE):
    return staff_reschedule.reschedule_for_caller(
        actor=actor,
        appointment=appointment,
        slot=slot,
        good_cause=GoodCause(reason=reason(), explanation=""),
        note=note,
        override=frozenset(override),
    )


@pytest.fixture
def rescheduled_twice(appointment, supervisor):
    for _ in range(2):
        appointment = reschedule(supervisor, appointment, SlotFactory()).to_appointment
    return appointment


def test_a_unit_with_the_power_overrides_the_limit_and_the_reschedule_still_counts(
    rescheduled_twice, supervisor
):
    made = reschedule(supervisor, rescheduled_twice, SlotFactory(), override={LIMIT})

    assert (made.counts, made.number) == (True, 3)
    assert (made.overridden_limits, made.note) == ([LIMIT], NOTE)
    assert made.notices.get().facts["reschedules_left"] == 0
    assert find_violations() == []


def test_nothing_is_overridden_without_a_request(rescheduled_twice, supervisor, nothing_changes):
    slot = SlotFactory()
    with nothing_changes(), pytest.raises(Refused):
        reschedule(supervisor, rescheduled_twice, slot, override=())


@pytest.mark.parametrize("note", ["", "  \n"])
def test_nothing_is_overridden_without_a_note(rescheduled_twice, supervisor, note, nothing_changes):
    slot = SlotFactory()
    with nothing_changes(), pytest.raises(NoteMissing):
        reschedule(supervisor, rescheduled_twice, slot, note=note)


def test_a_unit_without_the_power_overrides_nothing(rescheduled_twice, nothing_changes):
    officer, slot = officer_of(Unit.CONTACT_CENTER), SlotFactory()
    with nothing_changes(), pytest.raises(Refused):
        reschedule(officer, rescheduled_twice, slot)


def test_a_limit_that_did_not_apply_is_not_recorded_as_overridden(appointment, supervisor):
    assert reschedule(supervisor, appointment, SlotFactory()).overridden_limits == []


@pytest.mark.parametrize(
    ("ahead", "limit"),
    [
        (timedelta(hours=2), SeatRefusal.SLOT_TOO_SOON),
        (timedelta(days=90), SeatRefusal.SLOT_BEYOND_HORIZON),
    ],
)
def test_a_seat_too_soon_or_too_far_is_booked_only_by_overriding_that_limit(
    appointment, supervisor, ahead, limit
):
    slot = SlotFactory(ahead=ahead)
    with pytest.raises(SeatRefused):
        reschedule(supervisor, appointment, slot, override=OVERRIDABLE - {limit})
    with pytest.raises(SeatRefused):
        reschedule(officer_of(Unit.CONTACT_CENTER), appointment, slot)

    assert reschedule(supervisor, appointment, slot, override={limit}).overridden_limits == [limit]


@pytest.mark.parametrize("fields", [{"capacity": 0}, {"closed_at": 1}, {"ahead": timedelta(minutes=-1)}])
def test_a_full_closed_or_begun_slot_is_never_booked(appointment, supervisor, fields, nothing_changes):
    if "closed_at" in fields:
        fields = {"closed_at": database_now()}
    slot = SlotFactory(**fields)
    with nothing_changes(), pytest.raises(SeatRefused):
        reschedule(supervisor, appointment, slot)


def test_the_current_slot_is_never_booked_again(appointment, supervisor, nothing_changes):
    with nothing_changes(), pytest.raises(SeatRefused):
        reschedule(supervisor, appointment, appointment.slot)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"slot__ahead": timedelta(minutes=-5)}, RefusalCode.ALREADY_PASSED),
        ({"series__person__case__closed": True}, RefusalCode.CASE_CLOSED),
        ({"status": Appointment.Status.MISSED}, RefusalCode.NOT_SCHEDULED),
    ],
)
def test_what_began_ended_or_was_closed_is_never_rescheduled(
    reference_data, supervisor, fields, code, nothing_changes
):
    appointment, slot = AppointmentFactory(**fields), SlotFactory()
    with nothing_changes(), pytest.raises(Refused) as refused:
        reschedule(supervisor, appointment, slot)
    assert code in refused.value.decision.codes


def adoption_appointment():
    return AppointmentFactory(series=SeriesFactory(person=PersonFactory(case=CaseFactory(adoption=True))))


@pytest.mark.parametrize(
    ("unit", "channel"),
    [
        (Unit.NBC_ADOPTIONS, Reschedule.Channel.NBC_ADOPTIONS),
        (Unit.CONTACT_CENTER, None),
        (Unit.CONTACT_CENTER_SUPERVISORS, None),
        (Unit.AUDITORS, None),
        (Unit.SITE_MANAGERS, None),
        (Unit.POLICY_OFFICERS, None),
    ],
)
def test_only_the_adoptions_unit_reschedules_an_adoption_case_and_by_its_own_channel(
    reference_data, unit, channel, nothing_changes
):
    actor, appointment, slot = officer_of(unit), adoption_appointment(), SlotFactory()
    if channel:
        assert reschedule(actor, appointment, slot).channel == channel
    else:
        with nothing_changes(), pytest.raises(NotYours):
            reschedule(actor, appointment, slot)


def test_the_adoptions_unit_reschedules_no_other_case(appointment, nothing_changes):
    officer, slot = officer_of(Unit.NBC_ADOPTIONS), SlotFactory()
    with nothing_changes(), pytest.raises(NotYours):
        reschedule(officer, appointment, slot)


def test_a_superuser_in_no_unit_reschedules_nothing(appointment, nothing_changes):
    superuser, slot = officer_of(is_superuser=True), SlotFactory()
    with nothing_changes(), pytest.raises(NotYours):
        reschedule(superuser, appointment, slot)


def test_an_officer_who_just_left_the_unit_reschedules_nothing(appointment, supervisor, nothing_changes):
    assert supervisor.powers.acts_on  # as the request read them
    User.objects.get(pk=supervisor.pk).groups.clear()
    slot = SlotFactory()
    with nothing_changes(), pytest.raises(NotYours):
        reschedule(supervisor, appointment, slot)


def test_an_override_takes_a_seat_like_every_reschedule(rescheduled_twice, supervisor):
    slot = SlotFactory(capacity=1)
    reschedule(supervisor, rescheduled_twice, slot)
    assert Slot.objects.get(pk=slot.pk).taken == 1
    with pytest.raises(SeatRefused):
        reschedule(supervisor, AppointmentFactory(), slot)
