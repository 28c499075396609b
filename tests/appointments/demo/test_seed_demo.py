"""The demonstration shows every answer: today, at every later start, and after visitors changed things."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import override_settings

from accounts.models import Case, DemoPersona, Representation, RepresentativeProfile, User
from accounts.services.access_codes import add_case
from appointments.booking.decisions import decide_all
from appointments.booking.invariants import find_violations
from appointments.caseload.queries.caseload import list_client_appointments
from appointments.demo.plan import PERSONAS, SERIES
from appointments.demo.schedule import CLOSES, FIRST, OPEN_ALL_WEEK, get_slot_soon, seed_sites, seed_slots
from appointments.demo.seed import seed_demo
from appointments.eligibility import RefusalCode
from appointments.models import Appointment, Notice, Reschedule, RescheduleDraft, Reservation, Site, Slot
from portal.foundation.clock import database_now
from tests.factories.appointments import SiteFactory
from tests.factories.policy import reason
from tests.factories.reschedules import reschedule_online

DAY = timedelta(days=1)
EVERY_MODEL = [
    User,
    DemoPersona,
    RepresentativeProfile,
    Representation,
    Case,
    Site,
    Slot,
    Appointment,
    Reservation,
    Reschedule,
    Notice,
]


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(module_data):
    """Seed the demonstration once per module. The changes of a test are rolled back."""
    with override_settings(IS_DEMO=True, DEMO_PASSWORD="a-demonstration-only"):
        seed_demo()
        yield


def list_answers():
    """Return, by receipt number, the refusal codes of the applicant's newest appointment in each series."""
    appointments = list(
        Appointment.objects.for_account(User.objects.get(email="ana@demo.invalid")).with_display_relations()
    )
    newest = {
        appointment.series_id: appointment for appointment in sorted(appointments, key=lambda row: row.pk)
    }
    decisions, _ = decide_all(list(newest.values()))
    return {
        appointment.case.receipt_number: frozenset(decisions[appointment.pk].codes)
        for appointment in newest.values()
    }


def assert_shows_every_answer():
    found = list(list_answers().values())
    alone = [next(iter(codes)) for codes in found if len(codes) == 1]
    # A missed appointment has two refusals: it is not scheduled any more, and it has passed.
    assert sorted(alone) == sorted(set(RefusalCode) - {"NOT_SCHEDULED"})
    several = sorted(sorted(codes) for codes in found if len(codes) > 1)
    assert several == [["ALREADY_PASSED", "NOT_SCHEDULED"], ["RESCHEDULE_LIMIT", "WITHIN_12_HOURS"]]
    assert found.count(frozenset()) >= 4


def list_every_row():
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in EVERY_MODEL}


def test_ana_gets_email_and_texts_at_a_confirmed_number(demo):
    ana = User.objects.get(email="ana@demo.invalid")
    assert (ana.notification_channel, ana.receives_texts) == ("both", True)


def test_the_applicant_sees_each_refusal_alone_or_as_one_of_two(demo):
    assert_shows_every_answer()
    assert find_violations() == []


def test_a_second_run_changes_nothing(demo):
    before = list_every_row()
    call_command("seed_demo")
    assert list_every_row() == before


def test_covers_ten_time_zones_with_slots_for_sixty_days(demo):
    zones = set(Site.objects.values_list("tz", flat=True))
    assert len(zones) >= 10
    assert zones >= {
        "America/Phoenix",
        "Pacific/Honolulu",
        "America/Anchorage",
        "America/Puerto_Rico",
        "Pacific/Guam",
    }
    now = database_now()
    for site in Site.objects.all():
        starts = [slot.starts_at for slot in site.slots.filter(starts_at__gte=now)]
        assert max(starts) >= now + 57 * DAY
        hours = {start.astimezone(ZoneInfo(site.tz)).hour for start in starts if start > now + 3 * DAY}
        assert hours <= set(range(8, 16))


def test_has_the_personas_that_the_start_page_offers(demo):
    personas = DemoPersona.objects.select_related("user")
    assert [persona.user.email for persona in personas] == [plan.email for plan in PERSONAS]
    kinds = [persona.user.kind for persona in personas]
    assert {kind: kinds.count(kind) for kind in User.Kind} == {
        "requestor": 3,
        "representative": 4,
        "staff": 4,
    }
    for persona in personas:
        assert persona.user.emailaddress_set.get().verified
        assert persona.title_en != persona.title_es
    for representative in User.objects.filter(kind=User.Kind.REPRESENTATIVE):
        may_act = representative.email not in {"ruth@demo.invalid", "iris@demo.invalid"}
        assert Case.objects.for_account(representative).exists() == may_act


