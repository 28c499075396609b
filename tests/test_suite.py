"""What one test leaves behind is not what the next one finds."""

import pytest
from django.utils import timezone, translation


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_begins_in_english_and_in_the_zone_of_the_settings(turn):
    found = translation.get_language(), timezone.get_current_timezone_name()
    translation.activate("es")
    timezone.activate("Pacific/Guam")
    assert found == ("en", "UTC"), f"turn {turn}"
