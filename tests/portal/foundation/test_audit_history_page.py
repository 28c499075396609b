"""Tests of the audit history page: columns and related rows have names in the reader's language."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Representation
from accounts.units import Unit
from appointments.models import Appointment, Notice, ReservedSeat, Site, Slot
from appointments.notices.presenters.reschedules import build_place
from appointments.staff.presenters.row_names import ROW_NAMES
from policy.models import PolicyVersion
from portal.foundation.admin.audit_history import PAGE_SIZE, get_history_page
from tests.factories.accounts import officer_of
from tests.factories.appointments import AppointmentFactory, SiteFactory, SlotFactory
from tests.factories.reschedules import reschedule_online
from tests.support.staff_sign_in import sign_in_staff

OURS = ("accounts", "appointments", "policy")
EVENT_MODELS = [
    model.pgh_event_model
    for app in OURS
    for model in apps.get_app_config(app).get_models()
    if hasattr(model, "pgh_event_model")
]


def shown_fields(model):
    for field in model._meta.concrete_fields:
        if not field.name.startswith("pgh_") and field.name not in ("id", "public_id"):
            yield field


def test_every_column_of_the_history_has_a_name_in_both_languages():
    unnamed = set()
    for model in EVENT_MODELS:
        for field in shown_fields(model):
            with override("en"):
                english = str(field.verbose_name)
            with override("es"):
                spanish = str(field.verbose_name)
            if field._verbose_name is None or english == spanish:
                unnamed.add(f"{model.__name__}.{field.name}")
    assert len(EVENT_MODELS) >= 12
    assert unnamed == set()


@pytest.mark.usefixtures("reference_data")
def test_a_change_shows_display_names_and_values_in_the_readers_language():
    version = PolicyVersion.objects.latest("pk")
    version.pk, version.effective_at = None, version.effective_at + timedelta(days=1)
    version.save()
    appointment = AppointmentFactory()
    Appointment.objects.filter(pk=appointment.pk).update(is_staff_only=True)
    with override("es"):
        changes = list(get_history_page([appointment, version], number=None, row_names={}))
    fields = [{field.name: (field.before, field.after) for field in change.fields} for change in changes]
    assert {"Solo el personal": ("No", "Sí")} in fields
    [of_appointment] = [each for each in fields if "Datos biométricos" in each]
    assert of_appointment["Estado"] == ("", "Programada")
    [of_version] = [each for each in fields if "Plazo en línea" in each]
    assert of_version["Plazo en línea"] == ("", "12:00:00")
    assert of_version["Con cuánta anticipación se puede elegir un horario"] == ("", "1440:00:00")


@pytest.mark.usefixtures("reference_data")
@pytest.mark.parametrize(("language", "name"), [("en", "Receipt number"), ("es", "Número de recibo")])
def test_the_page_names_columns_in_the_readers_language(client, language, name):
    case = AppointmentFactory().series.person.case
    sign_in_staff(client, officer_of(Unit.AUDITORS))
    client.cookies["django_language"] = language
    page = client.get(reverse("admin:accounts_case_history", args=[case.pk])).content.decode()
    facts = re.findall(r"<dt>(.*?)</dt>", page)
    assert name in facts
    assert "<dt lang" not in page


def renamed(site, times):
    for number in range(times):
        Site.objects.filter(pk=site.pk).update(name=f"Name {number}")
    return site


def names_of(page):
    """Return each change of a name as (before, after)."""
    return [(field.before, field.after) for change in page for field in change.fields if field.name == "Name"]


@pytest.mark.django_db
def test_the_newest_changes_come_first_and_every_change_is_on_one_page():
    site = renamed(SiteFactory(name="First"), times=PAGE_SIZE + 4)

    first, second = (get_history_page([site], number=number, row_names={}) for number in ("1", "2"))

    assert (len(first), len(second), first.paginator.num_pages) == (PAGE_SIZE, 5, 2)
    changes = names_of(first) + names_of(second)
    assert changes[0] == (f"Name {PAGE_SIZE + 2}", f"Name {PAGE_SIZE + 3}")
    assert changes[-2:] == [("First", "Name 0"), ("", "First")]
    # The value before a change is known across pages, too.
    assert [after for _before, after in changes[1:]] == [before for before, _after in changes[:-1]]


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "shown"), [("0", 2), ("-1", 2), ("99", 2), ("x", 1), ("", 1), (None, 1)])
def test_any_page_number_shows_a_page(number, shown):
    site = renamed(SiteFactory(), times=PAGE_SIZE)

    assert get_history_page([site], number=number, row_names={}).number == shown


@pytest.mark.django_db
@pytest.mark.parametrize("model", EVENT_MODELS, ids=lambda model: model.__name__)
def test_every_kind_of_row_has_a_page(model):
    row = model.pgh_tracked_model(pk=0)
    assert list(get_history_page([row], number=None, row_names=ROW_NAMES)) == []


@pytest.mark.django_db
def test_rows_without_a_history_have_an_empty_page():
    assert not hasattr(Notice, "pgh_event_model")
    assert list(get_history_page([Notice(pk=1)], number=None, row_names={})) == []


@pytest.mark.django_db
def test_a_page_takes_as_many_statements_for_many_rows_as_for_few(django_assert_num_queries):
    slots = [SlotFactory() for _ in range(PAGE_SIZE)]
    for few_or_many in (slots[:2], slots):
        Slot.objects.filter(pk__in=[slot.pk for slot in few_or_many]).update(capacity=9)
        # Two for the page, one for the events, one for those before them, one for the sites' names.
        with django_assert_num_queries(5):
            get_history_page(few_or_many, number=None, row_names=ROW_NAMES)


@pytest.mark.usefixtures("reference_data")
def test_related_rows_are_shown_by_their_names(client):
    appointment = AppointmentFactory()
    reschedule = reschedule_online(appointment)
    case = appointment.series.person.case
    sign_in_staff(client, officer_of(Unit.AUDITORS))

    page = client.get(reverse("admin:accounts_case_history", args=[case.pk])).content.decode()

    values = dict(re.findall(r"<dt>(.*?)</dt>\s*<dd>\s*<ins>(.*?)</ins>", page))
    new, old = build_place(reschedule.to_appointment.slot), build_place(appointment.slot)
    assert values["New appointment"] == f"{new.site_name}, {new.when}"
    assert values["Earlier appointment"] == f"{old.site_name}, {old.when}"
    assert values["Rescheduled by"] == values["Account"] == case.requestor.name
    assert values["Form"] == case.form_type.code
    assert values["Form-type version"].startswith(f"{case.form_type.code}, ")
    assert values["Good-cause statement"] == reschedule.statement.reason.text


def test_every_kind_of_related_row_has_a_name_or_is_listed_as_known_by_its_key():
    referred = {field.related_model for model in EVENT_MODELS for field in shown_fields(model)} - {None}
    assert referred - set(ROW_NAMES) == {ReservedSeat, Representation}
    assert set(ROW_NAMES) - referred == set()


@pytest.mark.usefixtures("reference_data")
def test_a_row_that_was_related_before_the_change_has_its_name_too():
    old, new = SiteFactory(name="Old Center"), SiteFactory(name="New Center")
    slot = SlotFactory(site=old)
    Slot.objects.filter(pk=slot.pk).update(site=new)

    page = get_history_page([slot], number=None, row_names=ROW_NAMES)

    [changed] = [field for field in page[0].fields if field.name == "Site"]
    assert (changed.before, changed.after) == ("Old Center", "New Center")


@pytest.mark.django_db
def test_a_reader_can_turn_the_pages(client):
    site = renamed(SiteFactory(name="First"), times=PAGE_SIZE)
    sign_in_staff(client, officer_of(Unit.AUDITORS))
    address = reverse("admin:appointments_site_history", args=[site.pk])

    first, second = (client.get(address, {"page": number}).content.decode() for number in (1, 2))

    assert "Page 1 of 2" in first
    assert ("<ins>First</ins>" in first, "<ins>First</ins>" in second) == (False, True)
