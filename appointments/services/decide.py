"""Reads the facts of appointments and asks the rules: a constant number of statements for any number."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from appointments.eligibility import Decision, Facts, evaluate
from appointments.models import Appointment, Move
from policy.services.rules import RulesInForce, read_rules


def decide(appointment: Appointment) -> tuple[Decision, RulesInForce]:
    """The decision on one appointment, and the rules it was made under. Three statements."""
    decisions, rules = decide_all([appointment])
    return decisions[appointment.pk], rules


def decide_all(appointments: Sequence[Appointment]) -> tuple[dict[int, Decision], RulesInForce]:
    """Decisions by appointment key, all at one instant. Wants appointments `with_story`. Three statements."""
    rules = read_rules(form_type_ids={_form_type_id(appointment) for appointment in appointments})
    counted = _counted_moves({appointment.chain_id for appointment in appointments})
    decisions = {
        appointment.pk: evaluate(
            gather_facts(appointment, rules, counted_moves_at=counted[appointment.chain_id])
        )
        for appointment in appointments
    }
    return decisions, rules


def decide_under(appointment: Appointment, rules: RulesInForce) -> Decision:
    """The decision under rules already read, as services ask it under the chain's lock. One statement."""
    counted = _counted_moves({appointment.chain_id})
    return evaluate(gather_facts(appointment, rules, counted_moves_at=counted[appointment.chain_id]))


def gather_facts(
    appointment: Appointment, rules: RulesInForce, *, counted_moves_at: Sequence[datetime]
) -> Facts:
    """Frozen facts of one appointment under these rules; counted moves oldest first."""
    form_type = rules.form_types[_form_type_id(appointment)]
    return Facts(
        now=rules.now,
        starts_at=appointment.slot.starts_at,
        scheduled_at=appointment.scheduled_at,
        is_standing=appointment.status == Appointment.Status.STANDING,
        status_changed_at=appointment.status_changed_at,
        is_staff_only=appointment.is_staff_only,
        case_closed_at=appointment.chain.person.case.closed_at,
        counted_moves_at=tuple(counted_moves_at),
        online_cutoff=rules.limits.online_cutoff,
        reschedule_cap=rules.limits.reschedule_cap,
        online_from=form_type.online_from,
        scheduled_from=form_type.scheduled_from,
    )


def _counted_moves(chain_ids: set[int]) -> dict[int, list[datetime]]:
    counted: defaultdict[int, list[datetime]] = defaultdict(list)
    rows = Move.objects.filter(chain_id__in=chain_ids, counts=True).order_by("chain_id", "number")
    for chain_id, moved_at in rows.values_list("chain_id", "moved_at"):
        counted[chain_id].append(moved_at)
    return counted


def _form_type_id(appointment: Appointment) -> int:
    return appointment.chain.person.case.form_type_id
