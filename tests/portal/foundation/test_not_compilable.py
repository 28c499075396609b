"""What a prepared query could not keep to, it refuses at its first call."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import Q
from django.utils import timezone, translation

from accounts.models import RepresentativeProfile
from appointments.models import Site, Slot
from portal.foundation.compiled_queries import NotCompilable, prepared


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "pass it by keyword"),
        (True, "pass it by keyword"),
        (1.5, "no stand-in for a float"),
        (["a list"], "no stand-in for a list"),
    ],
    ids=str,
)
def test_refuses_a_value_that_nothing_stands_in_for(db, value, why):
    @prepared
    def of(code):
        return Site.objects.filter(code=code)

    assert of("a code that it takes") == []
    with pytest.raises(NotCompilable, match=why):
        of(value)


def test_refuses_a_value_that_is_changed_on_its_way(db):
    @prepared
    def after(instant):
        return Slot.objects.filter(starts_at__gt=instant - timedelta(hours=1))

    with pytest.raises(NotCompilable, match="not handed on as it is"):
        after(timezone.now())


def test_refuses_a_value_that_is_chosen_by_what_it_is(db):
    @prepared
    def after_both(one, other):
        return Slot.objects.filter(starts_at__gt=max(one, other))

    with pytest.raises(NotCompilable, match="not handed on as it is"):
        after_both(timezone.now(), timezone.now())


def test_refuses_sql_that_depends_on_which_value_is_larger(db):
    @prepared
    def up_or_down(one, other):
        sites = Site.objects.filter(pk__in=[one, other])
        return sites.order_by("pk" if one < other else "-pk")

    with pytest.raises(NotCompilable, match="depends on the values"):
        up_or_down(1, 2)


def test_refuses_what_depends_on_the_readers_zone(db):
    @prepared
    def on_a_first(site_id):
        return Slot.objects.filter(site=site_id, starts_at__day=1)

    with pytest.raises(NotCompilable, match="not handed on as it is"):
        on_a_first(1)


def test_refuses_what_depends_on_the_readers_language(db):
    @prepared
    def named(site_id):
        return Site.objects.filter(pk=site_id, name=str(translation.get_language()))

    with pytest.raises(NotCompilable, match="not handed on as it is"):
        named(1)


@pytest.mark.parametrize("field", ["none", "capacity"])
def test_refuses_what_django_would_not_even_ask_for(db, field):
    """A number that stands in for another is wider than a small field."""

    @prepared
    def of(number):
        return Slot.objects.none() if field == "none" else Slot.objects.filter(capacity=number)

    with pytest.raises(NotCompilable, match="no rows"):
        of(1)


@pytest.mark.parametrize(
    "build",
    [
        lambda site_id, number: Slot.objects.filter(site=site_id, capacity__gt=number),
        lambda site_id, number: Slot.objects.filter(Q(site=site_id) | Q(capacity=number)),
        lambda site_id, number: Slot.objects.filter(site=site_id).exclude(capacity=number),
        lambda site_id, _number: Slot.objects.filter(site=site_id),
    ],
    ids=["all are larger", "one of two", "not that one", "not asked for"],
)
def test_refuses_a_condition_that_would_be_forgotten(db, build):
    """Django leaves a condition out that every number in a small field meets, or none."""
    with pytest.raises(NotCompilable, match="left out"):
        prepared(build)(1, 2)


def test_refuses_a_word_that_is_searched_for_within_others(db):
    @prepared
    def like(word):
        return Site.objects.filter(name__icontains=word)

    with pytest.raises(NotCompilable, match="not handed on as it is"):
        like("Phoenix")


def test_refuses_sql_that_depends_on_a_value(db):
    @prepared
    def some(number):
        return Site.objects.order_by("pk")[: abs(number)]

    with pytest.raises(NotCompilable, match="depends on the values"):
        some(3)


@pytest.mark.parametrize(
    ("rows", "field", "moment"),
    [
        (Slot.objects, "starts_at", datetime(2027, 3, 1, tzinfo=UTC)),
        (RepresentativeProfile.objects, "accreditation_expires_on", date(2027, 3, 1)),
    ],
    ids=["instant", "day"],
)
def test_refuses_a_moment_that_would_be_kept_for_ever(db, rows, field, moment):
    @prepared
    def after(key):
        return rows.filter(pk=key, **{f"{field}__gt": moment})

    with pytest.raises(NotCompilable, match="kept for ever"):
        after(1)


def test_refuses_a_clock_that_is_read_while_building(db):
    @prepared
    def after(site_id):
        return Slot.objects.filter(site=site_id, starts_at__gt=timezone.now())

    with pytest.raises(NotCompilable, match="not handed on as it is"):
        after(1)


def test_refuses_what_was_asked_for_while_building(db):
    """As the powers of an account would be: nobody has the stand-in's, and nobody else is asked for."""

    @prepared
    def beside(site_id):
        state = Site.objects.values_list("state", flat=True).filter(pk=site_id).first()
        return Site.objects.filter(state=state)

    with pytest.raises(NotCompilable, match="kept for ever"):
        beside(1)


def test_refuses_rows_that_take_more_statements(db):
    @prepared
    def of(site_id):
        return Site.objects.filter(pk=site_id).prefetch_related("slots")

    with pytest.raises(NotCompilable, match="prefetch_related"):
        of(1)
