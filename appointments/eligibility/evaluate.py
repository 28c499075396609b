"""Evaluate every rule and report every refusal, not only the first."""

from appointments.eligibility.decision import Decision
from appointments.eligibility.facts import Facts
from appointments.eligibility.rules import RULES


def evaluate(facts: Facts) -> Decision:
    """Return the decision for these facts. A request is timely until the appointment starts."""
    refusals = tuple(refusal for rule in RULES if (refusal := rule(facts)) is not None)
    return Decision(
        decided_at=facts.now,
        refusals=refusals,
        online_until=facts.starts_at - facts.online_cutoff,
        is_timely=facts.now < facts.starts_at,
        counted=len(facts.counted_reschedules_at),
        cap=facts.reschedule_cap,
    )
