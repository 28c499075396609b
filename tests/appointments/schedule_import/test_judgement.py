"""Who is right, the portal or the scheduler: one named case for each answer. No database."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from appointments.models import Appointment, DeliveryConflict
from appointments.models.appointment import STATUS_TRANSITIONS
from appointments.schedule_import import judgement
from appointments.schedule_import.judgement import (
    CONFLICTS,
    DeliveredRow,
    PortalAppointment,
    PortalMove,
    PortalRecord,
    Verdict,
    find_new_counted_reschedules,
    judge_rows,
)


def at(hour, second=0):
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hour, seconds=second)


MADE_AT = at(1)
MOVED_AT = at(50, second=30)
AS_OF = at(100)


def row(reference="A1", slot_id=1, status="scheduled", *, line=2, scheduled_at=MADE_AT, code=3, staff=False):
    return DeliveredRow(line, reference, slot_id, status, scheduled_at, code, staff)


def known(key=1, slot_id=1, status="scheduled", *, number="A1", made=MADE_AT, staff=False, named=True):
    return PortalAppointment(key, slot_id, status, made, 3, staff, number, named)


def record(*appointments, reschedules=()):
    return PortalRecord(appointments, reschedules)


def rescheduled_here(status="scheduled", *, number=None, named=False, made=MOVED_AT):
    """The person left slot 1 (number A1) for slot 2 by a move in the portal."""
    return record(
        known(1, 1, "superseded"),
        known(2, 2, status, number=number, made=made, named=named),
        reschedules=[PortalMove(1, MOVED_AT, 1, 2)],
    )


def rescheduled_here_twice():
    first = rescheduled_here("superseded")
    return record(
        *first.appointments,
        known(3, 3, number=None, made=at(70), named=False),
        reschedules=[*first.reschedules, PortalMove(2, at(70), 2, 3)],
    )


def rescheduled_by_the_scheduler():
    return rescheduled_here(number="A1", named=True, made=at(49))


@dataclass
class Case:
    """Rows of one person beside the portal's record, and the verdict and appointment of each row."""

    name: str
    rows: list
    portal: PortalRecord
    expected: list
    as_of: datetime = AS_OF
    transitions: dict = field(default_factory=lambda: STATUS_TRANSITIONS)


