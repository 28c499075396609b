"""Recounts everything from rows. Each check is one SQL statement that returns what violates it."""

from dataclasses import asdict, dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise: which check, which row (by key), and what was found."""

    check: str
    key: int
    found: str

    def as_dict(self) -> dict[str, str | int]:
        return asdict(self)


# name of the check → SELECT key, found
CHECKS: dict[str, str] = {
    "taken_equals_standing_plus_held": """
        SELECT slot.id, format('taken %s, standing %s, held %s', slot.taken,
                               coalesce(standing.seats, 0), coalesce(held.seats, 0))
        FROM appointments_slot slot
        LEFT JOIN (SELECT slot_id, count(*) AS seats FROM appointments_appointment
                   WHERE status = 'standing' GROUP BY slot_id) standing ON standing.slot_id = slot.id
        LEFT JOIN (SELECT slot_id, count(*) AS seats FROM appointments_hold
                   WHERE state = 'held' GROUP BY slot_id) held ON held.slot_id = slot.id
        WHERE slot.taken <> coalesce(standing.seats, 0) + coalesce(held.seats, 0)
    """,
    "taken_within_capacity": """
        SELECT id, format('taken %s of %s', taken, capacity) FROM appointments_slot
        WHERE taken < 0 OR taken > capacity
    """,
    "one_standing_appointment_a_chain": """
        SELECT chain_id, format('%s standing', count(*)) FROM appointments_appointment
        WHERE status = 'standing' GROUP BY chain_id HAVING count(*) > 1
    """,
    "moves_numbered_without_gap": """
        SELECT chain_id, format('numbers %s', string_agg(number::text, ',' ORDER BY number))
        FROM appointments_move GROUP BY chain_id
        HAVING min(number) <> 1 OR max(number) <> count(*) OR count(DISTINCT number) <> count(*)
    """,
    "moves_within_their_chain": """
        SELECT move.id, 'an appointment of another chain'
        FROM appointments_move move
        JOIN appointments_appointment old ON old.id = move.from_appointment_id
        JOIN appointments_appointment new ON new.id = move.to_appointment_id
        WHERE old.chain_id <> move.chain_id OR new.chain_id <> move.chain_id
    """,
    "moves_follow_each_other": """
        SELECT move.id, 'does not start where the move before it ended'
        FROM appointments_move move
        JOIN appointments_move before ON before.chain_id = move.chain_id AND before.number = move.number - 1
        WHERE before.to_appointment_id <> move.from_appointment_id
    """,
    "moved_appointment_is_superseded": """
        SELECT move.id, format('left %s', old.status)
        FROM appointments_move move
        JOIN appointments_appointment old ON old.id = move.from_appointment_id
        WHERE old.status <> 'superseded'
    """,
    "superseded_appointment_was_moved": """
        SELECT appointment.id, 'superseded without a move'
        FROM appointments_appointment appointment
        LEFT JOIN appointments_move move ON move.from_appointment_id = appointment.id
        WHERE appointment.status = 'superseded' AND move.id IS NULL
    """,
    "one_statement_for_each_counted_move": """
        SELECT move.id, format('counts %s, statement %s', move.counts, coalesce(statement.id::text, 'none'))
        FROM appointments_move move
        LEFT JOIN policy_goodcausestatement statement
               ON statement.id = move.statement_id AND statement.corrects_id IS NULL
        WHERE move.counts <> (statement.id IS NOT NULL)
    """,
    "required_explanation_is_given": """
        SELECT statement.id, reason.code
        FROM policy_goodcausestatement statement
        JOIN policy_goodcausereason reason ON reason.id = statement.reason_id
        WHERE reason.requires_explanation AND btrim(statement.explanation) = ''
    """,
    "requestor_got_one_notice_of_each_move": """
        SELECT move.id, format('%s notices', count(notice.id))
        FROM appointments_move move
        JOIN appointments_chain chain ON chain.id = move.chain_id
        JOIN accounts_person person ON person.id = chain.person_id
        JOIN accounts_case ON accounts_case.id = person.case_id AND accounts_case.requestor_id IS NOT NULL
        LEFT JOIN appointments_notice notice
               ON notice.move_id = move.id AND notice.addressee_id = accounts_case.requestor_id
        -- Before someone added the case with a code, there was no account to tell.
        WHERE move.moved_at >= coalesce((SELECT min(code.used_at) FROM accounts_accesscode code
                                         WHERE code.case_id = accounts_case.id), '-infinity')
        GROUP BY move.id HAVING count(notice.id) <> 1
    """,
    "representative_got_one_notice_of_own_move": """
        SELECT move.id, format('%s notices', count(notice.id))
        FROM appointments_move move
        JOIN accounts_representation representation ON representation.id = move.representation_id
        LEFT JOIN appointments_notice notice
               ON notice.move_id = move.id AND notice.addressee_id = representation.representative_id
        GROUP BY move.id HAVING count(notice.id) <> 1
    """,
    "confirmed_hold_made_one_move": """
        SELECT hold.id, format('%s, %s moves', hold.state, count(move.id))
        FROM appointments_hold hold
        LEFT JOIN appointments_move move ON move.hold_id = hold.id
        GROUP BY hold.id HAVING (hold.state = 'confirmed') <> (count(move.id) = 1)
    """,
    "household_is_moved_whole_or_not": """
        SELECT min(id), format('%s of %s confirmed', count(*) FILTER (WHERE state = 'confirmed'), count(*))
        FROM appointments_hold WHERE household IS NOT NULL GROUP BY household
        HAVING count(*) FILTER (WHERE state = 'confirmed') NOT IN (0, count(*))
    """,
    "household_is_one_act": """
        SELECT min(hold.id), 'differs in account, case or instants'
        FROM appointments_hold hold
        JOIN appointments_appointment appointment ON appointment.id = hold.appointment_id
        JOIN appointments_chain chain ON chain.id = appointment.chain_id
        JOIN accounts_person person ON person.id = chain.person_id
        WHERE hold.household IS NOT NULL GROUP BY hold.household
        HAVING count(DISTINCT (hold.account_id, person.case_id, hold.made_at, hold.expires_at,
                               hold.ceiling_at)) <> 1
    """,
    "held_appointment_stands": """
        SELECT hold.id, format('held for a %s appointment', appointment.status)
        FROM appointments_hold hold
        JOIN appointments_appointment appointment ON appointment.id = hold.appointment_id
        WHERE hold.state = 'held' AND appointment.status <> 'standing'
    """,
}


def find_violations() -> list[Violation]:
    """Every broken invariant of the whole database; empty when all is well. Wants one repeatable snapshot."""
    violations = []
    with connection.cursor() as cursor:
        for check, sql in CHECKS.items():
            cursor.execute(sql)
            violations += [Violation(check=check, key=key, found=found) for key, found in cursor.fetchall()]
    return violations
