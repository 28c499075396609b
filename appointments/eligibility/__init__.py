"""May this appointment be moved online, and if not, why not? Pure: no request, no query, no clock."""

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
