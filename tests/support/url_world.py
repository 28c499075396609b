"""Test data for the URL matrix: one account for each role, and a row of every kind."""

import mailbox
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import connection
from django.test import Client

from accounts.models import (
    Case,
    CaseAccountConflict,
    DemoPersona,
    Representation,
    RepresentativeProfile,
    User,
)
from accounts.services import phone_codes
from accounts.services.access_codes import issue_access_code
from accounts.services.passcodes import create_for_client
from accounts.units import Unit
from appointments.booking.expiry import record_heartbeat
from appointments.calendar_feed.services import create_feed
from appointments.caseload.services import bulk_reschedules
from appointments.caseload.services.saved_filters import save_filter
from appointments.models import BulkReschedule, CaseloadExport, Reservation
from appointments.representation.services import invite as invitations
from appointments.reschedule import services
from appointments.staff.services.staff_call import note_call
from policy.models import ContactRoute, FormType, FormTypeVersion, GoodCauseReason, PolicyVersion
from portal.feedback.models import Feedback
from portal.foundation.clock import DatabaseNow, agency_today, database_now
from portal.sessions import SessionStore
from tests.appointments.booking import acts
from tests.factories.accounts import (
    PASSWORD,
    AccreditedFactory,
    AttorneyFactory,
    CaseFactory,
    PersonFactory,
    RepresentationFactory,
    UserFactory,
    WaitingAttorneyFactory,
    officer_of,
)
from tests.factories.appointments import (
    AppointmentFactory,
    ConflictFactory,
    SeriesFactory,
    SlotFactory,
)
from tests.factories.caseloads import client_of, hold_for
from tests.factories.households import adjacent_slots, make_household
from tests.factories.policy import reason
from tests.factories.reschedules import reschedule_online
from tests.support.security_keys import register_security_key
from tests.support.staff_sign_in import sign_in_staff

UNKNOWN_NUMBER = 987654321
UNKNOWN_TEXT = "nothing-of-this-name"
# Tables that are written whether or not anything is done. They say nothing about people's rows.
UNWATCHED = {"accounts.failedattempt", "accounts.message", "appointments.heartbeat"}


@dataclass
class World:
    """`rows` has, for each row, the values of the URL parameters that can refer to it."""

    rows: dict[str, dict[str, Any]]
    values: dict[str, Any]

    def keys_of(self, row: str, parameters: list[str]) -> dict[str, Any]:
        return {name: self.rows[row][name] for name in parameters}

    def unknown_keys(self, row: str, parameters: list[str]) -> dict[str, Any]:
        """Return keys of the same kinds that no row has."""
        return {name: _pretend(value) for name, value in self.keys_of(row, parameters).items()}

    def fill(self, post: dict[str, Any]) -> dict[str, Any]:
        """Return the data to post, with values of the test data in place of names like "@slot"."""
        return {
            name: self.values[value[1:]] if str(value).startswith("@") else value
            for name, value in post.items()
        }


def _pretend(value: Any) -> Any:
    if isinstance(value, UUID):
        return uuid4()
    return UNKNOWN_NUMBER if isinstance(value, int) else UNKNOWN_TEXT


