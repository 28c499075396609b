"""Who goes on a journey: fresh appointments that can be moved, signed in, with the reason given."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from importlib import import_module

import django
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db import connection, transaction

from tests.load.stage import Stage

FRESH = """
    SELECT appointment.id, appointment.public_id::text, accounts_case.requestor_id
    FROM appointments_appointment appointment
    JOIN appointments_slot slot ON slot.id = appointment.slot_id AND slot.starts_at > %s + interval '1 day'
    JOIN appointments_appointmentseries series ON series.id = appointment.series_id
    JOIN accounts_person person ON person.id = series.person_id
    JOIN accounts_case ON accounts_case.id = person.case_id
    WHERE appointment.id %% 2 = 1  -- one of the two of each account
    ORDER BY md5(appointment.public_id::text) LIMIT %s
"""
GIVE_REASON = """
    INSERT INTO appointments_rescheduledraft (appointment_id, account_id, reason_id, explanation)
    SELECT appointment_id, account_id,
           (SELECT min(id) FROM policy_goodcausereason WHERE NOT requires_explanation),
           'I have a journey that was booked before the notice came.'
    FROM unnest(%s::bigint[], %s::bigint[]) AS given (appointment_id, account_id)
"""
FREE_LATER = """
    SELECT public_id::text FROM appointments_slot
    WHERE taken < capacity AND starts_at > %s + interval '8 days' AND starts_at < %s + interval '40 days'
    ORDER BY md5(public_id::text) LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One journey to make. Without a slot, the client picks one of those that the page offers."""

    appointment: str
    session: str
    slot: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def load_settings(environment: Mapping[str, str]) -> None:
    """Sets Django up in this process, as the portal's processes are, so that it can write sessions."""
    os.environ.update(environment)
    django.setup()


def prepare_visits(
    stage: Stage, database: str, *, count: int, first_free: date, with_slots: bool = False
) -> list[Visit]:
    """At most so many, each on an account of its own. With slots: of later weeks, so that no page changes."""
    with stage.connect(database) as rows:
        fresh = rows.execute(FRESH, [first_free, count]).fetchall()
        rows.execute(GIVE_REASON, [[row[0] for row in fresh], [row[2] for row in fresh]])
        slots = [""] * len(fresh)
        if with_slots:
            slots = [row[0] for row in rows.execute(FREE_LATER, [first_free, first_free, count]).fetchall()]
        sessions = _sign_in(database, [row[2] for row in fresh])
        rows.execute("ANALYZE django_session, appointments_rescheduledraft")
    return [
        Visit(appointment=row[1], session=session, slot=slot)
        for row, session, slot in zip(fresh, sessions, slots, strict=False)
    ]


def _sign_in(database: str, account_keys: list[int]) -> list[str]:
    """A session of each account, as signing in leaves it: the form itself allows few from one address."""
    connection.close()
    connection.settings_dict["NAME"] = database
    engine = import_module(settings.SESSION_ENGINE)
    known = {
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        # The same for all, for so is the password that nobody knows.
        HASH_SESSION_KEY: get_user_model()(password="!").get_session_auth_hash(),
    }
    keys = []
    with transaction.atomic():
        for account_key in account_keys:
            session = engine.SessionStore()
            session.update({**known, SESSION_KEY: str(account_key)})
            session.create()
            keys.append(session.session_key)
    connection.close()
    return keys
