"""A visitor can finish what the demonstration promises, as each of its people."""

import re
from datetime import timedelta

import pytest
from django.test import override_settings
from django.urls import reverse

from accounts.models import Case, Representation, RepresentativeProfile, User
from appointments.demo.plan import PERSONAS
from appointments.demo.seed import seed_demo
from appointments.models import Appointment, Reschedule
from policy.models import PolicyVersion
from portal.foundation.clock import agency_zone, database_now
from tests.appointments.demo.visitor import Visitor
from tests.support import demo_urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls(demo_urls.__name__)]

SETTINGS = {"IS_DEMO": True, "DEMO_PASSWORD": "a-demonstration-only"}
AT_THE_LIMIT = "SIM9900000154"
NOTE = "Hospital letter seen; agreed with the shift lead."


@pytest.fixture(scope="module")
def demo(module_data):
    """Seed the demonstration once per module. The changes of a test are rolled back."""
    with override_settings(**SETTINGS):
        seed_demo()


@pytest.fixture(autouse=True)
def demo_settings(demo, settings):
    settings.IS_DEMO, settings.DEMO_PASSWORD = True, "a-demonstration-only"


def find_scheduled(receipt_number, name=""):
    rows = Appointment.objects.filter(
        series__person__case__receipt_number=receipt_number, status=Appointment.Status.SCHEDULED
    )
    return (rows.filter(series__person__name=name) if name else rows).get()


def find_case(receipt_number):
    return Case.objects.get(receipt_number=receipt_number)


def reschedule(visitor, appointment):
    """From a page with the appointment to its receipt, at the first time that is offered."""
    visitor.follow("appointments:reason", appointment.public_id)
    visitor.send(reason="TRAVEL")
    finish(visitor)
    assert appointment.series.reschedules.get(from_appointment=appointment).channel == "online"


def finish(visitor):
    visitor.choose_first_time()
    [confirm] = {word for word in visitor.page.split('"') if word.endswith("/confirm/")}
    visitor.send(confirm)


def ana_reschedules_and_then_a_second_time():
    ana = Visitor("ana")
    appointment = find_scheduled("IOE9900000101")
    reschedule(ana, appointment)
    assert ana.sees("Your appointment was rescheduled")
    ana.follow("appointments:list")
    reschedule(ana, find_scheduled("IOE9900000101"))
    ana.follow("appointments:list")
    assert find_scheduled("IOE9900000101").series.reschedules.count() == 2
    assert "RESCHEDULE_LIMIT" in ana.page


def ana_accepts_the_attorney_who_asked():
    ana, case = Visitor("ana"), find_case("IOE9900000102")
    ana.follow("appointments:representative", case.public_id)
    asked = case.representations.get(status=Representation.Status.REQUESTED)
    ana.send(reverse("appointments:accept", args=[asked.public_id]))
    assert Case.objects.for_account(User.objects.get(email="maya@demo.invalid")).filter(pk=case.pk).exists()


def luis_reschedules_three_people_together():
    luis, case = Visitor("luis"), find_case("SIM9900000153")
    luis.follow("appointments:together", case.public_id)
    people = luis.list_values("with")
    assert len(people) == 3
    luis.open(f"{luis.address}?choose=yes&" + "&".join(f"with={person}" for person in people))
    luis.send(reason="LIFE_EVENT")
    finish(luis)
    assert luis.sees("All appointments were rescheduled")
    slots = [row.to_appointment.slot for row in Reschedule.objects.filter(series__person__case=case)]
    assert len(slots) == 3
    assert len({(slot.site_id, slot.starts_at.astimezone(slot.site.zone).date()) for slot in slots}) == 1


def luis_sees_who_handles_the_other_case():
    luis, case = Visitor("luis"), find_case("SIM9900000151")
    luis.follow("appointments:case", case.public_id)
    luis.follow("appointments:representative", case.public_id)
    assert "Maya Chen" in luis.page


def noor_adds_the_case_and_reschedules():
    noor = Visitor("noor")
    assert "7F3K 9Q2M DX4T 8N2P" in noor.user.demo_persona.about_en
    noor.follow("accounts:add_case")
    noor.send(receipt_number="IOE9900000201", access_code="7F3K 9Q2M DX4T 8N2P")
    reschedule(noor, find_scheduled("IOE9900000201"))


def maya_reschedules_four_clients_at_once():
    maya = Visitor("maya")
    chosen = maya.list_values("appointment")[:4]
    maya.send(reverse("appointments:caseload_select"), appointment=chosen)
    maya.send(reason="TRAVEL")
    for _client in chosen:
        maya.choose_first_time()
    [confirm] = {word for word in maya.page.split('"') if word.endswith("/confirm/")}
    maya.send(confirm, reservation=maya.list_values("reservation"))
    assert Reschedule.objects.filter(from_appointment__public_id__in=chosen).count() == 4


def maya_sees_whom_she_asked():
    maya = Visitor("maya")
    maya.follow("appointments:clients")
    assert "IOE9900000102" in maya.page


def samuel_reschedules_his_client():
    samuel = Visitor("samuel")
    appointment = find_scheduled("IOE9900000161")
    samuel.follow("appointments:detail", appointment.public_id)
    reschedule(samuel, appointment)


