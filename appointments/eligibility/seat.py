"""May this seat be offered, held and booked?"""

from enum import StrEnum

from appointments.eligibility.facts import SeatFacts


class SeatRefusal(StrEnum):
    """Why a picked time cannot be had. Stable codes."""

    PRESENT_SLOT = "PRESENT_SLOT"
    SLOT_CLOSED = "SLOT_CLOSED"
    SLOT_TOO_SOON = "SLOT_TOO_SOON"
    SLOT_BEYOND_HORIZON = "SLOT_BEYOND_HORIZON"
    SLOT_FULL = "SLOT_FULL"


def evaluate_seat(facts: SeatFacts) -> tuple[SeatRefusal, ...]:
    """Every cause that stands against the seat; empty when it can be had."""
    ahead = facts.starts_at - facts.now
    against = (
        (SeatRefusal.PRESENT_SLOT, facts.is_present_slot),
        (SeatRefusal.SLOT_CLOSED, facts.is_closed),
        (SeatRefusal.SLOT_TOO_SOON, ahead < facts.online_cutoff),
        (SeatRefusal.SLOT_BEYOND_HORIZON, ahead > facts.horizon),
        (SeatRefusal.SLOT_FULL, facts.free_seats < 1),
    )
    return tuple(refusal for refusal, applies in against if applies)
