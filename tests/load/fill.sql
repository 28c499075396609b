-- A national schedule in an empty, prepared database. One appointment a case, two cases an account.
-- Working days of the next sixty; the rest of this week is full, later about half of the seats are free.
SET synchronous_commit = off;
SET work_mem = '256MB';
-- Unset, it fails once in the trigger of every row, and each failure walks all constraint checks still pending.
SET pgtrigger.ignore = '{}';
SELECT setseed(0.5);

INSERT INTO appointments_site (id, public_id, code, name, street, city, state, postal_code, tz)
SELECT n, gen_random_uuid(), format('B%s', lpad(n::text, 3, '0')), format('Bench Center %s', n),
       format('%s Example Street', n), format('City %s', n), states[n % 8 + 1], lpad(n::text, 5, '0'), zones[n % 8 + 1]
FROM generate_series(1, $sites) n,
     (SELECT ARRAY['NY', 'IL', 'CO', 'CA', 'AZ', 'PR', 'AK', 'HI'] AS states,
             ARRAY['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles', 'America/Phoenix',
                   'America/Puerto_Rico', 'America/Anchorage', 'Pacific/Honolulu'] AS zones) where_they_are;

CREATE TEMP TABLE plan AS
SELECT row_number() OVER (ORDER BY site, day, k) AS slot, site, day,
       (day + time '08:00' + k * interval '1 minute' * (480 / $slots_a_day)) AT TIME ZONE
           (SELECT tz FROM appointments_site WHERE id = site) AS starts_at,
       CASE WHEN random() < 0.78 THEN 3 ELSE 2 END AS capacity
FROM generate_series(1, $busy_sites) site,
     -- A date, for of an instant AT TIME ZONE would take the zone away instead of giving it.
     (SELECT day::date FROM generate_series(date '$today' + 1, date '$today' + 60, interval '1 day') day) days,
     generate_series(0, $slots_a_day - 1) k
WHERE extract(isodow FROM day) < 6
ORDER BY site, day, k
LIMIT $slots;

CREATE TEMP TABLE booking AS
SELECT row_number() OVER (ORDER BY day >= date '$first_free', random()) AS n, slot
FROM plan, generate_series(1, capacity) seat
LIMIT $size;

INSERT INTO appointments_slot (id, public_id, site_id, starts_at, ends_at, capacity, taken)
SELECT plan.slot, gen_random_uuid(), site, starts_at, starts_at + interval '30 minutes', capacity,
       coalesce(booked.seats, 0)
FROM plan LEFT JOIN (SELECT slot, count(*) AS seats FROM booking GROUP BY slot) booked USING (slot)
ORDER BY plan.slot;

INSERT INTO accounts_user
    (id, public_id, password, is_superuser, email, name, kind, language, is_active, is_staff, joined_at)
SELECT n, gen_random_uuid(), '!', false, format('client%s@example.org', n), format('Client %s', n), 'requestor',
       CASE WHEN n % 5 = 0 THEN 'es' ELSE 'en' END, true, false, clock_timestamp()
FROM generate_series(1, ($size + 1) / 2) n;

INSERT INTO accounts_case
    (id, public_id, receipt_number, form_type_id, filing_channel, requestor_id, filed_by_email, status)
SELECT n, gen_random_uuid(), 'BEN' || lpad(n::text, 10, '0'), forms[n % cardinality(forms) + 1], 'online',
       (n + 1) / 2, format('client%s@example.org', (n + 1) / 2), 'open'
FROM generate_series(1, $size) n,
     (SELECT array_agg(form_type_id ORDER BY form_type_id) AS forms FROM policy_formtypeversion
      WHERE online_from <= clock_timestamp()) enabled;

INSERT INTO accounts_person (id, public_id, case_id, name, role)
SELECT n, gen_random_uuid(), n, format('Client %s', n), 'applicant' FROM generate_series(1, $size) n;

INSERT INTO appointments_appointmentseries (id, public_id, person_id, earlier_counted_at)
SELECT n, gen_random_uuid(), n, '{}' FROM generate_series(1, $size) n;

INSERT INTO appointments_appointment
    (id, public_id, series_id, slot_id, status, status_changed_at, scheduled_at, biometrics_code, is_staff_only)
SELECT n, gen_random_uuid(), n, slot, 'scheduled', clock_timestamp() - interval '20 days',
       clock_timestamp() - interval '20 days', 3, false
FROM booking ORDER BY n;

SELECT setval(pg_get_serial_sequence(name, 'id'), greatest($size, $slots))
FROM unnest(ARRAY['accounts_user', 'accounts_case', 'accounts_person', 'appointments_site', 'appointments_slot',
                  'appointments_appointmentseries', 'appointments_appointment']) name;
