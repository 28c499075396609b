"""Decide who is right about an appointment: the portal or the scheduler of record.

Pure: no Django, no query, no clock. SQL finds the rows that differ (`candidates.py`), this module judges
them person by person, and SQL applies the answers in sets (`plan.py`, `changes.py`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# The two statuses that decide something here. The other ones are only compared with each other.
SCHEDULED, SUPERSEDED = "scheduled", "superseded"

Transitions = Mapping[str, frozenset[str]]


class Verdict(StrEnum):
    """What becomes of one delivered row. The last three are conflicts, which staff settle."""

    UNCHANGED = "unchanged"
    INSERT = "insert"
    UPDATE = "update"  # a new number, biometrics code or staff-only mark for the same appointment
    END = "end"  # the same time, now attended, missed or cancelled
    RESCHEDULE = "reschedule"  # another time: the agency rescheduled
    BEHIND = "behind"  # the time that the person left by a reschedule in the portal
    RESCHEDULED_APART = "rescheduled_apart"  # a third time, or a time whose seats others have in the portal
    ENDED_APART = "ended_apart"  # an end of an appointment that has another time or another end here


CONFLICTS = (Verdict.BEHIND, Verdict.RESCHEDULED_APART, Verdict.ENDED_APART)


@dataclass(frozen=True, slots=True)
class DeliveredRow:
    """One row of appointments.csv, with its slot found. `reference` is the scheduler's own number."""

    line: int
    reference: str
    slot_id: int
    status: str
    scheduled_at: datetime
    biometrics_code: int
    is_staff_only: bool


@dataclass(frozen=True, slots=True)
class PortalAppointment:
    """One appointment of the person in the portal, of any status.

    `is_named` says whether any row of the delivery has its number, including rows that change nothing.
    """

    id: int
    slot_id: int
    status: str
    scheduled_at: datetime
    biometrics_code: int
    is_staff_only: bool
    reference: str | None
    is_named: bool


@dataclass(frozen=True, slots=True)
class PortalMove:
    """One completed move of the person, made in the portal or by an earlier delivery."""

    number: int
    rescheduled_at: datetime
    from_id: int
    to_id: int


@dataclass(frozen=True, slots=True)
class PortalRecord:
    """All that the portal knows about one person's appointments."""

    appointments: Sequence[PortalAppointment] = ()
    reschedules: Sequence[PortalMove] = ()

    def get_current(self) -> PortalAppointment | None:
        """Return the appointment that is scheduled now, if there is one."""
        return next((known for known in self.appointments if known.status == SCHEDULED), None)

    def list_own_reschedules(self) -> list[PortalMove]:
        """Return the moves that were made in the portal, by anyone.

        Such a move books an appointment at that very instant. An appointment that a delivery booked carries
        the scheduler's earlier `scheduled_at`, so that a delivery never makes the next one look old.
        """
        scheduled_at = {known.id: known.scheduled_at for known in self.appointments}
        return [
            reschedule
            for reschedule in self.reschedules
            if scheduled_at.get(reschedule.to_id) == reschedule.rescheduled_at
        ]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one row, and the portal's appointment that the row is about, if there is one."""

    line: int
    verdict: Verdict
    appointment_id: int | None


Matches = Mapping[int, PortalAppointment]  # by the line of the row


def judge_rows(
    rows: Sequence[DeliveredRow], record: PortalRecord, *, as_of: datetime, transitions: Transitions
) -> list[Judgement]:
    """Return one judgement for each row of one person, in the order of the rows.

    `rows` are all rows of the person that differ from the portal. `transitions` says which status an
    appointment may take after which. `as_of` is the instant of the delivery.
    """
    matches = match_rows(rows, record)
    verdicts = {}
    for row in rows:
        known = matches.get(row.line)
        if known is None:
            verdicts[row.line] = _judge_unmatched(row, record)
        elif known.slot_id == row.slot_id:
            verdicts[row.line] = _judge_same_slot(row, known, transitions)
        elif _is_older_than_own_reschedule(row, record, as_of):
            verdicts[row.line] = _judge_older(row, record)
        else:
            verdicts[row.line] = _judge_newer(row, known, record, transitions)
    return _keep_one_current(rows, record, matches, verdicts)


def find_new_counted_reschedules(reported_at: Iterable[datetime], record: PortalRecord) -> list[datetime]:
    """Return the counted moves that the portal takes over, oldest first, out of those that it does not have.

    From the first move in the portal on, what the scheduler reports may be the portal's own moves coming
    back, possibly without their seconds. Those are not counted again.
    """
    own = [reschedule.rescheduled_at for reschedule in record.list_own_reschedules()]
    until = min(own).replace(second=0, microsecond=0) if own else None
    return sorted(
        {rescheduled_at for rescheduled_at in reported_at if until is None or rescheduled_at < until}
    )


# --- Which appointment a row is about --------------------------------------------------------------


def match_rows(rows: Sequence[DeliveredRow], record: PortalRecord) -> Matches:
    """Return the portal's appointment that each row is about; a row about a new one is left out.

    A row is about the appointment that has its number; else one in the same slot whose number the delivery
    does not name; else the one that the row replaces. Each unnamed appointment belongs to one row at most.
    """
    kept = [known for known in record.appointments if known.status != SUPERSEDED]
    by_reference = {known.reference: known for known in kept if known.reference is not None}
    matches = {row.line: by_reference[row.reference] for row in rows if row.reference in by_reference}
    unnamed = [known for known in kept if not known.is_named]
    if len(matches) < len(rows) and unnamed:
        matches |= _match_by_slot([row for row in rows if row.line not in matches], unnamed)
        taken = {known.id for known in matches.values()}
        free = {known.id: known for known in unnamed if known.id not in taken}
        matches |= _match_by_succession([row for row in rows if row.line not in matches], free, record)
    return matches