def ruth_reads_first_what_she_lost():
    ruth = Visitor("ruth")
    [first, *_others] = re.findall(r'class="portal-to-do__item">(.*?)</li>', ruth.page, re.DOTALL)
    assert "It ended with your license or accreditation on" in first
    ruth.follow("accounts:representative")
    assert not Case.objects.for_account(ruth.user).exists()


def iris_is_verified_by_nina():
    nina, profile = Visitor("nbc"), RepresentativeProfile.objects.get(user__email="iris@demo.invalid")
    nina.follow("admin:accounts_representativeprofile_changelist")
    nina.follow("admin:accounts_representativeprofile_change", profile.pk)
    nina.follow("admin:application_verify", profile.pk)
    nina.send(seen_at=nina.list_values("seen_at")[0], note=NOTE)
    iris = Visitor("iris")
    iris.follow("appointments:clients")
    iris.follow("appointments:add_client")


def iris_waits():
    iris = Visitor("iris")
    iris.follow("accounts:representative")
    assert iris.sees("We are checking your details")


def search_case(officer, receipt_number):
    officer.send(reverse("admin:accounts_case_changelist"), q=receipt_number)
    officer.follow("admin:accounts_case_change", find_case(receipt_number).pk)


def reschedule_for_caller(officer, appointment, **fields):
    key = (appointment.series.person.case_id, appointment.public_id)
    officer.follow("admin:case_call", *key)
    officer.send(reason="ILLNESS", note=NOTE)
    [slot, *_others] = officer.list_values("slot")
    officer.open(f"{reverse('admin:case_call_review', args=key)}?slot={slot}")
    officer.send(reverse("admin:case_call_review", args=key), slot=slot, **fields)
    return Reschedule.objects.get(from_appointment=appointment)


def nina_overrides_the_limit_for_a_caller():
    nina = Visitor("nbc")
    assert AT_THE_LIMIT in nina.user.demo_persona.about_en
    search_case(nina, AT_THE_LIMIT)
    assert "RESCHEDULE_LIMIT" in nina.page
    made = reschedule_for_caller(nina, find_scheduled(AT_THE_LIMIT), override="on")
    assert made.overridden_limits == ["RESCHEDULE_LIMIT"]
    assert made.confirmation_number in nina.page


def carl_reschedules_for_a_caller():
    carl = Visitor("carl")
    search_case(carl, "IOE9900000104")
    made = reschedule_for_caller(carl, find_scheduled("IOE9900000104"))
    assert made.confirmation_number in carl.page


def carl_views_an_adoption_case():
    carl, case = Visitor("carl"), find_case("SIM9900000153")
    search_case(carl, case.receipt_number)
    assert "Teresa Ortega" in carl.page
    assert f"/admin/accounts/case/{case.pk}/appointments/" not in carl.page


def pia_enters_a_limit_before_it_takes_effect():
    pia, now = Visitor("pia"), database_now()
    pia.follow("admin:policy_policyversion_changelist")
    pia.follow("admin:policy_policyversion_add")
    begins = (now + timedelta(days=7)).astimezone(agency_zone())
    pia.send(
        effective_at=f"{begins:%Y-%m-%dT%H:%M}",
        online_cutoff=24,
        reschedule_cap=3,
        horizon=90,
        hold_length=15,
        hold_ceiling=45,
        group_gap=20,
        requestor_live_holds=5,
        requestor_holds_per_hour=30,
        representative_live_holds=50,
        representative_holds_per_hour=300,
        source="A test",
    )
    assert PolicyVersion.objects.filter(effective_at__gt=now, reschedule_cap=3).exists()
    assert pia.client.get(reverse("admin:accounts_case_changelist")).status_code == 404


def omar_reads_a_case_and_its_history():
    omar, case = Visitor("omar"), find_case("IOE9900000103")
    search_case(omar, case.receipt_number)
    assert f"/admin/accounts/case/{case.pk}/appointments/" not in omar.page
    omar.follow("admin:accounts_case_history", case.pk)
    assert "Ana Rivera" in omar.page


WALKS = {
    "ana": [ana_reschedules_and_then_a_second_time, ana_accepts_the_attorney_who_asked],
    "luis": [luis_reschedules_three_people_together, luis_sees_who_handles_the_other_case],
    "noor": [noor_adds_the_case_and_reschedules],
    "maya": [maya_reschedules_four_clients_at_once, maya_sees_whom_she_asked],
    "samuel": [samuel_reschedules_his_client],
    "ruth": [ruth_reads_first_what_she_lost],
    "iris": [iris_waits, iris_is_verified_by_nina],
    "nbc": [nina_overrides_the_limit_for_a_caller, iris_is_verified_by_nina],
    "carl": [carl_reschedules_for_a_caller, carl_views_an_adoption_case],
    "pia": [pia_enters_a_limit_before_it_takes_effect],
    "omar": [omar_reads_a_case_and_its_history],
}


def test_everyone_has_a_walk():
    assert set(WALKS) == {plan.key for plan in PERSONAS}


@pytest.mark.parametrize(
    "walk",
    dict.fromkeys(walk for walks in WALKS.values() for walk in walks),
    ids=lambda walk: walk.__name__,
)
def test_the_walk_ends_well(walk):
    walk()
