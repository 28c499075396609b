"""The frozen facts: stored as JSON and read back unchanged."""

import json
from dataclasses import FrozenInstanceError
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from appointments.notices.facts import NoticeFacts


@pytest.mark.parametrize("changes", [{}, {"old": None, "reschedules_left": None, "language": "es"}])
def test_read_back_equal_after_json(make_facts, changes):
    facts = make_facts(**changes)

    assert NoticeFacts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


def test_are_stored_in_utc(make_facts, make_place):
    starts_at = datetime(2026, 12, 1, 9, 40, tzinfo=ZoneInfo("America/Phoenix"))

    stored = make_facts(new=make_place(starts_at=starts_at)).to_json()

    assert stored["new"]["starts_at"] == "2026-12-01T16:40:00+00:00"


def test_refuse_an_instant_without_a_zone(make_facts, make_place):
    with pytest.raises(ValueError, match="needs a time zone"):
        make_facts(new=make_place(starts_at=datetime(2026, 12, 1, 9, 40))).to_json()


def test_never_change(make_facts):
    with pytest.raises(FrozenInstanceError):
        make_facts().sequence = 2