def _match_by_slot(
    rows: Sequence[DeliveredRow], unnamed: Sequence[PortalAppointment]
) -> dict[int, PortalAppointment]:
    """Pair rows and appointments of one slot that are each other's best fit, by status first."""
    rows_in, known_in = defaultdict(list), defaultdict(list)
    for row in rows:
        rows_in[row.slot_id].append(row)
    for known in unnamed:
        known_in[known.slot_id].append(known)
    matches = {}
    for slot_id in rows_in.keys() & known_in.keys():
        first_row: dict[str, DeliveredRow] = {}
        for row in sorted(rows_in[slot_id], key=lambda row: row.line):
            first_row.setdefault(row.status, row)
        earliest = min(rows_in[slot_id], key=lambda row: row.line)
        last_known = {known.status: known for known in sorted(known_in[slot_id], key=lambda known: known.id)}
        latest = max(known_in[slot_id], key=lambda known: known.id)
        for known in known_in[slot_id]:
            row = first_row.get(known.status, earliest)
            if last_known.get(row.status, latest) is known:
                matches[row.line] = known
    return matches


def _match_by_succession(
    rows: Sequence[DeliveredRow], free: Mapping[int, PortalAppointment], record: PortalRecord
) -> dict[int, PortalAppointment]:
    """Match what a row replaces: a new scheduled appointment, or a number left by a move, the latest one."""
    current = record.get_current()
    last_reschedule = max(record.reschedules, key=lambda reschedule: reschedule.number, default=None)
    latest_id = current.id if current else last_reschedule.to_id if last_reschedule else None
    left_numbers = {known.reference for known in record.appointments if known.status == SUPERSEDED}
    wanting: dict[int, list[DeliveredRow]] = defaultdict(list)
    for row in rows:
        if row.reference in left_numbers:
            replaced_id = latest_id
        else:
            replaced_id = current.id if current and row.status == SCHEDULED else None
        if replaced_id is not None and replaced_id in free:
            wanting[replaced_id].append(row)
    matches = {}
    for replaced_id, candidates in wanting.items():
        row = min(
            candidates,
            key=lambda row: (row.status != SCHEDULED, row.reference not in left_numbers, row.line),
        )
        matches[row.line] = free[replaced_id]
    return matches


# --- Who is right ----------------------------------------------------------------------------------


def _judge_unmatched(row: DeliveredRow, record: PortalRecord) -> Verdict:
    """Judge a row about no appointment of the portal: new, unless it ends one that was already left."""
    was_left = any(
        known.status == SUPERSEDED and known.reference == row.reference and known.slot_id == row.slot_id
        for known in record.appointments
    )
    return Verdict.UNCHANGED if was_left and row.status != SCHEDULED else Verdict.INSERT


def _judge_same_slot(row: DeliveredRow, known: PortalAppointment, transitions: Transitions) -> Verdict:
    if known.status == row.status:
        is_same = (known.reference, known.biometrics_code) == (row.reference, row.biometrics_code)
        is_marked = row.is_staff_only and not known.is_staff_only
        return Verdict.UNCHANGED if is_same and not is_marked else Verdict.UPDATE
    return Verdict.END if row.status in transitions[known.status] else Verdict.ENDED_APART


def _is_older_than_own_reschedule(row: DeliveredRow, record: PortalRecord, as_of: datetime) -> bool:
    """Return whether the scheduler wrote the row before the last move in the portal.

    The age of a row is the earlier of `as_of` and its own `scheduled_at`. A scheduler that has not heard of
    a move still sends the old appointment in a fresh delivery, and must not move the person back.
    """
    written_at = min(as_of, row.scheduled_at)
    return any(written_at <= reschedule.rescheduled_at for reschedule in record.list_own_reschedules())


def _judge_older(row: DeliveredRow, record: PortalRecord) -> Verdict:
    """Judge a row for another slot that does not know the last move in the portal: always a conflict."""
    if row.status != SCHEDULED:
        return Verdict.ENDED_APART
    slot_ids = {known.id: known.slot_id for known in record.appointments}
    left = {slot_ids.get(reschedule.from_id) for reschedule in record.list_own_reschedules()}
    return Verdict.BEHIND if row.slot_id in left else Verdict.RESCHEDULED_APART


def _judge_newer(
    row: DeliveredRow, known: PortalAppointment, record: PortalRecord, transitions: Transitions
) -> Verdict:
    """Judge a row for another slot that is newer than the portal's last move.

    An appointment that has ended may still be replaced, but only by a scheduled one and only while the
    person has no other.
    """
    if SUPERSEDED not in transitions[known.status]:
        return Verdict.ENDED_APART
    is_free = record.get_current() is None and row.status == SCHEDULED
    return Verdict.RESCHEDULE if known.status == SCHEDULED or is_free else Verdict.ENDED_APART


def _keep_one_current(
    rows: Sequence[DeliveredRow], record: PortalRecord, matches: Matches, verdicts: Mapping[int, Verdict]
) -> list[Judgement]:
    """Turn a second scheduled appointment into a conflict when the end of the first is not applied."""
    current = record.get_current()
    ends = any(
        current is not None
        and matches.get(row.line) is current
        and row.status != SCHEDULED
        and verdicts[row.line] in {Verdict.END, Verdict.RESCHEDULE}
        for row in rows
    )
    judgements = []
    for row in rows:
        known, verdict = matches.get(row.line), verdicts[row.line]
        if verdict is Verdict.INSERT and row.status == SCHEDULED and current is not None and not ends:
            known, verdict = current, Verdict.RESCHEDULED_APART
        judgements.append(Judgement(row.line, verdict, known.id if known else None))
    return judgements
