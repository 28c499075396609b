"""Reads the facts of appointments and asks the rules: a constant number of statements for any number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from appointments.eligibility import Decision, Facts, evaluate
from appointments.models import Appointment, Chain, Move
from portal.foundation.compiled_queries import prepared
from policy.services.rules import RulesInForce, read_rules


@dataclass(frozen=True, slots=True)
class PastMoves:
    """How often the portal moved a chain, and when a move counted (before the portal too), oldest first."""

    number: int = 0
    counted_at: tuple[datetime, ...] = ()


def decide(appointment: Appointment) -> tuple[Decision, RulesInForce]:
    """The decision on one appointment, and the rules it was made under. Three statements."""
    decisions, rules = decide_all([appointment])
    return decisions[appointment.pk], rules


def decide_all(appointments: Sequence[Appointment]) -> tuple[dict[int, Decision], RulesInForce]:
    """Decisions by appointment key, all at one instant. Wants appointments `with_story`. Three statements."""
    rules = read_rules(form_type_ids={_form_type_id(appointment) for appointment in appointments})
    return decide_all_under(appointments, rules), rules


def decide_all_under(appointments: Sequence[Appointment], rules: RulesInForce) -> dict[int, Decision]:
    """Decisions by appointment key under rules already read: one page, one instant. One statement."""
    past = _past_moves(appointment.chain for appointment in appointments)
    return {
        appointment.pk: decide_given(appointment, rules, past[appointment.chain_id])
        for appointment in appointments
    }


def decide_under(appointment: Appointment, rules: RulesInForce) -> Decision:
    """The decision under rules already read: what a service asks under the chain's lock. One statement."""
    return decide_given(appointment, rules, read_past_moves(appointment.chain))


def decide_given(appointment: Appointment, rules: RulesInForce, past: PastMoves) -> Decision:
    """The decision under rules and past moves already read. No statement."""
    return evaluate(gather_facts(appointment, rules, counted_moves_at=past.counted_at))


def read_past_moves(chain: Chain) -> PastMoves:
    """What was moved in this chain so far; final while the chain is locked. One statement."""
    return _past_moves([chain])[chain.pk]


def read_all_past_moves(chains: Iterable[Chain]) -> dict[int, PastMoves]:
    """As `read_past_moves` for several chains, by their keys. One statement."""
    return _past_moves(chains)


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


def _past_moves(chains: Iterable[Chain]) -> dict[int, PastMoves]:
    past = {chain.pk: PastMoves(counted_at=tuple(sorted(chain.earlier_counted_at))) for chain in chains}
    for chain_id, moved_at, counts in _moves_of(tuple(past)):
        before = past[chain_id]
        counted_at = (*before.counted_at, moved_at) if counts else before.counted_at
        past[chain_id] = PastMoves(number=before.number + 1, counted_at=counted_at)
    return past


@prepared
def _moves_of(chain_ids: tuple[int, ...]) -> QuerySet[Move, tuple[int, datetime, bool]]:
    rows = Move.objects.filter(chain__in=chain_ids).order_by("chain_id", "number")
    return rows.values_list("chain_id", "moved_at", "counts")


def _form_type_id(appointment: Appointment) -> int:
    return appointment.chain.person.case.form_type_id
