"""Acts of a representative on several appointments: bulk reschedules, exports, saved filters."""
