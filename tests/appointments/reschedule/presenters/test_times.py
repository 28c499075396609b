"""Free times as a page shows them."""

from datetime import UTC, date, datetime
from uuid import UUID

from django.template.loader import render_to_string

from appointments.booking.availability import Day, FreeTime, Week
from appointments.models import Site
from appointments.reschedule.presenters import times

SLOT = UUID("6f1c2d3e-0000-4000-8000-000000000001")


def week_at(tz):
    starts_at = datetime(2027, 3, 1, 17, tzinfo=UTC)
    day = Day(on=date(2027, 3, 1), times=(FreeTime(SLOT, starts_at),))
    return Week(site=Site(tz=tz), monday=day.on, days=(day,), earlier=None, later=None)


def render(week):
    return render_to_string(
        "appointments/reschedule/includes/day_times.html", {"week": times.build_week(week, None)}
    )


def test_a_time_is_a_radio_button_with_its_slot_and_its_label():
    page = render(week_at("America/Phoenix"))
    assert f'value="{SLOT}"' in page
    assert f'<label class="usa-radio__label" for="slot-{SLOT}">10:00 AM MST</label>' in page


def test_labels_are_escaped(monkeypatch):
    monkeypatch.setattr(times, "time_formatter", lambda _tz: lambda _instant: "<b>10 & 11</b>")
    assert ">&lt;b&gt;10 &amp; 11&lt;/b&gt;</label>" in render(week_at("America/Phoenix"))
