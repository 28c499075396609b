"""The place of an appointment as pages show it."""

from datetime import UTC, date, datetime, timedelta

from django.template.loader import render_to_string
from django.utils.translation import override

from appointments.models import PlaceAndTime
from appointments.notices.presenters.reschedules import build_frozen_place

STARTS_AT = datetime(2026, 12, 8, 23, 30, tzinfo=UTC)


def test_the_day_of_a_place_is_the_day_at_the_site():
    place = build_frozen_place(
        PlaceAndTime(
            site_name="Guam",
            address_lines=("1 Example Street",),
            tz="Pacific/Guam",
            starts_at=STARTS_AT,
            ends_at=STARTS_AT + timedelta(hours=1),
        )
    )
    assert place.day == date(2026, 12, 9)


def test_the_date_block_is_in_the_language_of_the_page_and_hidden_from_screen_readers():
    with override("es"):
        block = render_to_string("components/date_block.html", {"day": date(2026, 12, 9)})
    assert "mié" in block.lower()
    assert "dic" in block.lower()
    assert 'aria-hidden="true"' in block
