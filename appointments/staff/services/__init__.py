"""Acts of staff: reschedule for a caller, close a case, restrict an appointment, settle a conflict."""
