"""The booking engine: reserve seats, reschedule appointments, and free seats. No requests, no page texts."""
