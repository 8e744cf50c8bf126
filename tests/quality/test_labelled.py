"""Five packets and more a lane, labelled by reading: how much of what is found is right, and how much is found."""

from __future__ import annotations

import pytest

from handoff_core.packet import Lane
from handoff_core.quality import RULES
from tests.quality.figures import SETS, Labelled, count, found_in, labelled

LEAST = 0.95
EVERY: list[Labelled] = [one for name in SETS for one in labelled(name)]


def test_every_lane_has_ten_packets_of_its_own() -> None:
    assert all(len([one for one in EVERY if one.packet.lane is lane]) >= 10 for lane in Lane)
    assert len({one.packet.id for one in EVERY}) == len(EVERY)
    assert {code for one in EVERY for code, _ in one.found | one.absent} <= {rule.code for rule in RULES}


def test_there_are_labels_enough_to_count_by() -> None:
    assert sum(count(name).labels() for name in SETS) >= 220
    assert sum(count(name).absent for name in SETS) >= 80


@pytest.mark.parametrize("name", SETS)
def test_what_is_found_is_right_and_what_is_right_is_found(name: str) -> None:
    counts = count(name)
    assert counts.precision() >= LEAST, counts.false
    assert counts.recall() >= LEAST, counts.missed
    assert counts.forbidden == 0


def test_a_packet_without_a_label_leaves_no_question() -> None:
    plain = [one.packet for one in EVERY if not one.found]
    assert len(plain) >= 15
    assert {packet.id: found_in(packet) for packet in plain} == {packet.id: frozenset() for packet in plain}
