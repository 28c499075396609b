"""Support for tests of named constraints: list them, and check that the database enforces them."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import CheckConstraint, UniqueConstraint


def declared_constraints(app_label):
    """Return the names of every CheckConstraint and UniqueConstraint on the app's models."""
    return {
        constraint.name
        for model in apps.get_app_config(app_label).get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint | UniqueConstraint)
    }


def assert_refused_by(constraint, write):
    """Run `write` without any service and check that this constraint refuses it."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert caught.value.__cause__.diag.constraint_name == constraint
