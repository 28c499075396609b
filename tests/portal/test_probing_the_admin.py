"""Addresses of the admin with parameters that Django's own pages never make. None answers 500."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.units import Unit
from tests.factories.accounts import UserFactory, officer_of
from tests.support.staff_sign_in import sign_in_staff

PROBES = [
    "_to_field=",
    "_to_field=nope",
    "_popup=1&_to_field=",
    "p=x&o=9.-9",
    "all=&e=1",
    "nope__in=1",
    "q=%00",
]


def list_addresses():
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield from (reverse(f"{name}_changelist"), reverse(f"{name}_add"))
        yield from (reverse(f"{name}_{page}", args=[1]) for page in ("change", "delete", "history"))


@pytest.mark.parametrize(
    ("role", "probes"),
    [("superuser", PROBES), (Unit.CONTACT_CENTER, PROBES[:1])],
    ids=["superuser", "officer"],
)
def test_no_probe_of_the_admin_is_a_server_error(client, reference_data, role, probes):
    user = UserFactory(staff=True, is_superuser=True) if role == "superuser" else officer_of(role)
    sign_in_staff(client, user)
    client.raise_request_exception = False
    failed = [
        f"{method} {address}?{probe}: {status}"
        for address in list_addresses()
        for probe in probes
        for method in ("get", "post")[: 1 + ("change" in address)]
        if (status := getattr(client, method)(f"{address}?{probe}").status_code) >= 500
    ]
    assert failed == []
