"""Five packets and more a lane, labelled by reading: how much of what is found is right, and how much is found."""

from __future__ import annotations

import time

import pytest

from handoff_core.packet import Lane, Packet
from handoff_core.quality import RULES, QualityContext, assess
from tests.quality.figures import ANNOTATE, SETS, Labelled, count, found_in, labelled

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


@pytest.mark.parametrize("lane", Lane)
def test_a_packet_of_forty_turns_is_judged_in_a_few_milliseconds(lane: Lane) -> None:
    """2 ms on a machine at rest; the limit leaves room for one that is not."""
    said = next(one.packet for one in EVERY if one.packet.lane is lane).to_object()
    turn = "I restarted the router twice, and the light near the left port still blinks red every few minutes, {}."
    turns = [{"speaker": ("customer", "ai")[n % 2], "text": turn.format(n)} for n in range(40)]
    packet = Packet.from_object({**said, "transcript": turns})
    assess(packet, ANNOTATE, QualityContext(region="US"))
    begun = time.process_time()
    for _ in range(20):
        assess(packet, ANNOTATE, QualityContext(region="US"))
    assert (time.process_time() - begun) / 20 < 0.010
