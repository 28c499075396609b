"""The table of staff units: the powers it gives, and that the groups in the database match it."""

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.models import Case, User
from accounts.services.units import load_units
from accounts.units import UNITS, Forms, StaffPowers, Unit, list_permissions
from tests.factories.accounts import CaseFactory, UserFactory, officer_of

SEEN = {
    Unit.NBC_ADOPTIONS: {"adoption"},
    Unit.CONTACT_CENTER: {"adoption", "other"},
    Unit.CONTACT_CENTER_SUPERVISORS: {"adoption", "other"},
    Unit.SITE_MANAGERS: set(),
    Unit.POLICY_OFFICERS: set(),
    Unit.AUDITORS: {"adoption", "other"},
}
ACTED_ON = {
    Unit.NBC_ADOPTIONS: {"adoption"},
    Unit.CONTACT_CENTER: {"other"},
    Unit.CONTACT_CENTER_SUPERVISORS: {"other"},
}
OVERRIDES = {Unit.NBC_ADOPTIONS, Unit.CONTACT_CENTER_SUPERVISORS}


def test_every_unit_is_in_the_table():
    assert set(UNITS) == set(Unit)


@pytest.mark.parametrize("unit", Unit)
def test_a_unit_sees_exactly_its_cases(reference_data, unit):
    cases = {"adoption": CaseFactory(adoption=True), "other": CaseFactory()}
    seen = set(Case.objects.for_staff(officer_of(unit)))
    assert seen == {cases[kind] for kind in SEEN[unit]}


@pytest.mark.parametrize("unit", Unit)
def test_a_unit_acts_on_exactly_its_forms(db, unit):
    powers = officer_of(unit).powers
    acted_on = {kind for kind in ("adoption", "other") if powers.can_act(is_adoption=kind == "adoption")}
    assert acted_on == ACTED_ON.get(unit, set())
    for kind in ("adoption", "other"):
        is_adoption = kind == "adoption"
        may = kind in acted_on and unit in OVERRIDES
        assert powers.can_override(is_adoption=is_adoption) == may
        assert bool(powers.channel(is_adoption=is_adoption)) == (kind in acted_on)


def test_only_two_units_verify_representatives_and_auditors_read_them(db):
    verifying = {unit for unit in Unit if officer_of(unit).powers.verifies_representatives}
    assert verifying == {Unit.NBC_ADOPTIONS, Unit.CONTACT_CENTER_SUPERVISORS}
    assert not UserFactory(staff=True, is_superuser=True).powers.verifies_representatives
    reading = {
        unit for unit in Unit if "accounts.view_representativeprofile" in list_permissions(UNITS[unit])
    }
    assert reading == verifying | {Unit.AUDITORS}


def test_only_auditors_and_superusers_read_history(db):
    assert {unit for unit in Unit if officer_of(unit).powers.reads_history} == {Unit.AUDITORS}
    assert UserFactory(staff=True, is_superuser=True).powers.reads_history


def test_a_superuser_reads_all_and_acts_on_nothing(reference_data):
    superuser = UserFactory(staff=True, is_superuser=True)
    cases = {CaseFactory(adoption=True), CaseFactory()}
    assert set(Case.objects.for_staff(superuser)) == cases
    assert superuser.powers.acts_on is Forms.NONE


def test_members_of_two_units_have_both_and_each_form_keeps_its_own_channel(db):
    powers = officer_of(Unit.NBC_ADOPTIONS, Unit.CONTACT_CENTER).powers
    assert (powers.reads, powers.acts_on) == (Forms.ALL, Forms.ALL)
    assert powers.channel(is_adoption=True) == "nbc_adoptions"
    assert powers.channel(is_adoption=False) == "contact_center"
    assert powers.can_override(is_adoption=True)
    assert not powers.can_override(is_adoption=False)


@pytest.mark.parametrize("unfit", [{"is_staff": False}, {"is_active": False}])
def test_an_account_that_is_not_active_staff_has_no_powers(reference_data, unfit):
    CaseFactory()
    officer = officer_of(Unit.CONTACT_CENTER)
    User.objects.filter(pk=officer.pk).update(**unfit)
    officer = User.objects.get(pk=officer.pk)
    assert officer.powers == StaffPowers()
    assert not Case.objects.for_staff(officer).exists()


def test_powers_and_cases_take_one_statement_each(reference_data, django_assert_num_queries):
    officer = User.objects.get(pk=officer_of(Unit.CONTACT_CENTER, Unit.NBC_ADOPTIONS).pk)
    with django_assert_num_queries(2):
        list(Case.objects.for_staff(officer))


def test_loading_gives_each_group_exactly_the_permissions_of_the_table(nothing_loaded):
    assert load_units() == len(Unit)
    extra = Permission.objects.get(codename="delete_user")
    Group.objects.get(name=Unit.AUDITORS).permissions.add(extra)

    assert load_units() == 0

    for unit in Unit:
        given = Group.objects.get(name=unit).permissions.select_related("content_type")
        names = {f"{row.content_type.app_label}.{row.codename}" for row in given}
        assert names == list_permissions(UNITS[unit])


def test_loading_leaves_members_and_groups_of_others_alone(db):
    officer = officer_of(Unit.AUDITORS)
    Group.objects.create(name="something else")
    load_units()
    assert set(officer.groups.values_list("name", flat=True)) == {Unit.AUDITORS}
    assert Group.objects.filter(name="something else").exists()


def test_no_unit_can_change_accounts_or_delete_case_rows():
    for powers in UNITS.values():
        for permission in list_permissions(powers):
            act = permission.partition(".")[2].partition("_")[0]
            assert act == "view" or permission.startswith("policy.")
            assert not permission.endswith("_user")
