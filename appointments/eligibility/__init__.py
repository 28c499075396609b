"""Decide whether an appointment can be rescheduled online, and why not. Pure: no request, query or clock."""

from appointments.eligibility.decision import Decision, Refusal, RefusalCode
from appointments.eligibility.evaluate import evaluate
from appointments.eligibility.facts import Facts, SeatFacts
from appointments.eligibility.seat import SeatRefusal, evaluate_seat

__all__ = [
    "Decision",
    "Facts",
    "Refusal",
    "RefusalCode",
    "SeatFacts",
    "SeatRefusal",
    "evaluate",
    "evaluate_seat",
]