CASES = [
    # --- The same appointment ---
    Case("the same row again changes nothing", [row()], record(known()), [("unchanged", 1)]),
    Case("another biometrics code is taken over", [row(code=2)], record(known()), [("update", 1)]),
    Case("a staff-only mark is taken over", [row(staff=True)], record(known()), [("update", 1)]),
    Case("a staff-only mark is never removed", [row()], record(known(staff=True)), [("unchanged", 1)]),
    Case(
        "a staff-only mark that is set already changes nothing",
        [row(staff=True)],
        record(known(staff=True)),
        [("unchanged", 1)],
    ),
    Case(
        "a new number for the same time is taken over",
        [row("A2")],
        record(known(named=False)),
        [("update", 1)],
    ),
    Case(
        "a number for a person who had none is taken over",
        [row()],
        record(known(number=None, named=False)),
        [("update", 1)],
    ),
    *(
        Case(f"{end} at the same time ends the appointment", [row(status=end)], record(known()), [("end", 1)])
        for end in ("attended", "missed", "cancelled")
    ),
    *(
        Case(
            f"{end} beside {here} here is a conflict",
            [row(status=end)],
            record(known(status=here)),
            [("ended_apart", 1)],
        )
        for here, end in (
            ("attended", "missed"),
            ("missed", "attended"),
            ("cancelled", "attended"),
            ("missed", "scheduled"),
        )
    ),
    # --- Another time ---
    Case("another time is a move by the agency", [row(slot_id=2)], record(known()), [("reschedule", 1)]),
    Case(
        "moved and attended since the last delivery is a move",
        [row(slot_id=2, status="attended")],
        record(known()),
        [("reschedule", 1)],
    ),
    Case(
        "a new number at another time replaces the appointment",
        [row("A2", 2)],
        record(known(named=False)),
        [("reschedule", 1)],
    ),
    Case(
        "a missed appointment may be given another time",
        [row(slot_id=2)],
        record(known(status="missed")),
        [("reschedule", 1)],
    ),
    Case(
        "a missed appointment cannot be missed at another time",
        [row(slot_id=2, status="missed")],
        record(known(status="missed")),
        [("ended_apart", 1)],
    ),
    Case(
        "a missed appointment gets no other time when the person has one",
        [row(slot_id=3)],
        record(known(status="missed"), known(2, 2, number="A2")),
        [("ended_apart", 1)],
    ),
    *(
        Case(
            f"an {end} appointment gets no other time",
            [row(slot_id=2)],
            record(known(status=end)),
            [("ended_apart", 1)],
        )
        for end in ("attended", "cancelled")
    ),
    Case(
        "a move by the scheduler never makes its next row look old",
        [row(slot_id=1, scheduled_at=at(49))],
        rescheduled_by_the_scheduler(),
        [("reschedule", 2)],
    ),
    # --- The portal knows something newer ---
    Case(
        "a scheduler that has not heard of a move here is behind",
        [row()],
        rescheduled_here(),
        [("behind", 2)],
    ),
    Case("a third time is moved apart", [row(slot_id=3)], rescheduled_here(), [("rescheduled_apart", 2)]),
    *(
        Case(
            f"{end} for an appointment that was moved here is a conflict",
            [row(status=end)],
            rescheduled_here(),
            [("ended_apart", 2)],
        )
        for end in ("attended", "missed", "cancelled")
    ),
    Case(
        "a row of the very instant of the move is older",
        [row(slot_id=3, scheduled_at=MOVED_AT)],
        rescheduled_here(),
        [("rescheduled_apart", 2)],
    ),
    Case(
        "a row written after the move moves again",
        [row(slot_id=3, scheduled_at=MOVED_AT + timedelta(seconds=1))],
        rescheduled_here(),
        [("reschedule", 2)],
    ),
    Case(
        "a row is never newer than its delivery",
        [row(slot_id=3, scheduled_at=at(60))],
        rescheduled_here(),
        [("rescheduled_apart", 2)],
        as_of=at(50),
    ),
    Case(
        "the time of a move by the scheduler was not left in the portal",
        [row(slot_id=1)],
        record(
            known(1, 1, "superseded"),
            known(2, 2, "superseded", made=at(20)),
            known(3, 3, number=None, made=MOVED_AT, named=False),
            reschedules=[PortalMove(1, at(21), 1, 2), PortalMove(2, MOVED_AT, 2, 3)],
        ),
        [("rescheduled_apart", 3)],
    ),
    # --- The scheduler has taken over our move ---
    Case(
        "a move taken over under its number is no conflict",
        [row(slot_id=2)],
        rescheduled_here(),
        [("update", 2)],
    ),
    Case(
        "a move taken over under a new number is no conflict",
        [row("A2", 2)],
        rescheduled_here(),
        [("update", 2)],
    ),
    Case(
        "a move taken over as an end and a new number is no conflict",
        [row(status="cancelled"), row("A2", 2, line=3)],
        rescheduled_here(),
        [("unchanged", None), ("update", 2)],
    ),
    Case(
        "the time that was left, delivered again, is a conflict when the portal's new time has a number",
        [row()],
        rescheduled_here(number="A9", named=True),
        [("rescheduled_apart", 2)],
    ),
    Case(
        "a number left by several moves means the latest appointment",
        [row(slot_id=4, scheduled_at=at(60))],
        record(
            known(1, 1, "superseded"),
            known(2, 2, "superseded", number=None, made=at(20)),
            known(3, 3, "missed", number=None, made=MOVED_AT, named=False),
            reschedules=[PortalMove(1, at(20), 1, 2), PortalMove(2, MOVED_AT, 2, 3)],
        ),
        [("reschedule", 3)],
    ),
    Case(
        "a number left by a move may replace what ended since",
        [row(slot_id=3, scheduled_at=at(60))],
        rescheduled_here("missed"),
        [("reschedule", 2)],
    ),
    # --- Several rows of one person ---
    Case("a first appointment is inserted", [row()], record(), [("insert", None)]),
    Case(
        "an older appointment that ended is inserted",
        [row("A0", 5, "attended")],
        record(known(named=False)),
        [("insert", None)],
    ),
    Case(
        "cancelled and booked again is an end and a new appointment",
        [row(status="cancelled"), row("A2", 2, line=3)],
        record(known()),
        [("end", 1), ("insert", None)],
    ),
    Case(
        "moved, attended and booked again is a move and a new appointment",
        [row(slot_id=2, status="attended"), row("A2", 3, line=3)],
        record(known()),
        [("reschedule", 1), ("insert", None)],
    ),
    Case(
        "no one gets a second appointment because an older one ended",
        [row(status="attended"), row("A3", 3, line=3)],
        record(known(status="missed"), known(2, 2, number="A2")),
        [("end", 1), ("rescheduled_apart", 2)],
        transitions={**STATUS_TRANSITIONS, "missed": {"attended", "superseded"}},
    ),
    Case(
        "no one gets a second appointment when the end of the first is a conflict",
        [row("A9", 1, "cancelled"), row("A2", 3, line=3)],
        rescheduled_here(number="A9", named=True),
        [("ended_apart", 2), ("rescheduled_apart", 2)],
    ),
    Case(
        "no one gets a second appointment when the first is unchanged",
        [row("A2", 3, line=3)],
        record(known()),
        [("rescheduled_apart", 1)],
    ),
    Case(
        "rows for one slot go to the appointments of their status",
        [row("B1"), row("B2", 1, "cancelled", line=3)],
        record(known(1, 1, "cancelled", number=None, named=False), known(2, number=None, named=False)),
        [("update", 2), ("update", 1)],
    ),
    Case(
        "two rows never mean the same unnamed appointment",
        [row("B1", 1, "cancelled"), row("B2", line=3)],
        record(known(number=None, named=False)),
        [("insert", None), ("update", 1)],
    ),
    Case(
        "the later of two equal appointments in a slot is meant",
        [row("B1", 1, "cancelled")],
        record(*(known(key, 1, "cancelled", number=None, named=False) for key in (2, 1))),
        [("update", 2)],
    ),
    Case(
        "the later of two appointments in a slot is meant when neither has the status",
        [row("B1", 1, "attended")],
        record(
            *(known(key, 1, end, number=None, named=False) for key, end in ((1, "cancelled"), (2, "missed")))
        ),
        [("ended_apart", 2)],
    ),
    Case(
        "the earlier of two rows for a slot is meant when neither has the status",
        [row("B1", 1, "attended"), row("B2", 1, "missed", line=3)],
        record(known(number=None, named=False)),
        [("end", 1), ("insert", None)],
    ),
    Case(
        "the earlier of two equal rows for a slot is meant",
        [row("B1", 1, "cancelled"), row("B2", 1, "cancelled", line=3)],
        record(known(1, 1, "cancelled", number=None, named=False)),
        [("update", 1), ("insert", None)],
    ),
    Case(
        "a scheduled row replaces the appointment before an ended one does",
        [row("A1", 4, "cancelled", scheduled_at=at(60)), row("A2", 3, line=3, scheduled_at=at(60))],
        rescheduled_here(),
        [("insert", None), ("reschedule", 2)],
    ),
    Case(
        "a number left by a move replaces the appointment before a new one does",
        [row("A2", 3, scheduled_at=at(60)), row("A1", 4, line=3, scheduled_at=at(60))],
        rescheduled_here(),
        [("rescheduled_apart", 2), ("reschedule", 2)],
    ),
    Case(
        "an appointment whose number is delivered is not meant by another number",
        [row("A2", 1, "cancelled")],
        record(known(1, 1, "cancelled", named=True)),
        [("insert", None)],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_judges_that(case):
    judged = judge_rows(case.rows, case.portal, as_of=case.as_of, transitions=case.transitions)

    assert [(each.verdict, each.appointment_id) for each in judged] == case.expected
    assert [each.line for each in judged] == [each.line for each in case.rows]


COUNTED = {
    "all are new while no one moved in the portal": (record(known()), [at(9), at(5), at(9)], [at(5), at(9)]),
    "those before the first move here are new": (rescheduled_here(), [at(49), at(51)], [at(49)]),
    "those between two moves here are not new": (rescheduled_here_twice(), [at(49), at(55)], [at(49)]),
    "the move here that comes back is not new": (rescheduled_here(), [MOVED_AT], []),
    "nor is it without its seconds": (rescheduled_here(), [MOVED_AT.replace(second=0)], []),
    "moves by the scheduler limit nothing": (rescheduled_by_the_scheduler(), [at(60)], [at(60)]),
}


@pytest.mark.parametrize(("portal", "reported", "new"), COUNTED.values(), ids=COUNTED)
def test_of_counted_reschedules_it_judges_that(portal, reported, new):
    assert find_new_counted_reschedules(reported, portal) == new


def test_it_speaks_of_the_same_statuses_and_conflicts_as_the_models():
    assert (judgement.SCHEDULED, judgement.SUPERSEDED) == (
        Appointment.Status.SCHEDULED,
        Appointment.Status.SUPERSEDED,
    )
    assert set(CONFLICTS) == set(DeliveryConflict.Kind)
    assert len(Verdict) == len({verdict for case in CASES for verdict, _ in case.expected})
