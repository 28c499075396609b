"""Tests that the database enforces each named constraint of policy, without any service."""

from datetime import timedelta

import pytest

from policy.models import FormType, FormTypeVersion, GoodCauseReason, GoodCauseStatement
from policy.models.good_cause import EXPLANATION_MAX_LENGTH
from portal.foundation.clock import database_now
from tests.factories.policy import FormTypeVersionFactory, PolicyVersionFactory, reason
from tests.support.constraints import assert_refused_by, declared_constraints


def second_form_type_version_at_one_instant():
    first = FormTypeVersion.objects.first()
    FormTypeVersionFactory(
        form_type=FormType.objects.get(pk=first.form_type_id), effective_at=first.effective_at
    )


def same_reason_twice_at_one_instant():
    travel = reason("TRAVEL")
    travel.pk = None
    travel.save()


def reason_that_ends_when_it_begins():
    travel = reason("TRAVEL")
    GoodCauseReason.objects.filter(pk=travel.pk).update(ended_at=travel.effective_at)


def explanation_one_letter_too_long():
    GoodCauseStatement.objects.create(reason=reason(), explanation="ñ" * (EXPLANATION_MAX_LENGTH + 1))


def horizon_no_further_than_the_cutoff():
    PolicyVersionFactory(
        effective_at=database_now(), online_cutoff=timedelta(hours=12), horizon=timedelta(hours=12)
    )


def ceiling_below_the_hold_length():
    PolicyVersionFactory(
        effective_at=database_now(), hold_length=timedelta(minutes=10), hold_ceiling=timedelta(minutes=9)
    )


def gap_below_zero():
    PolicyVersionFactory(effective_at=database_now(), group_gap=timedelta(seconds=-1))


VIOLATIONS = {
    "form_type_version_one_per_instant": second_form_type_version_at_one_instant,
    "reason_one_per_instant": same_reason_twice_at_one_instant,
    "reason_ends_after_it_begins": reason_that_ends_when_it_begins,
    "statement_explanation_length": explanation_one_letter_too_long,
    "policy_horizon_beyond_cutoff": horizon_no_further_than_the_cutoff,
    "policy_ceiling_at_least_hold_length": ceiling_below_the_hold_length,
    "policy_group_gap_not_negative": gap_below_zero,
}


@pytest.mark.parametrize("constraint", VIOLATIONS)
def test_the_database_rejects(reference_data, constraint):
    assert_refused_by(constraint, VIOLATIONS[constraint])


def test_every_constraint_of_policy_has_such_a_test():
    assert declared_constraints("policy") == VIOLATIONS.keys()


def test_an_explanation_of_full_length_is_kept(reference_data):
    statement = GoodCauseStatement.objects.create(reason=reason(), explanation="ñ" * EXPLANATION_MAX_LENGTH)
    statement.refresh_from_db()
    assert len(statement.explanation) == EXPLANATION_MAX_LENGTH


def test_no_hold_length_of_zero_and_no_negative_cutoff(reference_data):
    now = database_now()
    assert_refused_by(
        "policy_ceiling_at_least_hold_length",
        lambda: PolicyVersionFactory(effective_at=now, hold_length=timedelta(0)),
    )
    assert_refused_by(
        "policy_horizon_beyond_cutoff",
        lambda: PolicyVersionFactory(effective_at=now, online_cutoff=timedelta(microseconds=-1)),
    )
