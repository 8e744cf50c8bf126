"""Hostile JSON: a typed refusal with path, text and fix, or a packet that everything can be done with."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from businesses import business
from corpora.bombs import JSON_BOMBS, of_size
from corpora.mutations import mutated
from renders import Sent, first, later

from handoff_core.client import Handoff
from handoff_core.errors import PacketInvalid
from handoff_core.packet import LARGEST_PACKET, Packet, parse
from handoff_core.receipt import ReceiptStatus
from handoff_mappings.slack import validate_blocks
from proof.plugin import Record

SEED = 20261120
MOST_PROBLEMS = 202


@pytest.fixture
def handoff(tmp_path: Path) -> Iterator[Handoff]:
    with business(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("name", JSON_BOMBS)
def test_a_bomb_is_refused_with_its_path_what_is_wrong_and_what_to_do(name: str, handoff: Handoff) -> None:
    text, path, word = JSON_BOMBS[name]
    with pytest.raises(PacketInvalid) as caught:
        Packet.from_json(text)
    problems = caught.value.problems
    assert any(path in one.path and word in one.text for one in problems), problems[:3]
    assert all(one.text and one.fix for one in problems)
    assert len(problems) <= MOST_PROBLEMS

    receipt = handoff.submit_text(text)
    assert receipt.status is ReceiptStatus.REFUSED
    json.dumps(receipt.to_object()).encode("ascii")
    assert handoff.status() == ()


@pytest.mark.parametrize("name", ["lists 500,000 deep", "objects 100,000 deep", "33 levels", "16 MiB"])
def test_size_and_depth_are_refused_before_anything_parses(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def parsed(*arguments: Any, **options: Any) -> None:
        raise AssertionError("the text reached the parser")

    monkeypatch.setattr(parse.json, "loads", parsed)
    with pytest.raises(PacketInvalid):
        Packet.from_json(JSON_BOMBS[name][0])


def test_exactly_one_mib_is_accepted_stored_and_read_back(handoff: Handoff) -> None:
    text = of_size(LARGEST_PACKET)
    assert len(text) == LARGEST_PACKET
    receipt = handoff.submit_text(text)
    assert receipt.status is ReceiptStatus.ACCEPTED, receipt.problems
    shown = handoff.show(Packet.from_json(text).id)
    assert shown is not None
    assert Packet.from_object(shown.packet) == Packet.from_json(text)


@pytest.mark.long
def test_mutated_packets_are_refused_with_reasons_or_can_be_stored_and_shown(
    full_proof: bool, handoff: Handoff, evidence: Record
) -> None:
    count = 10_000 if full_proof else 1_500
    outcomes: Counter[str] = Counter()
    kept: dict[str, Packet] = {}
    rendered = 0
    for number, text in enumerate(mutated(count, SEED)):
        receipt = handoff.submit_text(text)
        outcomes[receipt.status.value] += 1
        if receipt.status is ReceiptStatus.REFUSED:
            assert receipt.problems, text[:300]
            assert all(one.text and one.fix for one in receipt.problems)
            continue
        packet = Packet.from_json(text)
        assert packet.id not in kept or receipt.status is not ReceiptStatus.ACCEPTED or receipt.revision > 1
        again = Packet.from_json(packet.to_json())
        assert (again, again.digest) == (packet, packet.digest)
        rendered += render_all(packet, later_too=number % 20 == 0)
        if receipt.status is ReceiptStatus.ACCEPTED:
            kept[packet.id] = packet
    assert min(outcomes["accepted"], outcomes["refused"]) > count / 10
    check_stored(handoff, kept)
    evidence(
        "Hostile JSON",
        "Every mutated packet is refused with its problems, or accepted, stored, read back equal and rendered.",
        cases=count,
        accepted=outcomes["accepted"],
        refused=outcomes["refused"],
        records_rendered=rendered,
        bombs=len(JSON_BOMBS),
        other_exceptions=0,
    )


def render_all(packet: Packet, *, later_too: bool) -> int:
    """Render for all three systems; how many records came out."""
    count = 0
    renders: tuple[Callable[[], Iterator[Sent]], ...] = (lambda: first(packet), lambda: later(packet, "x"))
    for render in renders if later_too else renders[:1]:
        for sent in render():
            count += 1
            json.dumps(sent.payload.body, ensure_ascii=False).encode("utf-8")
            if sent.vendor == "slack":
                assert validate_blocks(sent.payload.body["blocks"]) == [], packet.id
    return count


def check_stored(handoff: Handoff, kept: dict[str, Packet]) -> None:
    """No row is poisoned: every case is listed, and reads back as the newest packet that was accepted for it."""
    assert {line.id for line in handoff.status()} <= set(kept)
    for packet_id, packet in kept.items():
        shown = handoff.show(packet_id)
        assert shown is not None
        assert Packet.from_object(shown.packet) == packet
        json.dumps(shown.to_object()).encode("ascii")
        assert handoff.log(packet_id)
