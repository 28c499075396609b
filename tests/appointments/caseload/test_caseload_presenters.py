"""The lines of the caseload in words: the tag, the time left and the short date."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from appointments.caseload.facts import CaseloadOrder, SortKey
from appointments.caseload.presenters import caseload
from appointments.caseload.presenters.caseload import (
    build_columns,
    build_tag,
    describe_time_left,
    format_short_instant,
)
from appointments.eligibility import Decision, Refusal, RefusalCode

NOW = datetime(2026, 12, 30, 20, tzinfo=UTC)
RULES = SimpleNamespace(limits=SimpleNamespace(online_cutoff=timedelta(hours=12)))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (9 * DAY + 23 * HOUR, "9 days"),
        (DAY, "1 day"),
        (DAY - timedelta(seconds=1), "23 hours"),
        (HOUR, "1 hour"),
        (HOUR - timedelta(seconds=1), "Under 1 hour"),
        (timedelta(0), "Under 1 hour"),
        (-timedelta(microseconds=1), "Passed"),
    ],
)
def test_the_time_left_is_never_rounded_up(left, text):
    assert describe_time_left(left) == text


@pytest.mark.parametrize(
    ("instant", "tz", "text"),
    [
        (datetime(2026, 12, 31, 16, tzinfo=UTC), "America/Phoenix", "Thu, Dec 31, 9:00 AM MST"),
        (datetime(2027, 1, 4, 16, tzinfo=UTC), "America/Phoenix", "Mon, Jan 4, 2027, 9:00 AM MST"),
        (datetime(2026, 12, 31, 20, tzinfo=UTC), "Pacific/Guam", "Fri, Jan 1, 2027, 6:00 AM ChST"),
    ],
)
def test_the_short_date_is_the_sites_and_has_the_year_if_it_is_another(instant, tz, text):
    assert format_short_instant(instant, tz, now=NOW) == text


def test_the_short_date_is_in_the_readers_language():
    with override("es"):
        text = format_short_instant(datetime(2027, 1, 4, 16, tzinfo=UTC), "America/Phoenix", now=NOW)
    assert text == "lun 4 ene 2027, 9:00 a. m. (hora de la Montaña)"


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        ([], "Can reschedule"),
        ([RefusalCode.WITHIN_12_HOURS], "Under 12 hours"),
        ([RefusalCode.RESCHEDULE_LIMIT], "Limit reached"),
        ([RefusalCode.STAFF_ONLY], "Call us"),
        ([RefusalCode.FORM_NOT_ENABLED, RefusalCode.RESCHEDULE_LIMIT], "Limit reached"),
        ([RefusalCode.SCHEDULED_BEFORE_LAUNCH], "Call us"),
        ([RefusalCode.RESCHEDULE_LIMIT, RefusalCode.ALREADY_PASSED], "Passed"),
        ([RefusalCode.ALREADY_PASSED, RefusalCode.CASE_CLOSED], "Case closed"),
    ],
)
def test_the_tag_names_the_weightiest_refusal_and_its_hint_names_all(monkeypatch, codes, text):
    monkeypatch.setattr(
        caseload, "explain_refusal", lambda refusal, *_args: SimpleNamespace(title=refusal.code.value)
    )
    decision = Decision(NOW, tuple(map(Refusal, codes)), online_until=NOW, is_timely=True, counted=0, cap=2)
    tag = build_tag(decision, SimpleNamespace(), RULES)
    assert tag.text == text
    assert tag.reasons == ". ".join(codes)


def test_every_refusal_has_a_place_among_the_tags():
    assert set(caseload.TAGS_BY_WEIGHT) == set(RefusalCode)


@pytest.mark.parametrize("text", ["deadline", "-deadline", "client", "-site", "", "nonsense", "-"])
def test_an_order_of_an_address_is_read_or_the_usual_one(text):
    expected = text if text.removeprefix("-") in list(SortKey) else "deadline"
    assert str(CaseloadOrder.parse(text)) == expected


def test_a_second_press_on_a_column_turns_the_order():
    columns = {column.name: column for column in build_columns(CaseloadOrder(SortKey.CLIENT))}
    assert (columns["client"].aria_sort, columns["client"].sort_by) == ("ascending", "-client")
    assert (columns["site"].aria_sort, columns["site"].sort_by) == ("", "site")
    assert not columns["status"].sort_by
