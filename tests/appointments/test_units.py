"""Every channel of a staff unit is a channel of reschedules."""

from accounts.units import UNITS
from appointments.models import Reschedule


def test_every_channel_of_a_unit_is_one_of_reschedules():
    channels = {powers.channel for powers in UNITS.values() if powers.channel}
    assert channels <= set(Reschedule.Channel.values) - {Reschedule.Channel.ONLINE, Reschedule.Channel.AGENCY}
