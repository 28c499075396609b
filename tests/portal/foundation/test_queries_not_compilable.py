"""What would not be right for later calls, a compiled query refuses at its first call."""

import operator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import RepresentativeProfile
from appointments.models import Site, Slot
from portal.foundation.compiled_queries import QueryNotCompilable, compiled_query


@pytest.mark.parametrize("value", [None, True, 1.5j, ["a list"]], ids=str)
def test_refuses_a_value_that_cannot_be_a_parameter(db, value):
    @compiled_query
    def list_sites(code):
        return Site.objects.filter(code=code)

    assert list_sites("a code that it takes") == []
    with pytest.raises(QueryNotCompilable, match="cannot be a parameter"):
        list_sites(value)


def test_refuses_it_in_a_tuple_too(db):
    @compiled_query
    def list_sites(codes):
        return Site.objects.filter(code__in=codes)

    assert list_sites(("one", "two")) == []
    with pytest.raises(QueryNotCompilable, match="None cannot be a parameter"):
        list_sites(("one", None))


@pytest.mark.parametrize("is_left", [True, False], ids=["on the left", "on the right"])
@pytest.mark.parametrize(
    "operate",
    [
        operator.add,
        operator.sub,
        operator.mul,
        operator.truediv,
        operator.mod,
        operator.pow,
        operator.lt,
        operator.le,
        operator.gt,
        operator.ge,
        operator.eq,
    ],
)
def test_refuses_to_calculate_or_compare(db, operate, is_left):
    """The database would calculate too, but sometimes with another result: 3 / 2 is 1 there."""

    @compiled_query
    def list_slots(number):
        return Slot.objects.filter(capacity=operate(number, 2) if is_left else operate(2, number))

    with pytest.raises(QueryNotCompilable, match="has no value yet"):
        list_slots(3)


@pytest.mark.parametrize(
    ("build", "value"),
    [
        (lambda since: Slot.objects.filter(starts_at__gt=since - timedelta(hours=1)), timezone.now()),
        (lambda number: Slot.objects.filter(capacity=-number), 3),
        (lambda number: Slot.objects.filter(capacity=abs(number)), 3),
        (lambda number: Slot.objects.filter(capacity=int(number)), 3),
        (lambda word: Site.objects.filter(name=f"Site {word}"), "1"),
        (lambda word: Site.objects.filter(name=word[:3]), "Phoenix"),
        (lambda keys: Site.objects.filter(pk__in=sorted(keys)), (2, 1)),
        (lambda keys: Site.objects.filter(pk__in=keys).order_by("pk" if 1 in keys else "-pk"), (2, 1)),
    ],
    ids=["earlier", "negative", "absolute", "as an integer", "in a text", "cut", "sorted", "searched"],
)
def test_refuses_to_look_at_a_value(db, build, value):
    with pytest.raises(QueryNotCompilable, match="has no value yet"):
        compiled_query(build)(value)


def test_refuses_what_depends_on_the_time_zone_of_the_reader(db):
    @compiled_query
    def list_on_a_first(site_id):
        return Slot.objects.filter(site=site_id, starts_at__day=1)

    with pytest.raises(QueryNotCompilable, match="current time zone"):
        list_on_a_first(1)


@pytest.mark.parametrize("read", [translation.get_language, lambda: gettext("Phoenix")], ids=["name", "text"])
def test_refuses_what_depends_on_the_language_of_the_reader(db, read):
    @compiled_query
    def list_named(site_id):
        return Site.objects.filter(pk=site_id, name=read())

    with pytest.raises(QueryNotCompilable, match="current language"):
        list_named(1)


def test_refuses_a_queryset_that_is_always_empty(db):
    with pytest.raises(QueryNotCompilable, match="always empty"):
        compiled_query(Slot.objects.none)()


def test_refuses_a_value_that_is_not_used(db):
    with pytest.raises(QueryNotCompilable, match="not used"):
        compiled_query(lambda site_id, _number: Slot.objects.filter(site=site_id))(1, 2)


@pytest.mark.parametrize(
    ("rows", "field", "constant"),
    [
        (Slot.objects, "starts_at", datetime(2027, 3, 1, tzinfo=UTC)),
        (RepresentativeProfile.objects, "accreditation_expires_on", date(2027, 3, 1)),
    ],
    ids=["instant", "day"],
)
def test_refuses_a_date_that_would_never_change(db, rows, field, constant):
    @compiled_query
    def list_after(key):
        return rows.filter(pk=key, **{f"{field}__gt": constant})

    with pytest.raises(QueryNotCompilable, match="would never change"):
        list_after(1)


def test_refuses_a_clock_that_is_read_while_building(db):
    @compiled_query
    def list_upcoming(site_id):
        return Slot.objects.filter(site=site_id, starts_at__gt=timezone.now())

    with pytest.raises(QueryNotCompilable, match="would never change"):
        list_upcoming(1)


def test_refuses_a_statement_while_building(db):
    @compiled_query
    def list_in_first_state(code):
        return Site.objects.filter(code=code, state=Site.objects.values_list("state", flat=True).first())

    with pytest.raises(QueryNotCompilable, match="sent a statement"):
        list_in_first_state("A1")


def test_refuses_rows_that_take_more_statements(db):
    @compiled_query
    def with_slots(site_id):
        return Site.objects.filter(pk=site_id).prefetch_related("slots")

    with pytest.raises(QueryNotCompilable, match="prefetch_related"):
        with_slots(1)
