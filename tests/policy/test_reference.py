"""Tests of the reference data against the two published messages of the agency."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import translation

from policy.models import ContactRoute, FormType, FormTypeVersion, GoodCauseReason, PolicyVersion
from policy.queries import get_rules
from policy.services import load_reference_data
from portal.foundation.clock import database_now
from tests.factories.policy import FormTypeVersionFactory, PolicyVersionFactory
from tests.support.clock import clock_stopped_at

ADOPTION_FORMS = {"I-600", "I-600A", "I-800", "I-800A"}
NEW_YORK = ZoneInfo("America/New_York")
MODELS = (ContactRoute, FormType, FormTypeVersion, GoodCauseReason, PolicyVersion)


def every_row():
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}


def test_loading_twice_changes_nothing(reference_data):
    before = every_row()
    assert all(before.values())
    added = load_reference_data()
    assert sum(added.values()) == 0
    assert every_row() == before


def test_loading_again_leaves_what_staff_changed(reference_data):
    ContactRoute.objects.update(phone="555-0100", is_verified=True)
    GoodCauseReason.objects.filter(code="TRAVEL").update(ended_at=database_now())
    staffs_own = FormTypeVersionFactory(effective_at=database_now())
    before = every_row()
    load_reference_data()
    assert every_row() == before
    assert FormTypeVersion.objects.in_force().get(form_type=staffs_own.form_type_id) == staffs_own


def test_the_command_says_what_it_added(nothing_loaded, capsys):
    call_command("load_reference_data")
    assert "7 reasons added" in capsys.readouterr().out
    call_command("load_reference_data")
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == {"0"}


def test_four_adoption_forms_have_the_cutoff_of_their_launch_day(reference_data):
    versions = FormTypeVersion.objects.filter(form_type__is_adoption=True).select_related("form_type")
    assert {version.form_type.code for version in versions} == ADOPTION_FORMS
    launch = datetime(2024, 5, 29, 0, 0, tzinfo=NEW_YORK)
    for version in versions:
        assert version.scheduled_from == launch
        assert version.online_from == launch
        assert version.is_verified


def test_other_forms_have_no_cutoff_and_stay_unverified(reference_data):
    versions = FormTypeVersion.objects.filter(form_type__is_adoption=False)
    assert versions.count() >= 5
    launch = datetime(2023, 6, 28, 0, 0, tzinfo=NEW_YORK)
    for version in versions:
        assert version.scheduled_from is None
        assert not version.is_verified
        assert version.online_from in (launch, None)


def test_at_least_one_form_is_not_available_online(reference_data):
    disabled = FormTypeVersion.objects.in_force().filter(online_from=None)
    assert [version.form_type.code for version in disabled.select_related("form_type")] == ["I-914"]


def test_every_form_has_one_version_in_force_and_a_title_in_each_language(reference_data):
    forms = list(FormType.objects.all())
    assert FormTypeVersion.objects.in_force().count() == len(forms)
    for form in forms:
        assert form.title_en
        assert form.title_es
        assert form.title_en != form.title_es


def test_adoption_forms_call_the_nbc_and_all_others_the_contact_center(reference_data):
    for form in FormType.objects.select_related("contact_route"):
        expected = "NBC_ADOPTIONS" if form.code in ADOPTION_FORMS else "CONTACT_CENTER"
        assert form.contact_route.code == expected


def test_offices_have_the_published_numbers_and_are_not_verified(reference_data):
    center = ContactRoute.objects.get(code="CONTACT_CENTER")
    nbc = ContactRoute.objects.get(code="NBC_ADOPTIONS")
    assert center.phone == "800-375-5283"
    assert (nbc.phone, nbc.phone_abroad, nbc.phone_tty) == ("877-424-8374", "913-275-5480", "800-877-8339")
    assert center.takes_untimely_requests
    assert not ContactRoute.objects.filter(is_verified=True).exists()


def test_six_listed_reasons_come_before_other_which_alone_needs_an_explanation(reference_data):
    reasons = list(GoodCauseReason.objects.in_force())
    assert [reason.code for reason in reasons] == [
        "ILLNESS",
        "TRAVEL",
        "LIFE_EVENT",
        "TRANSPORT",
        "WORK_OR_CARE",
        "LATE_NOTICE",
        "OTHER",
    ]
    assert [reason.code for reason in reasons if reason.requires_explanation] == ["OTHER"]


@pytest.mark.parametrize("model", [ContactRoute, FormTypeVersion, GoodCauseReason, PolicyVersion])
def test_every_row_names_its_source(reference_data, model):
    sources = set(model.objects.values_list("source", flat=True))
    assert sources
    assert all(len(source) > 10 for source in sources)


def test_texts_follow_the_language_of_the_reader(reference_data):
    travel = GoodCauseReason.objects.get(code="TRAVEL")
    assert travel.text == travel.text_en
    with translation.override("es"):
        assert travel.text == travel.text_es
        assert travel.text != travel.text_en


def test_the_limits_at_launch_are_the_published_ones(reference_data):
    limits = get_rules(form_type_ids=[]).limits
    assert limits.online_cutoff.total_seconds() == 12 * 3600
    assert limits.reschedule_cap == 2
    assert limits.horizon.days == 60
    assert (limits.hold_length.total_seconds(), limits.hold_ceiling.total_seconds()) == (600, 1800)
    assert limits.group_gap.total_seconds() == 1800
    assert (limits.requestor_live_holds, limits.requestor_holds_per_hour) == (5, 30)
    assert (limits.representative_live_holds, limits.representative_holds_per_hour) == (50, 300)


def test_a_policy_version_applies_from_its_instant(reference_data, shift_clock):
    now = database_now()
    old = get_rules(form_type_ids=[]).limits
    new = PolicyVersionFactory(effective_at=now + timedelta(hours=1), reschedule_cap=1)
    assert get_rules(form_type_ids=[]).limits == old
    shift_clock(timedelta(hours=1))
    assert get_rules(form_type_ids=[]).limits == new
    shift_clock(timedelta(minutes=58))
    assert get_rules(form_type_ids=[]).limits == old


def test_a_form_type_version_applies_from_its_instant(reference_data, shift_clock):
    form_type = FormType.objects.get(code="I-914")
    new = FormTypeVersionFactory(
        form_type=form_type, effective_at=database_now() + timedelta(hours=1), online_from=database_now()
    )
    assert get_rules(form_type_ids=[form_type.pk]).form_types[form_type.pk].online_from is None
    shift_clock(timedelta(hours=1))
    assert get_rules(form_type_ids=[form_type.pk]).form_types[form_type.pk] == new


@pytest.mark.parametrize(
    ("before", "is_in_force"), [(timedelta(0), True), (timedelta(microseconds=1), False)]
)
def test_versions_apply_at_exactly_their_instant(reference_data, before, is_in_force):
    form_type, begins = FormType.objects.get(code="I-914"), database_now() + timedelta(hours=1)
    limits = PolicyVersionFactory(effective_at=begins)
    version = FormTypeVersionFactory(form_type=form_type, effective_at=begins)
    with clock_stopped_at(begins - before):
        rules = get_rules(form_type_ids=[form_type.pk])
    assert (rules.limits == limits, rules.form_types[form_type.pk] == version) == (is_in_force, is_in_force)


def test_reading_the_rules_takes_two_statements(reference_data, django_assert_num_queries):
    every_form = list(FormType.objects.values_list("pk", flat=True))
    with django_assert_num_queries(2):
        rules = get_rules(form_type_ids=every_form)
    assert rules.form_types.keys() == set(every_form)


def test_reading_rules_that_were_never_loaded_says_so(nothing_loaded):
    with pytest.raises(PolicyVersion.DoesNotExist):
        get_rules(form_type_ids=[])
    load_reference_data()
    with pytest.raises(FormTypeVersion.DoesNotExist):
        get_rules(form_type_ids=[0])
