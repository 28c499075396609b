"""Every staff address for every unit: a row of another unit is answered like a missing row."""

import uuid
from itertools import product

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.messages.storage.session import SessionStorage
from django.urls import reverse

from accounts.models import AccessCode, Case, User
from accounts.units import UNITS, Unit, list_permissions
from appointments.models import Appointment, DeliveryConflict, Notice, Reschedule
from tests.factories.accounts import CaseFactory, PersonFactory, UserFactory, officer_of
from tests.factories.appointments import (
    AppointmentFactory,
    ConflictFactory,
    SeriesFactory,
    SlotFactory,
)
from tests.factories.reschedules import reschedule_online
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")

# unit → the kinds of cases that it does not read
FOREIGN = {
    Unit.NBC_ADOPTIONS: ["other"],
    Unit.SITE_MANAGERS: ["adoption", "other"],
    Unit.POLICY_OFFICERS: ["adoption", "other"],
    None: ["adoption", "other"],
}
READS_WITHOUT_ACTING = {
    Unit.CONTACT_CENTER: "adoption",
    Unit.CONTACT_CENTER_SUPERVISORS: "adoption",
    Unit.AUDITORS: "other",
}
PAIRS = [(unit, kind) for unit, kinds in FOREIGN.items() for kind in kinds]
CASE_ROWS = {"accounts_case": Case, "appointments_reschedule": Reschedule, "appointments_notice": Notice}
CASE_ROWS["appointments_deliveryconflict"] = DeliveryConflict
ACTS = ["case_close", "case_issue_code", "case_enter_code"]
APPOINTMENT_ACTS = [
    "case_mark",
    "case_lift",
    "case_call",
    "case_call_times",
    "case_call_sites",
    "case_call_review",
]
CANARY = "Zebedee Quillfeather"


@pytest.fixture
def world(reference_data):
    """Return rows by kind of form: a case with a reschedule, a notice, a conflict and an appointment."""
    made = {}
    for kind in ("adoption", "other"):
        case = CaseFactory(adoption=kind == "adoption")
        person = PersonFactory(case=case, name=f"{CANARY} {kind}")
        reschedule = reschedule_online(AppointmentFactory(series=SeriesFactory(person=person)), SlotFactory())
        conflict = ConflictFactory(appointment=reschedule.to_appointment)
        made[kind] = {
            "accounts_case": case,
            "appointments_reschedule": reschedule,
            "appointments_notice": reschedule.notices.get(),
            "appointments_deliveryconflict": conflict,
            "appointment": reschedule.to_appointment,
        }
    return made


def enter_as(client, unit):
    officer = officer_of(*[unit] if unit else [])
    sign_in_staff(client, officer)
    return officer


def forget_messages(client):
    """Take the messages out of the session. To show them on a page would take longer than the test."""
    session = client.session
    session.pop(SessionStorage.session_key, None)
    session.save()


def addresses(rows, *, pretend=False):
    """Return every address with a key of these rows, or with a key that no row has."""
    case, appointment = rows["accounts_case"], rows["appointment"]
    case_key = 987654321 if pretend else case.pk
    public_id = uuid.uuid4() if pretend else appointment.public_id
    found = {}
    for name in CASE_ROWS:
        key = 987654321 if pretend else rows[name].pk
        for act in ("change", "history", "delete"):
            found[f"{name}_{act}"] = reverse(f"admin:{name}_{act}", args=[key])
    for name in ACTS:
        found[name] = reverse(f"admin:{name}", args=[case_key])
    for name in [*APPOINTMENT_ACTS, "case_call_done"]:
        found[name] = reverse(f"admin:{name}", args=[case_key, public_id])
    conflict_key = 987654321 if pretend else rows["appointments_deliveryconflict"].pk
    found["conflict_settle"] = reverse("admin:conflict_settle", args=[conflict_key])
    return found


def snapshot():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Case, Appointment, Reschedule, Notice, DeliveryConflict, AccessCode)
    ]


FORGED = {
    "note": "forged",
    "status": "closed",
    "language": "en",
    "code": "7F3K9Q2MDX4T8N2P",
    "printed_on": "2026-11-20",
    "reason": "ILLNESS",
    "explanation": "",
    "override": "on",
    "post": "yes",
}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("unit", "kind"), PAIRS)
def test_another_units_row_is_answered_like_one_that_does_not_exist(client, world, unit, kind, method):
    enter_as(client, unit)
    before = snapshot()
    fields = {**FORGED, "slot": str(SlotFactory().public_id)} if method == "post" else {}
    unknown = addresses(world[kind], pretend=True)
    for name, address in addresses(world[kind]).items():
        foreign = getattr(client, method)(address, fields)
        missing = getattr(client, method)(unknown[name], fields)
        assert foreign.status_code == missing.status_code in (302, 404), name
        assert foreign.headers.get("Location") == missing.headers.get("Location"), name
        assert CANARY not in foreign.content.decode()
        forget_messages(client)
    assert snapshot() == before


