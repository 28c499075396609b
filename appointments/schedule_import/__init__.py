"""Read, check and load deliveries of the scheduler of record, and generate sample ones."""
