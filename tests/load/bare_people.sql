-- Whom pgbench reschedules: people who can be rescheduled online, each with a free seat of their own to go to.
CREATE TABLE bench_person AS
SELECT row_number() OVER () - 1 AS n, scheduled.*, seat.id AS slot_b
FROM (
    SELECT row_number() OVER (ORDER BY md5(appointment.public_id::text)) AS place, accounts_case.requestor_id AS account_id,
           accounts_case.id AS case_id, series.id AS series_id, appointment.id AS appointment_id,
           appointment.slot_id AS slot_a
    FROM appointments_appointment appointment
    JOIN appointments_slot slot ON slot.id = appointment.slot_id AND slot.starts_at > date '$first_free' + 1
    JOIN appointments_appointmentseries series ON series.id = appointment.series_id
    JOIN accounts_person person ON person.id = series.person_id
    JOIN accounts_case ON accounts_case.id = person.case_id
    WHERE appointment.id % 2 = 1
) scheduled
JOIN (
    SELECT row_number() OVER (ORDER BY md5(slot.public_id::text || number)) AS place, slot.id
    FROM appointments_slot slot, generate_series(1, slot.capacity - slot.taken) number
    WHERE slot.starts_at > date '$first_free'
) seat USING (place)
WHERE scheduled.slot_a <> seat.id;
ALTER TABLE bench_person ADD PRIMARY KEY (n);
INSERT INTO appointments_rescheduledraft (appointment_id, account_id, reason_id, explanation)
SELECT appointment_id, account_id, $reason, 'I have a journey that was booked before the notice came.' FROM bench_person;
VACUUM ANALYZE bench_person, appointments_rescheduledraft;
