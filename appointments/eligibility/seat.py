"""Decide whether a seat can be offered, held and booked."""

from enum import StrEnum

from appointments.eligibility.facts import SeatFacts


class SeatRefusal(StrEnum):
    """Why a selected time cannot be booked. Stable codes."""

    CURRENT_SLOT = "CURRENT_SLOT"
    SLOT_CLOSED = "SLOT_CLOSED"
    SLOT_TOO_SOON = "SLOT_TOO_SOON"
    SLOT_BEYOND_HORIZON = "SLOT_BEYOND_HORIZON"
    SLOT_FULL = "SLOT_FULL"


def evaluate_seat(facts: SeatFacts) -> tuple[SeatRefusal, ...]:
    """Return every cause against the seat; empty if it can be booked."""
    ahead = facts.starts_at - facts.now
    against = (
        (SeatRefusal.CURRENT_SLOT, facts.is_current_slot),
        (SeatRefusal.SLOT_CLOSED, facts.is_closed),
        (SeatRefusal.SLOT_TOO_SOON, ahead < facts.online_cutoff),
        (SeatRefusal.SLOT_BEYOND_HORIZON, ahead > facts.horizon),
        (SeatRefusal.SLOT_FULL, facts.free_seats < 1),
    )
    return tuple(refusal for refusal, applies in against if applies)
