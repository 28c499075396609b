"""A compiled query returns what its queryset returns, with the same SQL, or it raises at the first call."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.db.models.query import ModelIterable
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import Case, RepresentativeProfile, User
from appointments.models import Appointment, Site, Slot
from portal.foundation.compiled_queries import (
    LONGEST_TUPLE,
    build_reference,
    compiled_query,
)
from tests.factories.accounts import CaseFactory
from tests.factories.appointments import AppointmentFactory, SiteFactory, SlotFactory
from tests.support.races import run_at_once

MONDAY = datetime(2027, 3, 1, 15, tzinfo=UTC)


@pytest.fixture
def sites(db):
    return [
        SiteFactory(state=state, name=name)
        for state, name in (("AZ", "Phoenix"), ("NY", "50% Plaza"), ("AZ", "5000 Plaza"))
    ]


@pytest.fixture
def slots(sites):
    return [
        SlotFactory(site=site, starts_at=MONDAY + day * timedelta(days=1), capacity=2 + day)
        for site in sites
        for day in range(3)
    ]


def build_free_or_named(site_id, soonest, code, public_id):
    free = Q(taken__lt=F("capacity")) & Q(site__code=code)
    rows = Slot.objects.filter(free | Q(public_id=public_id), site=site_id, starts_at__gte=soonest)
    return rows.select_related("site").order_by("starts_at")


def build_nested(site_id, soonest, code, public_id):
    others = Slot.objects.filter(site=OuterRef("pk"), starts_at__gte=soonest).exclude(public_id=public_id)
    named = Site.objects.filter(Exists(others), code=code)
    return Slot.objects.filter(Q(site__in=named) & Q(site__in=Site.objects.filter(pk=site_id)))


@pytest.mark.parametrize("build", [build_free_or_named, build_nested])
def test_returns_what_the_queryset_returns_with_the_same_sql(slots, build):
    query = compiled_query(build)
    for slot in slots:
        values = (slot.site_id, slot.starts_at, slot.site.code, slot.public_id)
        with CaptureQueriesContext(connection) as by_queryset:
            expected = list(build(*values))
        with CaptureQueriesContext(connection) as by_compiled_query:
            found = query(*values)
        assert found == expected
        assert [row.site for row in found] == [row.site for row in expected]
        assert [(row.starts_at, row.capacity) for row in found] == [
            (row.starts_at, row.capacity) for row in expected
        ]
        assert [sent["sql"] for sent in by_compiled_query] == [sent["sql"] for sent in by_queryset]


@pytest.mark.parametrize(
    "build",
    [
        lambda site_id, number: Slot.objects.filter(site=site_id, capacity=number),
        lambda site_id, number: Slot.objects.filter(site=site_id, capacity__gt=number),
        lambda site_id, number: Slot.objects.filter(Q(site=site_id) | Q(capacity=number)),
        lambda site_id, number: Slot.objects.filter(site=site_id).exclude(capacity=number),
    ],
    ids=["equal", "greater", "one of two", "not that one"],
)
def test_keeps_a_condition_on_a_small_number(slots, build):
    """Django drops a condition that no number of the field's size meets, or that every one meets."""
    query = compiled_query(build)
    for number in (3, 2, 100_000, -1):
        assert query(slots[0].site_id, number) == list(build(slots[0].site_id, number))


def test_finds_a_word_within_others(sites):
    @compiled_query
    def list_named(word):
        return Site.objects.filter(name__icontains=word).order_by("pk")

    assert list_named("plaza") == sites[1:]
    assert list_named("50%") == [sites[1]]
    assert list_named("5_0") == []


def test_takes_days_and_the_words_of_choices(db):
    profile = RepresentativeProfile(accreditation_expires_on=date(2027, 3, 1))

    @compiled_query
    def list_expiring(day, kind):
        return RepresentativeProfile.objects.filter(accreditation_expires_on=day, user__kind=kind)

    assert list_expiring(profile.accreditation_expires_on, User.Kind.REPRESENTATIVE) == []


def test_the_function_is_called_once_for_all_values(sites):
    calls = []

    @compiled_query
    def by_key(site_id):
        calls.append(site_id)
        return Site.objects.filter(pk=site_id)

    assert [by_key.get(site.pk) for site in sites] == sites
    assert len(calls) == 1


