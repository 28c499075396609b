-- One journey as pgbench makes it: the locks that hold and confirm take and the rows that they write, in the
-- order of the services, with every constraint and trigger. No rules are read and nothing is shown.
-- Each person of the bench's own table goes to and fro between their slot and a free seat that is kept for them.
-- Each client of pgbench reschedules people of its own, as two that held for the same one would meet.
\set n random(0, :people / :clients - 1) * :clients + :client_id
SELECT account_id, case_id, series_id, slot_a, slot_b FROM bench_person WHERE n = :n \gset

BEGIN;
SELECT id FROM accounts_user WHERE id = :account_id FOR NO KEY UPDATE;
SELECT id FROM accounts_case WHERE id = :case_id FOR SHARE;
SELECT id FROM appointments_appointmentseries WHERE id = :series_id FOR NO KEY UPDATE;
SELECT id AS old, slot_id AS old_slot FROM appointments_appointment
    WHERE series_id = :series_id AND status = 'scheduled' \gset
\set new_slot :slot_a + :slot_b - :old_slot
SELECT capacity - taken AS free FROM appointments_slot WHERE id = :new_slot FOR NO KEY UPDATE \gset
UPDATE appointments_slot SET taken = taken + 1 WHERE id = :new_slot;
INSERT INTO appointments_reservation (public_id, account_id, state, made_at, expires_at, ceiling_at)
    VALUES (gen_random_uuid(), :account_id, 'held', portal_clock(),
            portal_clock() + interval '10 minutes', portal_clock() + interval '30 minutes')
    RETURNING id AS reservation \gset
INSERT INTO appointments_reservedseat (reservation_id, appointment_id, slot_id, held_until)
    VALUES (:reservation, :old, :new_slot, portal_clock() + interval '10 minutes')
    RETURNING id AS seat \gset
COMMIT;

BEGIN;
SELECT set_config('pghistory.context_id', gen_random_uuid()::text, true),
       set_config('pghistory.context_metadata', '{"url": "/reservations/confirm/", "user": 1}', true);
SELECT id FROM accounts_case WHERE id = :case_id FOR SHARE;
SELECT id FROM appointments_appointmentseries WHERE id = :series_id FOR NO KEY UPDATE;
SELECT id FROM appointments_slot WHERE id IN (:old_slot, :new_slot) ORDER BY id FOR NO KEY UPDATE;
SELECT seat.id FROM appointments_reservedseat seat JOIN appointments_reservation ON reservation_id =
    appointments_reservation.id WHERE reservation_id = :reservation FOR NO KEY UPDATE;
SELECT count(*) + 1 AS number FROM appointments_reschedule WHERE series_id = :series_id \gset
INSERT INTO policy_goodcausestatement (public_id, reason_id, explanation, stated_at)
    VALUES (gen_random_uuid(), $reason, 'I have a journey that was booked before the notice came.', portal_clock())
    RETURNING id AS statement \gset
UPDATE appointments_appointment SET status = 'superseded', status_changed_at = portal_clock() WHERE id = :old;
INSERT INTO appointments_appointment
    (public_id, series_id, slot_id, status, status_changed_at, scheduled_at, biometrics_code, is_staff_only)
    VALUES (gen_random_uuid(), :series_id, :new_slot, 'scheduled', portal_clock(), portal_clock(), 3, false)
    RETURNING id AS new \gset
WITH reservation AS (
        UPDATE appointments_reservation SET state = 'confirmed', ended_at = portal_clock() WHERE id = :reservation),
    seat AS (UPDATE appointments_reservedseat SET held_until = NULL WHERE id = :seat)
    UPDATE appointments_slot SET taken = taken - 1 WHERE id = :old_slot;
DELETE FROM appointments_rescheduledraft WHERE appointment_id = :old;
INSERT INTO appointments_reschedule
    (public_id, series_id, number, from_appointment_id, to_appointment_id, actor_id, channel, counts, statement_id,
     reserved_seat_id, policy_version_id, form_type_version_id, overridden_limits, note, confirmation_number, rescheduled_at)
    VALUES (gen_random_uuid(), :series_id, :number, :old, :new, :account_id, 'online', true, :statement,
            :seat, $policy_version, $form_type_version, '{}', '', substr(gen_random_uuid()::text, 1, 20), portal_clock())
    RETURNING id AS reschedule \gset
INSERT INTO accounts_message
    (public_id, account_id, channel, to_address, to_phone, language, template, context, subject, body, state,
     attempts, last_error)
    VALUES (gen_random_uuid(), :account_id, 'email', '', '', 'en', 'appointments/notices/email/notice', '{"week_of": "2026-01-05"}',
            '', '', 'due', 0, '')
    RETURNING id AS message \gset
INSERT INTO appointments_notice
    (public_id, kind, addressee_id, appointment_id, reschedule_id, facts, verification_code, email_id, created_at)
    VALUES (gen_random_uuid(), 'rescheduled', :account_id, :new, :reschedule, '$facts',
            substr(gen_random_uuid()::text, 1, 20), :message, portal_clock());
COMMIT;
