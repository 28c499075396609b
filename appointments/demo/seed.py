"""Seed the demonstration, and keep unused appointments at the same distance from today."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from accounts.models import AccessCode, Case, DemoPersona, Person, Representation, RepresentativeProfile, User
from accounts.services.codes import CODE_LIFETIME, hash_code
from accounts.services.units import load_units
from appointments.booking import locks, reservations, seats
from appointments.demo.caseload import plan_clients
from appointments.demo.plan import BEFORE_LAUNCH, PERSONAS, SERIES, PersonaPlan, SeriesPlan
from appointments.demo.representations import seed_representations
from appointments.demo.schedule import (
    get_slot_near,
    get_slot_soon,
    is_soon_in_opening_hours,
    seed_sites,
    seed_slots,
)
from appointments.models import (
    Appointment,
    AppointmentSeries,
    Notice,
    PlaceAndTime,
    Reschedule,
    RescheduleDraft,
    ReservedSeat,
    Site,
    Slot,
)
from appointments.reschedule.services import confirm_reservation, state_reason
from appointments.staff.services.close_case import close_case
from policy.models import FormType, GoodCauseReason
from portal.foundation.clock import agency_today, database_now

NEAR_ENOUGH = timedelta(days=4)
OFFICER = "carl"


def seed_demo() -> None:
    """Create what is missing, and shift the appointments that no visitor used. Safe to run at every start.

    Raises: ImproperlyConfigured outside the demo settings, or if the database has other cases.
    """
    if not settings.IS_DEMO:
        raise ImproperlyConfigured("seed_demo runs only with the settings of the demonstration.")
    if Case.objects.exists() and not DemoPersona.objects.exists():
        raise ImproperlyConfigured(
            "This database has cases that are not from the demonstration. Nothing was changed."
        )
    now = database_now()
    load_units()
    people = {plan.key: _seed_persona(position, plan, now) for position, plan in enumerate(PERSONAS)}
    sites = seed_sites()
    for site in sites.values():
        seed_slots(site, now)
    for plan in (*SERIES, *plan_clients()):
        series = _find_series(plan)
        if series is None:
            _seed_series(plan, people, sites[plan.site_code], now)
        elif _is_unused(series, plan):
            _shift(series, plan, sites[plan.site_code], now)
    seed_representations(people)


def _seed_persona(position: int, plan: PersonaPlan, now: datetime) -> User:
    user = User.objects.filter(email=plan.email).first() or _create_user(plan, now)
    if plan.unit is not None:
        user.groups.set(Group.objects.filter(name=plan.unit))
    DemoPersona.objects.update_or_create(
        user=user,
        defaults={
            "position": position,
            "title_en": plan.title_en,
            "title_es": plan.title_es,
            "about_en": plan.about_en,
            "about_es": plan.about_es,
        },
    )
    if plan.profile:
        _seed_profile(user, plan, now)
    return user


def _create_user(plan: PersonaPlan, now: datetime) -> User:
    user = User.objects.create_user(
        plan.email,
        settings.DEMO_PASSWORD,
        name=plan.name,
        kind=plan.kind,
        language=plan.language,
        is_staff=plan.kind == User.Kind.STAFF,
        phone=plan.phone,
        phone_confirmed_at=now if plan.phone else None,
        notification_channel=User.NotificationChannel.BOTH if plan.phone else User.NotificationChannel.EMAIL,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _seed_profile(user: User, plan: PersonaPlan, now: datetime) -> None:
    is_accredited = plan.profile == RepresentativeProfile.Kind.ACCREDITED
    profile = {
        "kind": plan.profile,
        "bar_state": "" if is_accredited else "CA",
        "bar_number": "" if is_accredited else "900001",
        "organization": "Demo Legal Aid" if is_accredited else "",
        "accreditation": RepresentativeProfile.Accreditation.FULL if is_accredited else "",
        "accreditation_expires_on": agency_today() + plan.accreditation_ends_in if is_accredited else None,
    }
    decision = {"submitted_at": now, "verified_at": now if plan.is_verified else None}
    RepresentativeProfile.objects.update_or_create(
        user=user, defaults=profile, create_defaults={**profile, **decision}
    )


def _find_series(plan: SeriesPlan) -> AppointmentSeries | None:
    return AppointmentSeries.objects.filter(
        person__case__receipt_number=plan.receipt_number, person__name=plan.person_name
    ).first()


@transaction.atomic
def _seed_case(plan: SeriesPlan, people: dict[str, User], now: datetime) -> Case:
    case, created = Case.objects.get_or_create(
        receipt_number=plan.receipt_number,
        defaults={
            "form_type": FormType.objects.get(code=plan.form_code),
            "filing_channel": Case.FilingChannel.PAPER if plan.access_code else Case.FilingChannel.ONLINE,
            "requestor": people.get(plan.owner),
        },
    )
    if created and plan.representative:
        Representation.objects.create(
            case=case,
            representative=people[plan.representative],
            status=Representation.Status.IN_FORCE,
            in_force_from=now - timedelta(days=30),
        )
    if created and plan.access_code:
        AccessCode.objects.create(
            case=case,
            code_hash=hash_code(plan.access_code),
            issued_at=now,
            expires_at=now + CODE_LIFETIME,
        )
    return case


def _seed_series(plan: SeriesPlan, people: dict[str, User], site: Site, now: datetime) -> None:
    case = _seed_case(plan, people, now)
    # Earlier reschedules use the real services, so they need an appointment that can be rescheduled.
    if plan.earlier_reschedules:
        slot = get_slot_near(site, now + timedelta(days=40), now)
    else:
        slot = _get_target(plan, site, now)
    with transaction.atomic():
        person = Person.objects.create(case=case, name=plan.person_name, role=plan.role)
        counted_at = [now - timedelta(days=60 - number) for number in range(plan.earlier_counted)]
        series = AppointmentSeries.objects.create(person=person, earlier_counted_at=counted_at)
        seats.take_seat(slot=locks.lock_slots(slot_ids=[slot.pk])[slot.pk])
        Appointment.objects.create(
            series=series,
            slot=slot,
            status_changed_at=now,
            scheduled_at=plan.scheduled_at or min(now, now + plan.starts_in) - timedelta(days=21),
            is_staff_only=plan.is_staff_only,
        )
    for number in range(plan.earlier_reschedules):
        _reschedule_once(series, site, now + timedelta(days=41 + number), now)
    _shift(series, plan, site, now)
    _finish(series, plan, people[OFFICER], now)


def _reschedule_once(series: AppointmentSeries, site: Site, wanted: datetime, now: datetime) -> None:
    account = series.person.case.requestor
    if account is None:
        raise ValueError("Only an applicant in the plan can have earlier reschedules.")
    appointment = series.appointments.with_display_relations().get(status=Appointment.Status.SCHEDULED)
    reason = GoodCauseReason.objects.in_force()[0]
    state_reason(account=account, appointments=[appointment], reason=reason, explanation="")
    slot = get_slot_near(site, wanted, now)
    seats_held = reservations.hold(account=account, appointments=[appointment], first=slot)
    confirm_reservation(account=account, seats_held=seats_held)


def _finish(series: AppointmentSeries, plan: SeriesPlan, officer: User, now: datetime) -> None:
    """Close the case and end the appointment, where the plan says so, after the earlier reschedules."""
    if plan.case_closed:
        close_case(actor=officer, case=series.person.case, status=Case.Status.CLOSED, note="Demonstration")
    if plan.status != Appointment.Status.SCHEDULED:
        with transaction.atomic():
            appointment = series.appointments.get(status=Appointment.Status.SCHEDULED)
            seats.free_seats(slot=locks.lock_slots(slot_ids=[appointment.slot_id])[appointment.slot_id])
            appointment.status = plan.status
            appointment.status_changed_at = now
            appointment.save(update_fields=["status", "status_changed_at"])


def _is_unused(series: AppointmentSeries, plan: SeriesPlan) -> bool:
    return (
        series.reschedules.count() == plan.earlier_reschedules
        and plan.status == Appointment.Status.SCHEDULED
        and series.appointments.filter(status=Appointment.Status.SCHEDULED).exists()
        and not ReservedSeat.objects.filter(appointment__series=series, held_until__isnull=False).exists()
        and not RescheduleDraft.objects.filter(appointment__series=series).exists()
    )


@transaction.atomic
def _shift(series: AppointmentSeries, plan: SeriesPlan, site: Site, now: datetime) -> None:
    """Change the slot to the time that the plan wants today. No user did it, so no reschedule is recorded."""
    locks.lock_series(series.pk)
    appointment = series.appointments.select_related("slot__site").get(status=Appointment.Status.SCHEDULED)
    wanted = now + plan.starts_in
    if plan.is_soon and is_soon_in_opening_hours(appointment.slot, now):
        return
    tolerance = NEAR_ENOUGH if plan.starts_in > timedelta(days=2) else timedelta(minutes=20)
    if not plan.is_soon and abs(appointment.slot.starts_at - wanted) <= tolerance:
        return
    target = _get_target(plan, site, now)
    locked = locks.lock_slots(slot_ids={appointment.slot_id, target.pk})
    seats.take_seat(slot=locked[target.pk])
    seats.free_seats(slot=locked[appointment.slot_id])
    Appointment.objects.filter(pk=appointment.pk).update(slot=target)
    if plan.scheduled_at != BEFORE_LAUNCH and not plan.earlier_reschedules:
        Appointment.objects.filter(pk=appointment.pk).update(
            scheduled_at=min(now, target.starts_at) - timedelta(days=21)
        )
    _update_notices(appointment, locked[target.pk])


def _get_target(plan: SeriesPlan, site: Site, now: datetime) -> Slot:
    """Return the slot that the plan wants today."""
    wanted = now + plan.starts_in
    return get_slot_soon(site, wanted, now) if plan.is_soon else get_slot_near(site, wanted, now)


def _update_notices(appointment: Appointment, slot: Slot) -> None:
    """Update the facts of the demonstration's notices. Real notices never change."""
    for notice in Notice.objects.filter(
        appointment=appointment, reschedule__channel=Reschedule.Channel.ONLINE
    ):
        notice.facts["new"] = PlaceAndTime.of_slot(slot).to_json()
        notice.save(update_fields=["facts"])
