"""A prepared query gives what its queryset gives, in the same SQL, and refuses what it could not keep to."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Now
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appointments.models import Appointment, Site, Slot
from policy.prepared import LONGEST_TUPLE, NotPreparable, prepared
from tests.factories.appointments import AppointmentFactory, SiteFactory, SlotFactory
from tests.races import run_at_once


@pytest.fixture
def sites(db):
    return [SiteFactory(state=state) for state in ("AZ", "NY", "AZ")]


@pytest.fixture
def slots(sites):
    begins = datetime(2027, 3, 1, 15, tzinfo=UTC)
    return [
        SlotFactory(site=site, starts_at=begins + day * timedelta(days=1), capacity=2 + day)
        for site in sites
        for day in range(3)
    ]


def test_gives_what_the_queryset_gives_in_the_same_sql(slots):
    def build(site_id, soonest, code, public_id):
        free = Q(taken__lt=F("capacity")) & Q(site__code=code)
        rows = Slot.objects.filter(free | Q(public_id=public_id), site=site_id, starts_at__gte=soonest)
        return rows.select_related("site").order_by("starts_at")

    ask = prepared(build)
    for slot in slots:
        values = (slot.site_id, slot.starts_at, slot.site.code, slot.public_id)
        with CaptureQueriesContext(connection) as by_the_queryset:
            wanted = list(build(*values))
        with CaptureQueriesContext(connection) as by_us:
            found = ask(*values)
        assert wanted
        assert found == wanted
        assert [row.site for row in found] == [row.site for row in wanted]
        assert [(row.starts_at, row.capacity) for row in found] == [
            (row.starts_at, row.capacity) for row in wanted
        ]
        assert [query["sql"] for query in by_us] == [query["sql"] for query in by_the_queryset]


def test_the_function_is_asked_once_for_all_values(sites):
    asked = []

    @prepared
    def named(site_id):
        asked.append(site_id)
        return Site.objects.filter(pk=site_id)

    assert [named.get(site.pk) for site in sites] == sites
    assert len(asked) == 2  # For two sets of stand-ins, which tell parameters from constants.
    assert not {site.pk for site in sites} & set(asked)


def test_tuples_are_prepared_for_each_length_and_long_ones_for_none(sites):
    asked = []

    @prepared
    def of(site_ids):
        asked.append(len(site_ids))
        return Site.objects.filter(pk__in=site_ids).order_by("pk")

    keys = [site.pk for site in sites]
    for _ in range(2):
        assert of((keys[0],)) == sites[:1]
        assert of(tuple(keys)) == sites
        assert of((keys[2], keys[0])) == [sites[0], sites[2]]
    assert asked == [1, 1, 3, 3, 2, 2]
    asked.clear()
    too_long = (*keys, *range(-LONGEST_TUPLE, 0))
    assert of(too_long) == of(too_long) == sites
    assert asked == [len(too_long)] * 2


def test_no_keys_are_no_rows_without_a_statement(sites, django_assert_num_queries):
    @prepared
    def of(site_ids):
        return Site.objects.filter(pk__in=site_ids)

    with django_assert_num_queries(0):
        assert of(()) == []


def test_rows_may_be_values_counts_and_slices(slots):
    @prepared
    def count(state, soonest):
        rows = Slot.objects.filter(site__state=state, starts_at__gte=soonest).values("site")
        return rows.annotate(seats=Count("pk")).values_list("site", "seats").order_by("site")

    @prepared
    def first_start(site_id):
        starts = Slot.objects.filter(site=site_id).order_by("starts_at")
        return starts.values_list("starts_at", flat=True)[:1]

    for _ in range(2):
        assert count("AZ", slots[1].starts_at) == [(slots[0].site_id, 2), (slots[6].site_id, 2)]
        assert first_start(slots[4].site_id) == [slots[3].starts_at]


def test_keyword_arguments_choose_the_sql(sites):
    @prepared
    def of(state, *, backwards):
        return Site.objects.filter(state=state).order_by("-pk" if backwards else "pk")

    for _ in range(2):
        assert of("AZ", backwards=False) == [sites[0], sites[2]]
        assert of("AZ", backwards=True) == [sites[2], sites[0]]


def test_get_and_first_say_when_there_is_no_row(sites):
    @prepared
    def named(public_id):
        return Site.objects.filter(public_id=public_id)

    assert named.get(sites[0].public_id) == named.first(sites[0].public_id) == sites[0]
    assert named.first(uuid4()) is None
    with pytest.raises(Site.DoesNotExist):
        named.get(uuid4())


def test_small_and_large_keys_are_one_statement_to_postgresql(sites):
    @prepared
    def named(site_id):
        return Site.objects.filter(pk=site_id).only("code")

    for key in (1, 2, 70_000, 70_001, 2**40, 2**40 + 1):
        named(key)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT parameter_types::text FROM pg_prepared_statements"
            """ WHERE statement LIKE 'SELECT "appointments_site"."id", "appointments_site"."code" FROM%'"""
        )
        assert cursor.fetchall() == [("{bigint}",)]


@pytest.mark.parametrize("value", [None, True, 1.5, ["a list"]], ids=str)
def test_refuses_a_value_that_nothing_stands_in_for(db, value):
    @prepared
    def of(code):
        return Site.objects.filter(code=code)

    with pytest.raises(NotPreparable):
        of(value)


def test_refuses_a_value_that_is_changed_on_its_way(db):
    @prepared
    def after(instant):
        return Slot.objects.filter(starts_at__gt=instant - timedelta(hours=1))

    with pytest.raises(NotPreparable, match="not handed on as it is"):
        after(timezone.now())


def test_refuses_a_word_that_is_searched_for_within_others(db):
    @prepared
    def like(word):
        return Site.objects.filter(name__icontains=word)

    with pytest.raises(NotPreparable, match="not handed on as it is"):
        like("Phoenix")


def test_refuses_sql_that_depends_on_a_value(db):
    @prepared
    def some(number):
        return Site.objects.order_by("pk")[: abs(number)]

    with pytest.raises(NotPreparable, match="depends on the values"):
        some(3)


@pytest.mark.parametrize("moment", [datetime(2027, 3, 1, tzinfo=UTC), date(2027, 3, 1)], ids=str)
def test_refuses_a_moment_that_would_be_kept_for_ever(db, moment):
    field = "starts_at" if isinstance(moment, datetime) else "starts_at__date"

    @prepared
    def after(site_id):
        return Slot.objects.filter(site=site_id, **{f"{field}__gt": moment})

    with pytest.raises(NotPreparable, match="kept for ever"):
        after(1)


def test_refuses_a_clock_that_is_read_while_building(db):
    @prepared
    def after(site_id):
        return Slot.objects.filter(site=site_id, starts_at__gt=timezone.now())

    with pytest.raises(NotPreparable, match="not handed on as it is"):
        after(1)


def test_a_clock_of_the_database_is_read_each_time(slots):
    @prepared
    def begun(site_id):
        return Slot.objects.filter(site=site_id, starts_at__lt=Now())

    site_id = slots[0].site_id
    assert begun(site_id) == []
    Slot.objects.filter(pk=slots[0].pk).update(
        starts_at=timezone.now() - timedelta(hours=1), ends_at=timezone.now()
    )
    assert begun(site_id) == slots[:1]


def test_refuses_rows_that_take_more_statements(db):
    @prepared
    def of(site_id):
        return Site.objects.filter(pk=site_id).prefetch_related("slots")

    with pytest.raises(NotPreparable, match="prefetch_related"):
        of(1)


def test_locks_no_row_outside_a_transaction(transactional_db):
    site = SiteFactory()

    @prepared
    def locked(site_id):
        return Site.objects.select_for_update().filter(pk=site_id)

    for _ in range(2):
        with transaction.atomic():
            assert locked.get(site.pk) == site
        with pytest.raises(TransactionManagementError):
            locked.get(site.pk)


def test_threads_share_the_sql_and_not_the_rows(committed_data):
    appointments = [AppointmentFactory() for _ in range(8)]

    @prepared
    def with_slot(appointment_id):
        return Appointment.objects.select_related("slot__site").filter(pk=appointment_id)

    def ask(appointment):
        return [with_slot.get(appointment.pk) for _ in range(20)]

    outcomes = run_at_once([lambda row=row: ask(row) for row in appointments], workers=8)
    for appointment, outcome in zip(appointments, outcomes, strict=True):
        assert outcome.result == [appointment] * 20
        assert {found.slot.pk for found in outcome.result} == {appointment.slot_id}
