"""For the tests of named constraints: what an app declares, and proof that the database enforces it."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import CheckConstraint, UniqueConstraint


def declared_constraints(app_label):
    """The names of every CheckConstraint and UniqueConstraint on the app's own models."""
    return {
        constraint.name
        for model in apps.get_app_config(app_label).get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint | UniqueConstraint)
    }


def assert_refused_by(constraint, write):
    """Runs `write` against the database, past every service: this constraint and no other must refuse."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert caught.value.__cause__.diag.constraint_name == constraint