def test_compiles_once_per_length_of_a_tuple(sites):
    lengths = [1, 3, 2]
    calls = []

    @compiled_query
    def by_keys(site_ids):
        calls.append(site_ids)
        return Site.objects.filter(pk__in=site_ids).order_by("pk")

    for _ in range(2):
        for length in lengths:
            assert by_keys(tuple(site.pk for site in reversed(sites[:length]))) == sites[:length]
    assert len(calls) == len(lengths)


def test_takes_tuples_for_a_foreign_key(slots):
    @compiled_query
    def list_slots(site_ids):
        return Slot.objects.filter(site__in=site_ids).order_by("pk")

    for _ in range(2):
        assert list_slots((slots[8].site_id, slots[0].site_id)) == slots[:3] + slots[6:]


@pytest.mark.parametrize(("length", "times_called"), [(LONGEST_TUPLE, 1), (LONGEST_TUPLE + 1, 5)], ids=str)
def test_does_not_compile_for_longer_tuples(sites, length, times_called):
    calls = []

    @compiled_query
    def by_keys(site_ids):
        calls.append(site_ids)
        return Site.objects.filter(pk__in=site_ids).order_by("pk")

    keys = [site.pk for site in sites]
    for _ in range(5):
        assert by_keys((*keys, *range(len(keys) - length, 0))) == sites
    assert len(calls) == times_called


def test_a_key_that_comes_twice_is_one_row(sites):
    @compiled_query
    def by_keys(site_ids):
        return Site.objects.filter(pk__in=site_ids)

    for _ in range(2):
        assert by_keys((sites[1].pk, sites[1].pk)) == sites[1:2]


def test_no_keys_are_no_rows_without_a_statement(sites, django_assert_num_queries):
    @compiled_query
    def by_keys(site_ids):
        return Site.objects.filter(pk__in=site_ids)

    with django_assert_num_queries(0):
        assert by_keys(()) == []


def test_an_object_is_referred_to_by_a_key_that_is_a_parameter(reference_data):
    cases = [CaseFactory(), CaseFactory()]

    @compiled_query
    def list_cases(account_id):
        return Case.objects.filter(requestor=build_reference(User, account_id, kind=User.Kind.REQUESTOR))

    assert [list_cases(case.requestor_id) for case in cases] == [[case] for case in cases]
    reference = build_reference(User, cases[0].requestor_id)
    assert list(Case.objects.filter(requestor=reference)) == cases[:1]


def test_an_object_without_a_key_is_not_taken_for_none(db):
    """Otherwise an account that was never saved would be given the cases that belong to no account."""
    with pytest.raises(ValueError, match="must be saved"):
        Case.objects.filter(requestor=build_reference(User, None))


def test_rows_may_be_values_counts_and_slices(slots):
    @compiled_query
    def count_slots(state, soonest):
        rows = Slot.objects.filter(site__state=state, starts_at__gte=soonest).values("site")
        return rows.annotate(seats=Count("pk")).values_list("site", "seats").order_by("site")

    @compiled_query
    def first_start(site_id):
        starts = Slot.objects.filter(site=site_id).order_by("starts_at")
        return starts.values_list("starts_at", flat=True)[:1]

    for _ in range(2):
        assert count_slots("AZ", slots[1].starts_at) == [(slots[0].site_id, 2), (slots[6].site_id, 2)]
        assert first_start(slots[4].site_id) == [slots[3].starts_at]


def test_named_rows_keep_the_order_of_their_names(slots):
    def build(state):
        rows = Slot.objects.filter(site__state=state).values("site").annotate(seats=Count("pk"))
        return rows.values_list("seats", "site", named=True).order_by("site")

    query = compiled_query(build)
    for _ in range(2):
        assert [row._asdict() for row in query("AZ")] == [row._asdict() for row in build("AZ")]
        assert [row.seats for row in query("AZ")] == [3, 3]


def test_keyword_arguments_choose_the_sql(sites):
    @compiled_query
    def list_sites(state, *, backwards):
        return Site.objects.filter(state=state).order_by("-pk" if backwards else "pk")

    for _ in range(2):
        assert list_sites("AZ", backwards=False) == [sites[0], sites[2]]
        assert list_sites("AZ", backwards=True) == [sites[2], sites[0]]


def test_get_raises_and_first_returns_none_if_there_is_no_row(sites):
    @compiled_query
    def by_public_id(public_id):
        return Site.objects.filter(public_id=public_id)

    assert by_public_id.get(sites[0].public_id) == by_public_id.first(sites[0].public_id) == sites[0]
    assert by_public_id.first(uuid4()) is None
    with pytest.raises(Site.DoesNotExist):
        by_public_id.get(uuid4())


