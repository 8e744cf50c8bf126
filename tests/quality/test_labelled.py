"""Five packets and more a lane, labelled by hand: how much of what is found is right, and how much is found."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from handoff_core.packet import Lane, Packet
from handoff_core.quality import FAMILIES, RULES, QualityContext, QualitySettings, assess

FOLDER = Path(__file__).parent / "packets"
LABELS: dict[str, list[str]] = json.loads((FOLDER / "labels.json").read_text(encoding="utf-8"))
ANNOTATE = QualitySettings.model_validate({})
LEAST = 0.95


def packets(lane: str) -> list[Packet]:
    values: list[dict[str, Any]] = json.loads((FOLDER / f"{lane}.json").read_text(encoding="utf-8"))
    return [Packet.from_object(one) for one in values]


EVERY = [packet for lane in Lane for packet in packets(lane)]


def found_in(packet: Packet) -> set[str]:
    return {one.code for one in assess(packet, ANNOTATE, QualityContext(region="US"))}


def test_every_lane_has_five_packets_of_its_own() -> None:
    assert all(len([one for one in EVERY if one.lane is lane]) >= 5 for lane in Lane)
    assert {packet.id for packet in EVERY} == set(LABELS)
    assert {code for codes in LABELS.values() for code in codes} <= {rule.code for rule in RULES}


def test_what_is_found_is_right_and_what_is_right_is_found() -> None:
    right: Counter[str] = Counter()
    false: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for packet in EVERY:
        found, wanted = found_in(packet), set(LABELS[packet.id])
        right.update(code[:3] for code in found & wanted)
        false.update(code[:3] for code in found - wanted)
        missed.update(code[:3] for code in wanted - found)
    assert sum(right.values()) + sum(missed.values()) >= 70
    for family in FAMILIES:
        if right[family] or false[family] or missed[family]:
            assert right[family] / max(right[family] + false[family], 1) >= LEAST, (family, "precision")
            assert right[family] / max(right[family] + missed[family], 1) >= LEAST, (family, "recall")


def test_a_packet_without_a_label_leaves_no_question() -> None:
    plain = [packet for packet in EVERY if not LABELS[packet.id]]
    assert len(plain) >= 10
    assert {packet.id: found_in(packet) for packet in plain} == {packet.id: set() for packet in plain}


@pytest.mark.parametrize("lane", Lane)
def test_a_packet_of_forty_turns_is_judged_in_a_few_milliseconds(lane: Lane) -> None:
    """2 ms on a machine at rest; the limit leaves room for one that is not."""
    said = packets(lane)[0].to_object()
    turn = "I restarted the router twice, and the light near the left port still blinks red every few minutes, {}."
    turns = [{"speaker": ("customer", "ai")[n % 2], "text": turn.format(n)} for n in range(40)]
    packet = Packet.from_object({**said, "transcript": turns})
    assess(packet, ANNOTATE, QualityContext(region="US"))
    begun = time.process_time()
    for _ in range(20):
        assess(packet, ANNOTATE, QualityContext(region="US"))
    assert (time.process_time() - begun) / 20 < 0.010