def test_the_new_applicant_can_add_the_case_with_the_code_on_the_start_page(demo):
    noor = User.objects.get(email="noor@demo.invalid")
    [plan] = [plan for plan in SERIES if plan.access_code]
    about = noor.demo_persona.about_en.replace(" ", "")
    assert plan.receipt_number in about
    assert plan.access_code in about
    added = add_case(account=noor, receipt_number=plan.receipt_number, access_code=plan.access_code)
    assert Appointment.objects.for_account(noor).get().case == added


def test_the_attorney_has_forty_clients_in_every_time_zone_and_some_of_each_kind(demo):
    maya = User.objects.get(email="maya@demo.invalid")
    scheduled = list(list_client_appointments(maya).with_display_relations())
    decisions, _ = decide_all(scheduled)
    assert Case.objects.for_account(maya).count() == 40
    zones = {appointment.slot.site.tz for appointment in scheduled}
    assert zones == set(Site.objects.values_list("tz", flat=True))
    assert len({appointment.case.form_type_id for appointment in scheduled}) >= 9
    refused = [decision for decision in decisions.values() if not decision.is_allowed]
    assert len(refused) == 7
    codes = {code for decision in refused for code in decision.codes}
    assert codes == set(RefusalCode) - {"NOT_SCHEDULED", "CASE_CLOSED"}


def test_has_a_representation_in_every_state(demo):
    rows = Representation.objects.select_related("representative")
    assert {row.status for row in rows} == set(Representation.Status)
    of_maya = {row.status for row in rows if row.representative.name == "Maya Chen"}
    assert of_maya == set(Representation.Status) - {"expired"}
    [expired] = [row for row in rows if row.status == "expired"]
    assert expired.representative.name == "Ruth Adler"


def test_has_a_representative_that_staff_can_verify(demo):
    [waiting] = RepresentativeProfile.objects.at_stage(RepresentativeProfile.Stage.WAITING)
    assert waiting.user.name == "Iris Novak"


@pytest.mark.parametrize("days", [3, 40])
def test_shows_every_answer_again_days_later(demo, shift_clock, days):
    shift_clock(days * DAY)
    seed_demo()
    assert_shows_every_answer()
    assert find_violations() == []


def test_does_not_change_what_a_visitor_used(demo, shift_clock):
    ana = User.objects.get(email="ana@demo.invalid")
    scheduled = {
        appointment.case.receipt_number: appointment
        for appointment in Appointment.objects.for_account(ana)
        .with_display_relations()
        .filter(status="scheduled")
    }
    rescheduled = reschedule_online(scheduled["IOE9900000101"]).to_appointment
    drafted = scheduled["IOE9900000102"]
    RescheduleDraft.objects.create(appointment=drafted, account=ana, reason=reason())
    slots = {appointment.pk: appointment.slot_id for appointment in (rescheduled, drafted)}
    shift_clock(30 * DAY)
    seed_demo()
    for appointment in (rescheduled, drafted):
        appointment.refresh_from_db()
        assert appointment.slot_id == slots[appointment.pk]
    untouched = Appointment.objects.get(pk=scheduled["IOE9900000104"].pk)
    assert untouched.slot_id != scheduled["IOE9900000104"].slot_id
    assert find_violations() == []


def test_does_not_change_an_appointment_that_has_ended(demo, shift_clock):
    Appointment.objects.filter(series__person__case__receipt_number="IOE9900000101").update(
        status=Appointment.Status.ATTENDED
    )
    Slot.objects.filter(appointments__series__person__case__receipt_number="IOE9900000101").update(taken=0)
    shift_clock(30 * DAY)
    seed_demo()
    ended = Appointment.objects.get(series__person__case__receipt_number="IOE9900000101")
    assert ended.status == Appointment.Status.ATTENDED
    assert find_violations() == []


def test_no_demonstration_site_has_times_on_a_federal_holiday(db):
    site = SiteFactory(tz="America/New_York")
    seed_slots(site, datetime(2026, 12, 20, 12, tzinfo=UTC))
    days = {slot.starts_at.astimezone(site.zone).date() for slot in site.slots.all()}
    assert {date(2026, 12, 24), date(2026, 12, 28)} <= days
    assert not days & {date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 18)}


@pytest.mark.parametrize("day", [date(2026, 12, 12), date(2026, 12, 25)], ids=["Saturday", "holiday"])
def test_an_appointment_too_soon_to_reschedule_is_in_opening_hours_at_any_time_of_any_day(db, day):
    sites = seed_sites()
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for code in OPEN_ALL_WEEK:
        seed_slots(sites[code], midnight - DAY)
    for hour in range(24):
        now = midnight + timedelta(hours=hour)
        slot = get_slot_soon(sites["DEN"], now + timedelta(hours=6), now)
        local = slot.starts_at.astimezone(slot.site.zone)
        assert timedelta(hours=1) <= slot.starts_at - now <= timedelta(hours=11, minutes=30)
        assert FIRST <= local.time() < CLOSES
