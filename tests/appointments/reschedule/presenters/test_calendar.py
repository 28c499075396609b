"""The calendar and the times of a day as a page shows them."""

from datetime import UTC, date, datetime, timedelta
from html import unescape
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from appointments.booking.availability import DayCount, FreeTime, Openings
from appointments.models import Site
from appointments.reschedule.facts import OpenDays, TimesSearch, choose_day, find_open_days
from appointments.reschedule.presenters.calendar import describe_review, present_times
from tests.appointments.eligibility.instants import ZONES

SITE_ID = UUID("6f1c2d3e-0000-4000-8000-000000000001")
SLOT = UUID("6f1c2d3e-0000-4000-8000-000000000002")
MONDAY = date(2026, 11, 30)
DAY = timedelta(days=1)


def site_in(tz="America/Phoenix"):
    return Site(public_id=SITE_ID, name="Phoenix <ASC>", tz=tz)


def openings_on(*days, today=MONDAY, last_day=MONDAY + 60 * DAY, tz="America/Phoenix", is_morning=True):
    """Return three openings on each of these days."""
    zone = ZoneInfo(tz)
    counts = [DayCount(on, is_morning, 3, datetime(on.year, on.month, on.day, 9, tzinfo=zone)) for on in days]
    return Openings(site_in(tz), today, last_day, tuple(counts))


def present(openings, on=None, times=(), current=(), **search):
    found = TimesSearch(SITE_ID, **search)
    days = find_open_days(openings, found)
    return present_times(days, found, on=on, times=times, current_days=current)


def cells_of(view):
    """Return (caption, cell) of every cell that is not empty."""
    return [
        (month.caption, cell) for month in view.months for week in month.weeks for cell in week if cell.number
    ]


def cell_of(view, day):
    [cell] = [cell for caption, cell in cells_of(view) if cell.spoken.startswith(spoken(day))]
    return cell


def spoken(day):
    return f"{day:%A, %B} {day.day},"


def test_every_day_from_today_to_the_last_one_is_in_the_calendar_once():
    view = present(openings_on())
    days = [MONDAY + number * DAY for number in range(61)]
    shown = [cell.spoken for _, cell in cells_of(view)]
    assert all(sum(text.startswith(spoken(day)) for text in shown) == 1 for day in days)
    assert [month.caption for month in view.months] == ["November 2026", "December 2026", "January 2027"]
    assert view.other_months == ()


def test_only_weeks_within_reach_are_shown_and_begin_on_sunday():
    november, _, january = present(openings_on()).months
    [week] = november.weeks
    assert [cell.number for cell in week] == ["29", "30", "", "", "", "", ""]
    assert [cell.number for cell in january.weeks[0]] == ["", "", "", "", "", "1", "2"]
    assert [cell.number for cell in january.weeks[-1]] == ["24", "25", "26", "27", "28", "29", "30"]


@pytest.mark.parametrize(
    ("today", "captions"),
    [
        (date(2026, 12, 31), ["December 2026", "January 2027", "February 2027", "March 2027"]),
        (date(2027, 1, 1), ["January 2027", "February 2027", "March 2027"]),
        (date(2028, 1, 31), ["January 2028", "February 2028", "March 2028"]),
    ],
)
def test_sixty_days_fit_on_one_page_whenever_they_begin(today, captions):
    view = present(openings_on(today=today, last_day=today + 60 * DAY))
    assert [month.caption for month in view.months] == captions
    assert view.other_months == ()


def test_a_day_with_openings_is_a_link_and_says_how_many():
    cell = cell_of(present(openings_on(date(2026, 12, 8))), date(2026, 12, 8))
    assert cell.spoken == "Tuesday, December 8, 3 openings"
    assert cell.address == f"?site={SITE_ID}&amp;day=2026-12-08"
    assert (cell.number, cell.openings) == ("8", "3")


def test_a_day_without_openings_is_no_link_and_says_so():
    cell = cell_of(present(openings_on(date(2026, 12, 8))), date(2026, 12, 9))
    assert (cell.spoken, cell.address, cell.openings) == ("Wednesday, December 9, no openings", "", "")