def make_world(mail_folder: Path) -> tuple[World, dict[str, User]]:
    """Create one case with all its rows, and an account for each role, all but two related to that case."""
    applicant = _applicant_whose_number_waits()
    case = CaseFactory(requestor=applicant)
    person = PersonFactory(case=case)
    accounts = {"applicant": applicant, "other_applicant": UserFactory()}
    accounts |= _representatives(case) | _staff()

    rescheduled = AppointmentFactory(series=SeriesFactory(person=person))
    reschedule = reschedule_online(rescheduled, SlotFactory(site=rescheduled.slot.site))
    appointment = reschedule.to_appointment
    acts.state_reason(account=applicant, appointment=appointment, reason=reason(), explanation="")
    slot = SlotFactory(site=rescheduled.slot.site)
    held = acts.hold(account=applicant, appointment=appointment, slot=slot)
    # As if taken a while ago, so that extending it changes its end.
    acts.keep_until(held, database_now() + timedelta(minutes=3))
    family_case = _hold_for_family(applicant, accounts["representative_in_force"])[0]
    rescheduled_family = _hold_for_family(applicant, accounts["representative_in_force"])[1]
    acts.confirm_together(account=applicant, reservation=rescheduled_family)
    for unit in (Unit.CONTACT_CENTER, Unit.CONTACT_CENTER_SUPERVISORS):
        note_call(actor=accounts[unit], appointment=appointment, reason=reason(), explanation="", note="")
    marked = AppointmentFactory(
        series=SeriesFactory(person=PersonFactory(case=CaseFactory(requestor=applicant))),
        is_staff_only=True,
    )
    free_case = CaseFactory(requestor=None)
    passcode_case = CaseFactory(requestor=applicant)
    key = register_security_key(applicant, "Red")
    TOTP.activate(applicant, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(applicant)
    record_heartbeat("beat")
    finished = _sit(accounts["representative_in_force"])[0]
    BulkReschedule.objects.filter(pk=finished.pk).update(finished_at=database_now())
    bulk, bulk_hold = _sit(accounts["representative_in_force"])
    invitation = invitations.invite(
        account=applicant,
        case=family_case,
        email=accounts["representative_requested"].email,
    )
    persona = DemoPersona.objects.create(user=UserFactory(), position=1, title_en="P", title_es="P")
    application = accounts["representative_waiting"].representative_profile
    accreditation = _accreditation_with_a_new_name()
    rows = {
        "application": _keys(application),
        "accreditation": _keys(accreditation),
        "confirmation": {"key": EmailConfirmationHMAC(_unverified_address()).key},
        "reset": {
            "uidb36": user_pk_to_url_str(applicant),
            "key": EmailAwarePasswordResetTokenGenerator().make_token(applicant),
        },
        "invitation": _keys(invitation),
        "invited": _keys(invitation.representation),
        "request": _keys(case.representations.get(representative=accounts["representative_requested"])),
        "representation": _keys(case.representations.get(representative=accounts["representative_in_force"])),
        "acting": {
            "case_id": case.pk,
            "key": case.representations.get(representative=accounts["representative_in_force"]).public_id,
        },
        "export": _keys(
            CaseloadExport.objects.create(account=accounts["representative_in_force"], row_count=1)
        ),
        "feed": {"token": create_feed(account=applicant, with_names=False)},
        "saved_filter": _keys(
            save_filter(account=accounts["representative_in_force"], name="Due", parameters={"due": "on"})
        ),
        "feedback": _keys(
            Feedback.objects.create(page="help", is_helpful=True, language="en", created_at=DatabaseNow())
        ),
        "bulk": _keys(bulk) | {"appointment_id": acts.seat_of(bulk_hold).appointment.public_id},
        "finished_bulk": _keys(finished),
        "mail": {"key": mailbox.Maildir(mail_folder, create=True).add("Subject: Hello\n\nHello")},
        "app": {"app_label": "accounts"},
        "nothing": {"url": UNKNOWN_TEXT},
        "security_key": {"pk": key.pk},
        "persona": {"public_id": persona.user.public_id},
        "officer": _keys(accounts["auditors"]),
        "case": _keys(case),
        "free_case": _keys(free_case),
        "case_in_question": _keys(_case_in_question()),
        "family_case": _keys(family_case),
        "reservation": _keys(held),
        "rescheduled_reservation": _keys(rescheduled_family),
        "reschedule": _keys(reschedule),
        "notice": _keys(reschedule.notices.get(addressee=applicant)),
        "conflict": _keys(ConflictFactory(appointment=appointment)),
        "site": _keys(rescheduled.slot.site) | {"content_type_id": UNKNOWN_NUMBER},
        "slot": _keys(rescheduled.slot),
        "contact_route": _keys(ContactRoute.objects.first()),
        "form_type": _keys(FormType.objects.first()),
        "form_type_version": _keys(FormTypeVersion.objects.first()),
        "reason": _keys(GoodCauseReason.objects.first()),
        "policy_version": _keys(PolicyVersion.objects.first()),
    }
    for name, row in {
        "appointment": appointment,
        "rescheduled_appointment": rescheduled,
        "marked_appointment": marked,
    }.items():
        its_case = row.series.person.case
        rows[name] = _keys(row) | {"case_id": its_case.pk, "appointment_id": row.public_id}
    values = {
        "slot": str(SlotFactory(site=rescheduled.slot.site).public_id),
        "free_case": free_case.receipt_number,
        "free_code": issue_access_code(case=free_case),
        "passcode_case": passcode_case.receipt_number,
        "passcode": create_for_client(account=applicant, case=passcode_case)[0],
        "attorney": AttorneyFactory().email,
        "clients_appointment": str(appointment.public_id),
        "bulk_reservation": str(bulk_hold.public_id),
        "bulk_slot": str(SlotFactory(site=acts.seat_of(bulk_hold).slot.site).public_id),
        "wrong_code": "000000",
        "session": str(_session_elsewhere(applicant)),
        "seen_at": application.submitted_at.isoformat(),
        "verified_at": accreditation.verified_at.isoformat(),
        "name_requested_at": accreditation.name_requested_at.isoformat(),
        "next_year": (agency_today() + timedelta(days=365)).isoformat(),
        "yesterday": (agency_today() - timedelta(days=1)).isoformat(),
    }
    return World(rows, values), accounts


def _accreditation_with_a_new_name() -> RepresentativeProfile:
    """Return the profile of an accredited representative who asked for another name."""
    profile = AccreditedFactory().representative_profile
    profile.requested_name, profile.name_requested_at = "New Name", database_now()
    profile.save()
    return profile


def _applicant_whose_number_waits() -> User:
    """Return an applicant who wants text messages and was sent the code that confirms the number."""
    applicant = UserFactory(phone="+14155550132", notification_channel=User.NotificationChannel.TEXT)
    phone_codes.resend_code(account=applicant)
    return applicant


def keep_holds() -> None:
    """Nothing held lapses while every page is gone to, however slow the machine."""
    for reservation in Reservation.objects.filter(state=Reservation.State.HELD):
        acts.keep_until(reservation, database_now() + timedelta(minutes=25))


def _hold_for_family(applicant: User, attorney: User) -> tuple[Case, Reservation]:
    """Two people of an adoption case whose seats are held together; the attorney acts for them."""
    appointments = make_household(2, requestor=applicant)
    RepresentationFactory(case=appointments[0].series.person.case, representative=attorney)
    services.state_reason(account=applicant, appointments=appointments, reason=reason(), explanation="")
    [slot] = adjacent_slots(appointments[0].slot.site, seats=[2])
    held = acts.hold_together(account=applicant, appointments=appointments, first=slot)
    # As if taken a while ago, so that extending them changes their end.
    acts.keep_until(held, database_now() + timedelta(minutes=3))
    return appointments[0].series.person.case, held


def _sit(attorney: User) -> tuple[BulkReschedule, Reservation]:
    """An open sitting of the attorney's with one client, and the seat held in it."""
    appointment = client_of(attorney)
    bulk = bulk_reschedules.add(account=attorney, appointments=[appointment])
    held = hold_for(attorney, appointment)
    # As if taken a while ago, so that extending it changes its end.
    acts.keep_until(held, database_now() + timedelta(minutes=3))
    return bulk, held


def _session_elsewhere(account: User) -> int:
    """Return the key with which the account ends another of its sessions."""
    session = SessionStore()
    session.create()
    row = UserSession.objects.create(
        user=account, session_key=session.session_key, ip="192.0.2.1", user_agent="Elsewhere"
    )
    return row.pk


def _unverified_address() -> EmailAddress:
    return EmailAddress.objects.get(user=UserFactory(verified=False))


def _case_in_question() -> Case:
    """Return a case that an account lost by a delivery."""
    case = CaseFactory(requestor=None)
    CaseAccountConflict.objects.create(case=case, account=UserFactory())
    return case


def _keys(row: Any) -> dict[str, Any]:
    """Return every key by which a URL can refer to the row."""
    keys = {"pk": row.pk, "object_id": row.pk, "public_id": getattr(row, "public_id", None)}
    return keys | {f"{row._meta.model_name}_id": row.pk}


def _representatives(case) -> dict[str, User]:
    status = Representation.Status
    made = {}
    for name, fields in {
        "representative_requested": {
            "status": status.REQUESTED,
            "origin": Representation.Origin.PASSCODE,
            "in_force_from": None,
        },
        "representative_in_force": {},
        "representative_ended": {"status": status.REVOKED, "ended_at": database_now()},
    }.items():
        made[name] = AttorneyFactory()
        RepresentationFactory(case=case, representative=made[name], **fields)
    made["representative_waiting"] = WaitingAttorneyFactory()
    return made


def _staff() -> dict[str, User]:
    made = {unit.value: officer_of(unit) for unit in Unit}
    return {**made, "no_unit": officer_of(), "superuser": officer_of(is_superuser=True)}


def enter(role: str, accounts: dict[str, User], client: Client | None = None) -> Client:
    """Return a browser in that role: just signed in (staff with a security key), or not signed in."""
    client = client or Client()
    if role == "unverified":
        account = UserFactory(verified=False)
        client.post("/accounts/login/", {"login": account.email, "password": PASSWORD})
    elif role != "visitor":
        account = accounts[role]
        sign_in_staff(client, account, "webauthn" if account.is_staff else "", again=True)
    return client


def count_writes() -> int:
    """How many rows that belong to someone this transaction wrote so far, what was rolled back included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
            " WHERE relname = ANY(%s)",
            [watched_tables()],
        )
        return int(cursor.fetchone()[0])


@cache
def watched_tables() -> list[str]:
    """The tables of rows that belong to someone."""
    return [
        model._meta.db_table
        for label in ("accounts", "appointments", "policy", "account", "mfa", "usersessions")
        for model in apps.get_app_config(label).get_models()
        if model._meta.label_lower not in UNWATCHED and not model._meta.model_name.endswith("event")
    ]


def fingerprint() -> tuple[str, ...]:
    """One value for each watched table: equal if and only if no row has changed."""
    parts = ", ".join(
        f"(SELECT coalesce(md5(string_agg((to_jsonb(t) - 'last_login')::text, '|' ORDER BY t::text)), '')"
        f' FROM "{table}" t)'
        for table in watched_tables()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {parts}")
        return cursor.fetchone()
