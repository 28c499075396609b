"""The demonstration is not created outside its settings or in a database with real cases."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.models import Case, DemoPersona, User
from appointments.demo.seed import seed_demo
from appointments.models import Site
from tests.factories.accounts import CaseFactory


def test_is_refused_outside_the_demonstration_settings(reference_data):
    with pytest.raises(ImproperlyConfigured, match="settings"):
        seed_demo()
    assert not User.objects.exists()
    assert not Site.objects.exists()


def test_is_refused_in_a_database_with_real_cases(settings, reference_data):
    settings.IS_DEMO, settings.DEMO_PASSWORD = True, "a-demonstration-only"
    CaseFactory()
    with pytest.raises(ImproperlyConfigured, match="not from the demonstration"):
        seed_demo()
    assert Case.objects.count() == 1
    assert not DemoPersona.objects.exists()