def test_today_the_current_appointment_and_the_shown_day_are_named():
    on = date(2026, 12, 8)
    view = present(openings_on(on), on=on, current=[on])
    assert cell_of(view, on).spoken == "Tuesday, December 8, 3 openings, your current appointment, selected"
    assert cell_of(view, MONDAY).spoken == "Monday, November 30, no openings, today"
    assert 'aria-current="date"' in cell_of(view, MONDAY).attributes
    assert cell_of(view, on).current == ' aria-current="true"'


def test_a_calendar_in_spanish_has_its_words():
    with override("es"):
        view = present(openings_on(date(2026, 12, 8)))
    assert view.months[1].caption == "Diciembre de 2026"
    assert view.weekdays[0] == ("Dom", "Domingo")
    assert [cell.spoken for _, cell in cells_of(view) if cell.address] == [
        "Martes 8 de diciembre, 3 turnos disponibles"
    ]


@pytest.mark.parametrize(
    ("length", "place"), [(93, 0), (93, 93), (152, 151), (366, 0), (366, 200), (366, 366)]
)
def test_every_month_of_a_longer_horizon_is_on_one_of_the_pages(length, place):
    """Staff can look a year ahead: three months at a time, and a link to each other group."""
    last_day = MONDAY + length * DAY
    openings = openings_on(MONDAY + place * DAY, last_day=last_day)
    captions = []
    first = present(openings)
    for link in first.other_months:
        on = date.fromisoformat(link.address.partition("day=")[2])
        assert MONDAY <= on <= last_day
        view = present(openings, on=on)
        assert [other for other in view.other_months if other.is_current] == [link._replace(is_current=True)]
        captions += [month.caption for month in view.months]
    months = {(MONDAY + number * DAY).strftime("%B %Y"): None for number in range(length + 1)}
    assert captions == list(months)
    assert 1 <= len(first.months) <= 3


def test_the_last_day_is_named_with_its_reason():
    assert present(openings_on()).reach == "You can book through January 29, 2027, 60 days from today."
    assert present(openings_on(last_day=MONDAY + DAY)).reach.endswith("December 1, 2026, 1 day from today.")


def test_the_first_opening_is_named_and_linked():
    first = present(openings_on(date(2026, 12, 8), date(2026, 12, 9))).first
    assert first.text == "First opening: Tue, Dec 8, 9:00 AM"
    assert first.address.endswith("day=2026-12-08")
    assert present(openings_on()).first is None


def test_filters_leave_only_what_matches_and_travel_through_every_link():
    tuesday, wednesday = date(2026, 12, 8), date(2026, 12, 9)
    morning = openings_on(tuesday, wednesday)
    afternoon = openings_on(wednesday, is_morning=False)
    both = Openings(morning.site, morning.today, morning.last_day, morning.counts + afternoon.counts)
    further = (("with", "a"), ("with", "b"))

    view = present(both, part="morning", weekday=3, further=further, path="/times/")

    [linked] = [cell for _, cell in cells_of(view) if cell.address]
    assert linked.spoken == "Wednesday, December 9, 3 openings"
    query = f"/times/?site={SITE_ID}&part=morning&weekday=3&with=a&with=b"
    assert unescape(linked.address) == view.first.address == f"{query}&day=2026-12-09"
    assert view.all_times == f"/times/?site={SITE_ID}&with=a&with=b"


def test_without_a_filter_both_halves_of_a_day_count():
    on = date(2026, 12, 9)
    counts = openings_on(on).counts + openings_on(on, is_morning=False).counts
    assert cell_of(present(Openings(site_in(), MONDAY, MONDAY + 60 * DAY, counts)), on).openings == "6"


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({}, 10),
        ({"day": MONDAY + 7 * DAY}, 7),
        ({"near": MONDAY + 2 * DAY}, 5),
        ({"near": MONDAY + 5 * DAY}, 5),
        ({"near": MONDAY + 40 * DAY}, 20),
    ],
)
def test_opens_at_the_day_asked_for_or_near_where_the_reader_is(wishes, expected):
    search = TimesSearch(SITE_ID, **wishes)
    days = find_open_days(openings_on(*(MONDAY + number * DAY for number in (5, 10, 20))), search)
    assert choose_day(days, search, current_on=MONDAY + 6 * DAY) == MONDAY + expected * DAY


