"""The units' channels are channels of moves: the one thing their table says of a layer above."""

from accounts.units import UNITS
from appointments.models import Move


def test_every_channel_of_a_unit_is_one_of_moves():
    channels = {powers.channel for powers in UNITS.values() if powers.channel}
    assert channels <= set(Move.Channel.values) - {Move.Channel.ONLINE, Move.Channel.AGENCY}