@pytest.mark.parametrize(("unit", "kind"), PAIRS)
def test_lists_and_searches_hold_nothing_of_another_unit(client, world, unit, kind):
    enter_as(client, unit)
    rows = world[kind]
    for name in CASE_ROWS:
        address = reverse(f"admin:{name}_changelist")
        for words in (
            "",
            CANARY,
            rows["accounts_case"].receipt_number,
            rows["appointments_reschedule"].confirmation_number,
        ):
            answer = client.post(address, {"q": words}, follow=True) if words else client.get(address)
            assert answer.status_code in (200, 404), (name, words)
            page = answer.content.decode().replace(f'value="{words}"', "")
            assert f"{CANARY} {kind}" not in page
            assert reverse("admin:accounts_case_change", args=[rows["accounts_case"].pk]) not in page


@pytest.mark.parametrize(("unit", "kind"), READS_WITHOUT_ACTING.items())
def test_a_unit_that_only_reads_changes_nothing_by_any_address(client, world, unit, kind):
    enter_as(client, unit)
    before = snapshot()
    slot = SlotFactory()
    for name, address in addresses(world[kind]).items():
        answer = client.post(address, {**FORGED, "slot": str(slot.public_id)})
        assert answer.status_code in (200, 302, 404, 405), name
    assert snapshot() == before


@pytest.mark.parametrize("unit", [*Unit, None])
def test_no_list_takes_an_action_an_addition_or_a_change(client, world, unit):
    enter_as(client, unit)
    before = snapshot()
    for kind, name in product(("adoption", "other"), CASE_ROWS):
        key = world[kind][name].pk
        changelist = reverse(f"admin:{name}_changelist")
        posts = {
            changelist: {"action": "delete_selected", "_selected_action": [str(key)], "post": "yes"},
            reverse(f"admin:{name}_add"): {"status": "closed", "receipt_number": "IOE9999999999"},
            reverse(f"admin:{name}_change", args=[key]): {"status": "closed", "counts": "", "_save": "1"},
            reverse(f"admin:{name}_delete", args=[key]): {"post": "yes"},
        }
        for address, fields in posts.items():
            assert client.post(address, fields).status_code < 500, address
    assert snapshot() == before


@pytest.mark.parametrize("unit", [*Unit, None])
def test_autocomplete_reveals_no_row(client, world, unit):
    enter_as(client, unit)
    for app, model, field in [
        ("accounts", "person", "case"),
        ("appointments", "reschedule", "series"),
        ("appointments", "notice", "addressee"),
        ("accounts", "accesscode", "case"),
    ]:
        answer = client.get(
            reverse("admin:autocomplete"),
            {"app_label": app, "model_name": model, "field_name": field, "term": "9"},
        )
        text = answer.content.decode()
        for kind in FOREIGN.get(unit, []):
            assert world[kind]["accounts_case"].receipt_number not in text
        assert answer.status_code in (200, 403, 404)


QUERIES = [
    {"requestor__password__startswith": "p"},
    {"people__name__startswith": "Z"},
    {"receipt_number__startswith": "IOE"},
    {"requestor__email__contains": "@"},
    {"access_codes__code_hash__startswith": "a"},
    {"status__regex": "("},
    {"channel__regex": "("},
    {"kind__regex": "("},
    {"site__slots__appointments__series__person__name__startswith": "G"},
    {"site__slots__appointments__series__person__case__requestor__password__startswith": "p"},
    {"_to_field": "public_id"},
    {"_to_field": "requestor"},
    {"p": "-1"},
    {"p": "99999999999999999999"},
    {"o": "1.2.-3"},
    {"status__exact": "\x00"},
    {"status__exact": "nonsense"},
    {"all": ""},
    {"_popup": "1"},
    {"q": "\x00"},
    {"q": "%" * 300},
    {"e": "1"},
]


@pytest.mark.parametrize("name", [*CASE_ROWS, "appointments_slot", "appointments_site"])
def test_any_query_is_answered_and_none_asks_about_what_is_not_shown(client, world, name):
    enter_as(client, Unit.CONTACT_CENTER)
    for query in QUERIES:
        answer = client.get(reverse(f"admin:{name}_changelist"), query)
        assert answer.status_code in (200, 302, 400), query
        if any("__" in key and key != "status__exact" for key in query):
            assert answer.status_code in (302, 400)


