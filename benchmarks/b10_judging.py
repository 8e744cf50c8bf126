"""B10: what a packet of 40 turns costs before it is written: quality, routing and privacy for three destinations.

The ratio is that of a live conversation: redacting the revision that one new turn made, against redacting all its
turns with nothing kept. What is found in a turn is kept by its text, so that turn 41 costs one turn. It is measured as
deliveries ask for it: destinations that may see the same share one answer.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.business import open_business
from benchmarks.rounds import Figure, Goal, take_turns
from handoff_core.client import Handoff
from handoff_core.delivery.assessed import assess_packet
from handoff_core.delivery.view import parse_body, seen_by
from handoff_core.packet import Packet
from handoff_core.privacy.find import _kept
from handoff_core.privacy.kinds import Kind
from handoff_core.privacy.policy import Policy
from handoff_core.testing.factories import make_object

ROUNDS = 7
PACKETS = 60
TURNS = 40
_PHONE, _CARD = "+1 312 555 0142", "4111 1111 1111 1111"
_SAID = (
    ("customer", "We have had no hot water since last night, and the display of the heater says E4, reference {n}."),
    ("ai", "Thank you. Please switch breaker {n} off and on again, and tell me what the display says after that."),
    ("customer", f"Done, the same again. You can reach me on {_PHONE}, or the neighbour in flat {{n}}, until 17:30."),
    ("tool", 'get_visit({{"visit_id": "V-{n}"}}) -> {{"visit_id": "V-{n}", "status": "planned", "day": "2026-11-20"}}'),
    ("customer", f"I paid the last visit with {_CARD}, order {{n}}, and nobody came before 12:45 on the second day."),
)


def run() -> Figure:
    """CPU milliseconds a revision, by round."""
    numbers = count(1)
    whole: list[float] = []
    with tempfile.TemporaryDirectory() as name, open_business(Path(name)) as handoff:
        policies = [handoff.config.policy(destination) for destination in handoff.config.destinations]

        def ours() -> float:
            times = []
            for _ in range(PACKETS):
                packet = _packet(next(numbers), TURNS)
                body = _body(packet)
                began = time.process_time()
                assess_packet(handoff.config, packet, now=time.time())
                _seen(body, policies)
                whole.append((time.process_time() - began) * 1000)
                later = _body(_packet_after(packet))
                began = time.process_time()
                _seen(later, policies)
                times.append((time.process_time() - began) * 1000)
            return statistics.median(times)

        def other() -> float:
            times = []
            for _ in range(PACKETS):
                later = _body(_packet_after(_packet(next(numbers), TURNS)))
                _kept.cache_clear()
                began = time.process_time()
                _seen(later, policies)
                times.append((time.process_time() - began) * 1000)
            return statistics.median(times)

        mine, theirs = take_turns(ROUNDS, ours, other)
        checked = _check(handoff, policies)
    return Figure(
        "B10",
        "redaction of one new turn, three destinations",
        "of all 41 turns, with nothing kept",
        tuple(mine),
        tuple(theirs),
        "ms",
        0.25,
        checked,
        goals=(
            Goal("quality, routing and privacy of a new packet of 40 turns, ms (median)", _median(whole), "≤", 5.0),
            Goal("redaction of a new turn for three destinations, ms (median)", _median(list(mine)), "≤", 1.0),
        ),
    )


def _packet(number: int, turns: int) -> Packet:
    said = [_SAID[place % len(_SAID)] for place in range(turns)]
    return Packet.from_object(
        make_object(
            id=f"case-{number}",
            transcript=[
                {"speaker": speaker, "text": text.format(n=number * 1_000 + place)}
                for place, (speaker, text) in enumerate(said)
            ],
        )
    )


def _packet_after(packet: Packet) -> Packet:
    """The revision that one more turn makes, as another process would read it."""
    said: dict[str, Any] = packet.to_object()
    said["transcript"].append({"speaker": "customer", "text": f"One more thing, for {packet.id}: call {_PHONE} first."})
    return Packet.from_object(said)


def _body(packet: Packet) -> str:
    """The stored body; reading it is not what is measured."""
    body = packet.to_json()
    parse_body(body)
    return body


def _seen(body: str, policies: list[Policy]) -> list[tuple[Packet, tuple[str, ...]]]:
    return [seen_by(body, policy) for policy in policies]


def _median(values: list[float]) -> float:
    return statistics.median(values)


def _check(handoff: Handoff, policies: list[Policy]) -> str:
    """What is kept changes nothing: the same packets and the same words as with nothing kept, and nothing shown."""
    packet = _packet_after(_packet(999_999, TURNS))
    body = _body(packet)
    kept = _seen(body, policies)
    _kept.cache_clear()
    seen_by.cache_clear()
    if _seen(body, policies) != kept:
        raise AssertionError("redaction with kept answers differs from redaction with none")
    hidden = [
        (value, " ".join(turn.text for turn in seen.transcript))
        for (seen, _), policy in zip(kept, policies, strict=True)
        for value, kind in ((_PHONE, Kind.PHONE), (_CARD, Kind.CARD))
        if kind in policy.hidden
    ]
    if not hidden or any(value in text for value, text in hidden):
        raise AssertionError(f"one of {len(hidden)} values that must be hidden can be read")
    found = {one.code for one in assess_packet(handoff.config, packet, now=time.time()).findings}
    if "HO803" not in found:
        raise AssertionError(f"the ids of the tool log were not missed: {sorted(found)}")
    return (
        "the same result with answers kept and with none; neither number nor card can be read where they are hidden; "
        "the ids of the tool log are named"
    )
