"""A prepared query gives what its queryset gives, in the same SQL."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Now
from django.db.models.query import ModelIterable
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from appointments.models import Appointment, Site, Slot
from portal.foundation.compiled_queries import LONGEST_TUPLE, prepared
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


def test_tuples_are_prepared_for_each_length(sites):
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


@pytest.mark.parametrize(("length", "times_asked"), [(LONGEST_TUPLE, 2), (LONGEST_TUPLE + 1, 5)], ids=str)
def test_tuples_are_prepared_up_to_a_length(sites, length, times_asked):
    asked = []

    @prepared
    def of(site_ids):
        asked.append(len(site_ids))
        return Site.objects.filter(pk__in=site_ids).order_by("pk")

    keys = [site.pk for site in sites]
    for _ in range(5):
        assert of((*keys, *range(len(keys) - length, 0))) == sites
    assert asked == [length] * times_asked


def test_a_key_that_comes_twice_is_one_row(sites):
    @prepared
    def of(site_ids):
        return Site.objects.filter(pk__in=site_ids)

    for _ in range(2):
        assert of((sites[1].pk, sites[1].pk)) == sites[1:2]


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


def test_rows_with_names_have_them_in_the_order_that_was_asked_for(slots):
    def build(state):
        rows = Slot.objects.filter(site__state=state).values("site").annotate(seats=Count("pk"))
        return rows.values_list("seats", "site", named=True).order_by("site")

    ask = prepared(build)
    for _ in range(2):
        assert [row._asdict() for row in ask("AZ")] == [row._asdict() for row in build("AZ")]
        assert [row.seats for row in ask("AZ")] == [3, 3]


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


def test_leaves_the_readers_zone_and_language_as_they_are(db):
    @prepared
    def named(site_id):
        return Site.objects.filter(pk=site_id)

    with timezone.override("Asia/Manila"), translation.override("es"):
        named(1)
        assert (timezone.get_current_timezone_name(), translation.get_language()) == ("Asia/Manila", "es")


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


def test_a_call_that_begins_within_another_changes_nothing_of_it(sites):
    within = []

    class Interrupted(ModelIterable):
        def __iter__(self):
            if not within:
                within.append(sites[1])
                assert named.get(sites[1].pk) == sites[1]
            return super().__iter__()

    @prepared
    def named(site_id):
        rows = Site.objects.filter(pk=site_id)
        rows._iterable_class = Interrupted
        return rows

    assert named.get(sites[0].pk) == sites[0]
    assert within


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