@pytest.mark.parametrize(
    "name", [*CASE_ROWS, "appointments_site", "appointments_slot", "policy_policyversion"]
)
def test_any_key_is_answered(client, world, name):
    enter_as(client, Unit.AUDITORS)
    for key in ["0", "abc", "9" * 40, "1_2F", "-1", "%00"]:
        for act in ("change", "history", "delete"):
            address = reverse(f"admin:{name}_{act}", args=["KEY"]).replace("KEY", key)
            assert client.get(address).status_code < 500, address


FILTERS = {
    "accounts_case": {"status__exact": "open"},
    "accounts_representativeprofile": {"stage": "rejected"},
    "appointments_reschedule": {"channel__exact": "online"},
    "appointments_deliveryconflict": {"settled": "no"},
    "appointments_notice": {"mail": "failed"},
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_that_a_list_offers_is_answered(client, world, name):
    enter_as(client, Unit.AUDITORS)
    assert client.get(reverse(f"admin:{name}_changelist"), FILTERS[name]).status_code == 200


def list_registered():
    return [model for model in apps.get_models() if admin.site.is_registered(model)]


def test_only_our_own_pages_are_registered():
    assert {model._meta.label for model in list_registered()} == {
        "accounts.Case",
        "accounts.RepresentativeProfile",
        "accounts.User",
        "appointments.CaseloadExport",
        "appointments.DeliveryConflict",
        "appointments.Reschedule",
        "appointments.Notice",
        "appointments.Site",
        "appointments.Slot",
        "feedback.Feedback",
        "policy.ContactRoute",
        "policy.FormType",
        "policy.FormTypeVersion",
        "policy.GoodCauseReason",
        "policy.PolicyVersion",
    }


def test_every_page_is_readable_by_some_unit_or_for_superusers_alone():
    given = set().union(*(list_permissions(powers) for powers in UNITS.values()))
    for model in list_registered():
        wanted = f"{model._meta.app_label}.view_{model._meta.model_name}"
        assert wanted in given or model is User


def test_no_page_edits_rows_in_its_list_or_inline():
    for page in map(admin.site.get_model_admin, list_registered()):
        assert not page.list_editable
        assert not page.inlines
        assert not page.autocomplete_fields


# --- Accounts of staff -------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [*Unit, None])
def test_only_superusers_reach_accounts(client, world, unit):
    officer = enter_as(client, unit)
    for address in (
        reverse("admin:accounts_user_changelist"),
        reverse("admin:accounts_user_add"),
        reverse("admin:accounts_user_change", args=[officer.pk]),
        reverse("admin:accounts_user_history", args=[officer.pk]),
    ):
        for answer in (client.get(address), client.post(address, {"is_superuser": "on", "groups": ["1"]})):
            assert answer.status_code in (302, 404), address
    officer = User.objects.get(pk=officer.pk)
    assert not officer.is_superuser
    assert officer.groups.count() == (1 if unit else 0)


def test_a_superuser_adds_staff_to_units_and_nothing_else_can_be_slipped_in(client, world):
    sign_in_staff(client, officer_of(is_superuser=True))
    group = Group.objects.get(name=Unit.AUDITORS)
    outside = Group.objects.create(name="outside")
    fields = {"email": "New@Example.org", "name": "New Officer", "language": "en", "is_active": "on"}
    forged = {"is_superuser": "on", "password": "pbkdf2$x", "kind": "requestor", "user_permissions": ["1"]}
    answer = client.post(reverse("admin:accounts_user_add"), {**fields, **forged, "groups": [str(group.pk)]})
    assert answer.status_code == 302
    added = User.objects.get(email="new@example.org")
    assert (added.kind, added.is_staff, added.is_superuser) == (User.Kind.STAFF, True, False)
    assert not added.has_usable_password()
    assert set(added.groups.all()) == {group}
    assert not added.user_permissions.exists()

    change = reverse("admin:accounts_user_change", args=[added.pk])
    client.post(change, {**fields, **forged, "email": "stolen@example.org", "groups": [str(outside.pk)]})
    added.refresh_from_db()
    assert added.email == "new@example.org"
    assert set(added.groups.all()) == {group}


def test_a_superuser_sees_no_account_of_the_public(client, world):
    requestor = UserFactory()
    superuser = officer_of(is_superuser=True)
    sign_in_staff(client, superuser)
    assert requestor.email not in client.get(reverse("admin:accounts_user_changelist")).content.decode()
    change = client.get(reverse("admin:accounts_user_change", args=[requestor.pk]))
    assert change.status_code == 302


def test_superusers_do_not_lock_themselves_out(client, world):
    superuser = officer_of(is_superuser=True)
    sign_in_staff(client, superuser)
    change = reverse("admin:accounts_user_change", args=[superuser.pk])
    client.post(change, {"name": "Still Me", "language": "en"})
    superuser.refresh_from_db()
    assert (superuser.name, superuser.is_active) == ("Still Me", True)