def test_small_and_large_keys_are_one_statement_to_postgresql(sites):
    @compiled_query
    def by_key(site_id):
        return Site.objects.filter(pk=site_id).only("code")

    for key in (1, 2, 70_000, 70_001, 2**40, 2**40 + 1):
        by_key(key)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT parameter_types::text FROM pg_prepared_statements"
            """ WHERE statement LIKE 'SELECT "appointments_site"."id", "appointments_site"."code" FROM%'"""
        )
        assert cursor.fetchall() == [("{bigint}",)]


def test_values_are_adapted_by_a_field_as_in_a_queryset(slots):
    @compiled_query
    def list_from(soonest):
        return Slot.objects.filter(starts_at__gte=soonest).order_by("pk")

    assert list_from(MONDAY) == slots
    with pytest.warns(RuntimeWarning, match="naive datetime"):
        assert list_from(MONDAY.replace(tzinfo=None)) == slots


def test_reads_all_rows_at_once(sites):
    """A cursor on the server would be several statements, and none of them prepared."""
    cursors = []

    def watch(execute, sql, params, many, context):
        cursors.append(context["cursor"].cursor)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        compiled_query(lambda state: Site.objects.filter(state=state))("AZ")
    assert [hasattr(cursor, "name") for cursor in cursors] == [False]


def test_leaves_the_time_zone_and_language_of_the_reader_as_they_are(db):
    @compiled_query
    def by_key(site_id):
        return Site.objects.filter(pk=site_id)

    with timezone.override("Asia/Manila"), translation.override("es"):
        by_key(1)
        assert (timezone.get_current_timezone_name(), translation.get_language()) == ("Asia/Manila", "es")
        assert gettext("Yes") == "Sí"


def test_reads_the_clock_of_the_database_at_every_call(slots):
    @compiled_query
    def list_begun(site_id):
        return Slot.objects.filter(site=site_id, starts_at__lt=Now())

    site_id = slots[0].site_id
    assert list_begun(site_id) == []
    Slot.objects.filter(pk=slots[0].pk).update(
        starts_at=timezone.now() - timedelta(hours=1), ends_at=timezone.now()
    )
    assert list_begun(site_id) == slots[:1]


def test_locks_no_row_outside_a_transaction(transactional_db):
    site = SiteFactory()

    @compiled_query
    def lock_site(site_id):
        return Site.objects.select_for_update().filter(pk=site_id)

    for _ in range(2):
        with transaction.atomic():
            assert lock_site.get(site.pk) == site
        with pytest.raises(TransactionManagementError):
            lock_site.get(site.pk)


def test_a_call_within_another_call_does_not_change_its_values(sites):
    within = []

    class Interrupted(ModelIterable):
        def __iter__(self):
            if not within:
                within.append(sites[1])
                assert by_key.get(sites[1].pk) == sites[1]
            return super().__iter__()

    @compiled_query
    def by_key(site_id):
        rows = Site.objects.filter(pk=site_id)
        rows._iterable_class = Interrupted
        return rows

    assert by_key.get(sites[0].pk) == sites[0]
    assert within


def test_threads_share_the_sql_but_not_the_rows(committed_data):
    appointments = [AppointmentFactory() for _ in range(8)]

    @compiled_query
    def with_slot(appointment_id):
        return Appointment.objects.select_related("slot__site").filter(pk=appointment_id)

    def get_often(appointment):
        return [with_slot.get(appointment.pk) for _ in range(20)]

    outcomes = run_at_once([lambda row=row: get_often(row) for row in appointments], workers=8)
    for appointment, outcome in zip(appointments, outcomes, strict=True):
        assert outcome.result == [appointment] * 20
        assert {found.slot.pk for found in outcome.result} == {appointment.slot_id}


def test_a_number_with_decimals_is_a_parameter(sites):
    calls = []

    @compiled_query
    def list_north_of(latitude):
        calls.append(latitude)
        return Site.objects.filter(latitude__gt=latitude)

    Site.objects.filter(pk=sites[0].pk).update(latitude=33.5, longitude=-112)

    assert list_north_of(33.25) == [sites[0]]
    assert list_north_of(33.75) == []
    assert len(calls) == 1
