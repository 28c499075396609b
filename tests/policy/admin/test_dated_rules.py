"""Tests of dated rules in the admin: entered in advance, read-only once begun, errors at their fields."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import override

from accounts.units import Unit
from policy.models import ContactRoute, FormType, FormTypeVersion, GoodCauseReason, PolicyVersion
from policy.queries import get_rules
from portal.foundation.clock import agency_zone, database_now
from tests.factories.accounts import officer_of
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")

MODELS = {
    "policyversion": PolicyVersion,
    "formtypeversion": FormTypeVersion,
    "goodcausereason": GoodCauseReason,
}


@pytest.fixture
def officer(client, reference_data):
    officer = officer_of(Unit.POLICY_OFFICERS)
    sign_in_staff(client, officer)
    return officer


def at_agency(ahead):
    return f"{(database_now() + ahead).astimezone(agency_zone()):%Y-%m-%dT%H:%M}"


def typed(model, **changes):
    """Return the form data of a valid new row."""
    soon = at_agency(timedelta(days=7))
    fields = {
        "policyversion": {
            "online_cutoff": "24",
            "reschedule_cap": "3",
            "horizon": "90",
            "hold_length": "15",
            "hold_ceiling": "45",
            "group_gap": "20",
            "requestor_live_holds": "5",
            "requestor_holds_per_hour": "30",
            "representative_live_holds": "50",
            "representative_holds_per_hour": "300",
        },
        "formtypeversion": {
            "form_type": str(FormType.objects.get(code="I-485").pk),
            "online_from": soon,
            "scheduled_from": "",
        },
        "goodcausereason": {
            "code": "JURY_DUTY",
            "text_en": "Jury duty",
            "text_es": "Servicio de jurado",
            "position": "9",
        },
    }[model]
    return {**fields, "effective_at": soon, "source": "a test", **changes}


def add(client, model, **changes):
    return client.post(reverse(f"admin:policy_{model}_add"), typed(model, **changes))


def errors_of(answer):
    assert answer.status_code == 200
    return answer.context["adminform"].form.errors


@pytest.mark.parametrize("model", MODELS)
def test_a_rule_entered_in_advance_applies_from_its_instant(client, officer, model, shift_clock):
    before = MODELS[model].objects.count()
    assert add(client, model).status_code == 302
    assert MODELS[model].objects.count() == before + 1
    assert get_rules(form_type_ids=[]).limits.reschedule_cap == 2

    shift_clock(timedelta(days=8))

    if model == "policyversion":
        limits = get_rules(form_type_ids=[]).limits
        assert (limits.online_cutoff, limits.reschedule_cap) == (timedelta(hours=24), 3)
        assert (limits.horizon, limits.hold_ceiling) == (timedelta(days=90), timedelta(minutes=45))
        assert limits.group_gap == timedelta(minutes=20)
    if model == "goodcausereason":
        assert "JURY_DUTY" in GoodCauseReason.objects.in_force().values_list("code", flat=True)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("ahead", [timedelta(minutes=-1), timedelta(days=-400)])
def test_no_rule_can_be_entered_for_the_past(client, officer, model, ahead):
    before = MODELS[model].objects.count()
    assert "effective_at" in errors_of(add(client, model, effective_at=at_agency(ahead)))
    assert MODELS[model].objects.count() == before


@pytest.mark.parametrize("model", MODELS)
def test_a_rule_that_has_begun_cannot_be_changed_or_deleted(client, officer, model):
    row = MODELS[model].objects.order_by("pk").first()
    before = MODELS[model].objects.filter(pk=row.pk).values().get()
    for act in ("change", "delete"):
        address = reverse(f"admin:policy_{model}_{act}", args=[row.pk])
        client.post(address, {**typed(model), "post": "yes"})
    assert MODELS[model].objects.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize("model", MODELS)
def test_a_future_rule_can_be_changed_and_deleted(client, officer, model):
    add(client, model)
    row = MODELS[model].objects.latest("pk")
    change = reverse(f"admin:policy_{model}_change", args=[row.pk])
    assert client.post(change, typed(model, source="better")).status_code == 302
    assert MODELS[model].objects.get(pk=row.pk).source == "better"
    assert (
        client.post(reverse(f"admin:policy_{model}_delete", args=[row.pk]), {"post": "yes"}).status_code
        == 302
    )
    assert not MODELS[model].objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", MODELS)
def test_a_rule_that_begins_while_its_form_is_open_is_not_changed(client, officer, model, shift_clock):
    add(client, model)
    row = MODELS[model].objects.latest("pk")
    shift_clock(timedelta(days=8))
    client.post(
        reverse(f"admin:policy_{model}_change", args=[row.pk]),
        typed(model, source="too late", effective_at=at_agency(timedelta(days=9))),
    )
    assert MODELS[model].objects.get(pk=row.pk).source == "a test"


@pytest.mark.parametrize("unit", [unit for unit in Unit if unit != Unit.POLICY_OFFICERS])
def test_only_policy_officers_can_enter_rules(client, unit):
    sign_in_staff(client, officer_of(unit))
    for model, rows in MODELS.items():
        before = rows.objects.count()
        add(client, model)
        assert rows.objects.count() == before


BAD = [
    ("policyversion", "online_cutoff", "-1"),
    ("policyversion", "online_cutoff", "99999999999999999999"),
    ("policyversion", "online_cutoff", "twelve"),
    ("policyversion", "reschedule_cap", "-1"),
    ("policyversion", "reschedule_cap", "99999"),
    ("policyversion", "horizon", "1"),
    ("policyversion", "hold_length", "0"),
    ("policyversion", "hold_ceiling", "1"),
    ("policyversion", "group_gap", "-1"),
    ("policyversion", "effective_at", ""),
    ("policyversion", "effective_at", "soon"),
    ("policyversion", "effective_at", "9999-12-31T23:59"),
    ("policyversion", "effective_at", "2027-03-14T02:30"),
    ("policyversion", "effective_at", "2027-11-07T01:30"),
    ("policyversion", "source", ""),
    ("policyversion", "source", "x" * 301),
    ("policyversion", "source", "\x00"),
    ("formtypeversion", "form_type", "999999"),
    ("formtypeversion", "form_type", ""),
    ("formtypeversion", "online_from", "0001-01-01T00:00"),
    ("formtypeversion", "scheduled_from", "x"),
    ("goodcausereason", "text_es", ""),
    ("goodcausereason", "text_en", ""),
    ("goodcausereason", "code", "no spaces"),
    ("goodcausereason", "position", "-3"),
    ("goodcausereason", "ended_at", "2020-01-01T00:00"),
]


@pytest.mark.parametrize(("model", "field", "value"), BAD)
def test_bad_input_gets_an_error_at_its_field(client, officer, model, field, value):
    before = MODELS[model].objects.count()
    assert field in errors_of(add(client, model, **{field: value}))
    assert MODELS[model].objects.count() == before


def test_two_versions_for_one_instant_are_refused_with_an_error_at_the_field(client, officer):
    assert add(client, "policyversion").status_code == 302
    assert "effective_at" in errors_of(add(client, "policyversion"))
    assert add(client, "formtypeversion").status_code == 302
    assert errors_of(add(client, "formtypeversion"))


def test_a_reason_in_force_can_be_ended_and_nothing_else_of_it_changed(client, officer, shift_clock):
    row = GoodCauseReason.objects.get(code="TRAVEL")
    change = reverse("admin:policy_goodcausereason_change", args=[row.pk])
    fields = {**typed("goodcausereason"), "ended_at": at_agency(timedelta(days=3))}

    assert client.post(change, fields).status_code == 302

    ended = GoodCauseReason.objects.get(pk=row.pk)
    assert (ended.code, ended.text_en, ended.ended_at is not None) == (row.code, row.text_en, True)
    shift_clock(timedelta(days=4))
    assert row.code not in GoodCauseReason.objects.in_force().values_list("code", flat=True)
    client.post(change, {**fields, "ended_at": ""})
    assert GoodCauseReason.objects.get(pk=row.pk).ended_at is not None


def test_a_reason_is_not_ended_in_the_past(client, officer):
    row = GoodCauseReason.objects.get(code="TRAVEL")
    change = reverse("admin:policy_goodcausereason_change", args=[row.pk])
    assert "ended_at" in errors_of(client.post(change, {"ended_at": at_agency(timedelta(days=-1))}))


def test_a_code_in_force_is_not_offered_twice(client, officer):
    assert errors_of(add(client, "goodcausereason", code="travel"))
    assert GoodCauseReason.objects.filter(code="TRAVEL").count() == 1


def test_the_database_itself_refuses_two_reasons_of_a_code_at_a_time(reference_data):
    row = GoodCauseReason.objects.get(code="TRAVEL")
    row.pk, row.effective_at = None, database_now() + timedelta(days=1)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        row.save()
    assert refused.value.__cause__.diag.constraint_name == "reason_one_of_a_code_at_a_time"


def test_lists_show_which_rules_are_in_force(client, officer):
    add(client, "policyversion")
    page = client.get(reverse("admin:policy_policyversion_changelist")).content.decode()
    assert page.count("In force") == 1
    assert page.count("Upcoming") == 1
    assert "12 hours" in page
    assert "24 hours" in page


def test_a_new_version_starts_from_the_numbers_in_force(client, officer):
    page = client.get(reverse("admin:policy_policyversion_add"))
    form = page.context["adminform"].form
    assert form["online_cutoff"].value() == "12"
    assert form["hold_length"].value() == "10"
    assert form["horizon"].value() == "60"


def test_offices_and_titles_can_be_changed_but_not_their_codes(client, officer):
    office = ContactRoute.objects.get(code="CONTACT_CENTER")
    form_type = FormType.objects.get(code="I-485")
    values = ContactRoute.objects.filter(pk=office.pk).values().get()
    fields = {key: value for key, value in values.items() if not isinstance(value, bool)}
    client.post(
        reverse("admin:policy_contactroute_change", args=[office.pk]),
        {**fields, "phone": "800-555-0199", "code": "OTHER"},
    )
    client.post(
        reverse("admin:policy_formtype_change", args=[form_type.pk]),
        {
            "title_en": "Better",
            "title_es": "Mejor",
            "contact_route": str(office.pk),
            "is_adoption": "on",
            "code": "X",
        },
    )
    office.refresh_from_db()
    form_type.refresh_from_db()
    assert (office.phone, office.code) == ("800-555-0199", "CONTACT_CENTER")
    assert (form_type.title_en, form_type.code, form_type.is_adoption) == ("Better", "I-485", False)


def test_auditors_can_see_who_changed_a_rule(client, officer):
    add(client, "policyversion")
    row = PolicyVersion.objects.latest("pk")
    history = reverse("admin:policy_policyversion_history", args=[row.pk])
    assert client.get(history).status_code == 404
    sign_in_staff(client, officer_of(Unit.AUDITORS))
    page = client.get(history).content.decode()
    assert officer.name in page
    assert "a test" in page


@pytest.mark.parametrize("model", MODELS)
def test_messages_and_pages_show_the_display_name_of_a_row(client, officer, model):
    client.cookies["django_language"] = "es"
    added = client.post(reverse(f"admin:policy_{model}_add"), typed(model), follow=True)
    row = MODELS[model].objects.latest("pk")
    change = reverse(f"admin:policy_{model}_change", args=[row.pk])
    changed = client.post(change, typed(model, source="better"), follow=True)
    delete = reverse(f"admin:policy_{model}_delete", args=[row.pk])
    confirmation = client.get(delete).content.decode()
    deleted = client.post(delete, {"post": "yes"}, follow=True)

    shown = [[str(message) for message in page.context["messages"]] for page in (added, changed, deleted)]
    assert shown == [["Se guardó."], ["Se guardó."], ["Se eliminó."]]
    with override("es"):
        assert f"<h2>{capfirst(str(row._meta.verbose_name))} {row.pk}</h2>" in confirmation
        assert str(row) not in confirmation
    assert "llévame" not in confirmation
