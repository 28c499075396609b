"""The audit history speaks the reader's language: names of columns, and values that have names."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.translation import override

from accounts.units import Unit
from appointments.models import Appointment
from policy.admin.history import read_history
from policy.models import PolicyVersion
from tests.admin import sign_in_staff
from tests.factories.accounts import officer_of
from tests.factories.appointments import AppointmentFactory

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
def test_a_row_is_told_in_words():
    version = PolicyVersion.objects.latest("pk")
    version.pk, version.effective_at = None, version.effective_at + timedelta(days=1)
    version.save()
    appointment = AppointmentFactory()
    Appointment.objects.filter(pk=appointment.pk).update(is_staff_only=True)
    with override("es"):
        told = read_history([appointment, version])
    fields = [{field.name: (field.before, field.after) for field in change.fields} for change in told]
    assert {"Solo el personal la cambia": ("No", "Sí")} in fields
    [of_appointment] = [each for each in fields if "Datos biométricos que se toman" in each]
    assert of_appointment["Estado"] == ("", "Programada")
    [of_version] = [each for each in fields if "Plazo en línea" in each]
    assert of_version["Plazo en línea"] == ("", "12:00:00")
    assert of_version["Con cuánta anticipación se puede elegir una hora"] == ("", "1440:00:00")


@pytest.mark.usefixtures("reference_data")
@pytest.mark.parametrize(("language", "name"), [("en", "Receipt number"), ("es", "Número de recibo")])
def test_the_page_says_names_in_its_own_language(client, language, name):
    case = AppointmentFactory().chain.person.case
    sign_in_staff(client, officer_of(Unit.AUDITORS))
    client.cookies["django_language"] = language
    page = client.get(reverse("admin:accounts_case_history", args=[case.pk])).content.decode()
    facts = re.findall(r"<dt>(.*?)</dt>", page)
    assert name in facts
    assert "<dt lang" not in page
