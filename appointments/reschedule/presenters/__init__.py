"""Words of the journey: answers, refusals, times, review and receipt."""