def test_opens_at_the_first_opening_if_none_follows_the_current_appointment():
    search = TimesSearch(SITE_ID)
    days = find_open_days(openings_on(MONDAY + 5 * DAY), search)
    assert choose_day(days, search, current_on=MONDAY + 6 * DAY) == MONDAY + 5 * DAY
    nothing = OpenDays(days.openings, {}, None)
    assert choose_day(nothing, search, current_on=MONDAY) is None
    assert choose_day(nothing, TimesSearch(SITE_ID, near=MONDAY), current_on=MONDAY) is None


def test_a_day_without_openings_names_the_nearest_before_and_after():
    before, on, after = (date(2026, 12, day) for day in (4, 8, 11))
    day = present(openings_on(before - 9 * DAY, before, after, after + DAY), on=on).day
    assert not day.has_times
    assert day.earlier.text == "Friday, December 4 (3 openings)"
    assert day.later.text == "Friday, December 11 (3 openings)"


def test_another_day_than_the_readers_is_explained():
    on = date(2026, 12, 9)
    assert present(openings_on(on), on=on, near=on - DAY).moved.startswith(
        "Tuesday, December 8 has no openings"
    )
    assert present(openings_on(on), on=on, near=on).moved == ""
    assert present(openings_on(on), on=on, near=on - DAY, day=on).moved == ""


def times_at(*instants):
    return [FreeTime(SLOT, (instant,)) for instant in instants]


def day_of(*times, tz="America/Phoenix", on=date(2026, 12, 8), **more):
    search = TimesSearch(SITE_ID)
    days = find_open_days(openings_on(on, tz=tz), search)
    return present_times(days, search, on=on, times=times, current_days=(), **more).day


def test_times_are_grouped_and_the_zone_is_named_once():
    day = day_of(*times_at(*(datetime(2026, 12, 8, hour, 30, tzinfo=UTC) for hour in (15, 18, 19, 22))))
    assert [button.label for button in day.morning] == ["8:30 AM", "11:30 AM"]
    assert [button.label for button in day.afternoon] == ["12:30 PM", "3:30 PM"]
    assert (day.heading, day.zone) == ("Tuesday, December 8, 2026", "MST")


def test_a_day_on_which_clocks_change_names_the_zone_with_each_time():
    zone = ZoneInfo("America/New_York")
    once, again = (datetime(2026, 11, 1, 1, 30, tzinfo=zone, fold=fold) for fold in (0, 1))
    day = day_of(*times_at(once, again), tz=zone.key, on=date(2026, 11, 1))
    assert [button.label for button in day.morning] == ["1:30 AM EDT", "1:30 AM EST"]
    assert day.zone == ""


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_every_zone_shows_its_own_clock(zone):
    day = day_of(*times_at(datetime(2026, 7, 1, 13, 5, tzinfo=zone)), tz=zone.key, on=date(2026, 7, 1))
    assert [button.label for button in day.afternoon] == ["1:05 PM"]


@pytest.mark.parametrize(
    ("minutes", "label"),
    [
        ((0, 20), "9:00 and 9:20 AM"),
        ((0, 20, 40), "9:00, 9:20 and 9:40 AM"),
        ((160, 180), "11:40 AM and 12:00 PM"),
        ((0, 20, 40, 60, 80), "9:00 AM to 10:20 AM"),
    ],
)
def test_a_time_of_a_group_names_when_each_begins(minutes, label):
    begin = datetime(2026, 12, 8, 16, tzinfo=UTC)
    starts = tuple(begin + timedelta(minutes=minute) for minute in minutes)
    [button] = day_of(FreeTime(SLOT, starts)).morning
    assert button.label == label


def test_the_name_of_a_button_has_the_time_the_day_and_the_site_escaped():
    time = times_at(datetime(2026, 12, 8, 16, tzinfo=UTC))
    [button] = day_of(*time).morning
    assert button.spoken == "Hold 9:00 AM on Tuesday, December 8 at Phoenix &lt;ASC&gt;"
    [other] = day_of(*time, describe=describe_review).morning
    assert other.spoken.startswith("Review 9:00 AM on ")


def test_a_time_is_a_button_with_its_slot_and_the_held_one_says_so():
    day = day_of(*times_at(datetime(2026, 12, 8, 16, tzinfo=UTC)), held=[str(SLOT)])
    page = render_to_string(
        "appointments/reschedule/includes/time_buttons.html", {"heading": "Morning", "buttons": day.morning}
    )
    assert f'<button type="submit" name="slot" value="{SLOT}"' in page
    assert "Phoenix &lt;ASC&gt; (held for you)" in page
