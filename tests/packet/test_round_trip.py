"""Properties of any packet: it reads back as it was written, and nothing but PacketInvalid comes out of a bad one."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff_core.packet import Lane, Packet, PacketInvalid, Problem
from handoff_core.testing.factories import make_object, make_packet

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
words = text.filter(lambda one: bool(one.strip()))
times = st.datetimes(timezones=st.timezones()).filter(lambda one: 2 < one.year < 9998)
scalars = st.one_of(
    text, st.booleans(), st.integers(-(2**63) + 1, 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False)
)
shares = st.floats(0, 1)

packets = st.builds(
    make_packet,
    id=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True),
    lane=st.sampled_from(Lane),
    revision=st.none() | st.integers(1, 2**63 - 1),
    made_at=st.none() | times,
    summary=words,
    goal=st.none() | text,
    confidence=st.none() | shares,
    facts=st.lists(
        st.fixed_dictionaries({"name": words, "value": scalars}, optional={"confidence": shares, "at": times}),
        max_size=3,
    ),
    transcript=st.lists(
        st.fixed_dictionaries(
            {"speaker": st.sampled_from(["customer", "ai"]), "text": text}, optional={"sentiment": st.floats(-1, 1)}
        ),
        max_size=3,
    ),
    customer=st.none()
    | st.fixed_dictionaries({}, optional={"name": text, "external_ids": st.dictionaries(text, text, max_size=2)}),
    details=st.none() | st.fixed_dictionaries({"extra": st.dictionaries(text, scalars, max_size=3)}),
)

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(packets)
def test_what_is_written_reads_back_equal(packet: Packet) -> None:
    again = Packet.from_json(packet.to_json())
    assert again == packet
    assert again.digest == packet.digest
    assert again.to_json() == packet.to_json()
    assert Packet.from_object(packet.to_object()) == packet
    assert Packet.from_json(json.dumps(packet.to_object())) == packet


json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10), st.just("\ud800"), st.just("\x00")
    ),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mutated_packet_is_refused_with_reasons_or_reads_back(choice: st.DataObject) -> None:
    mutated = copy.deepcopy(make_object(lane=choice.draw(st.sampled_from(Lane))))
    for _ in range(choice.draw(st.integers(1, 3))):
        _mutate(mutated, choice)
    _reads_back_or_is_refused(mutated)


def _mutate(root: dict[str, Any], choice: st.DataObject) -> None:
    place: Any = root
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = choice.draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and choice.draw(st.booleans()):
            place = place[key]
            continue
        action = choice.draw(st.sampled_from(["replace", "remove", "rename", "wrap"]))
        value = place[key]
        if action == "replace":
            place[key] = choice.draw(json_values)
        elif action == "remove":
            del place[key]
        elif action == "wrap":
            place[key] = [value]
        elif isinstance(place, dict):
            place[choice.draw(st.text(max_size=8))] = place.pop(key)
        return


def _reads_back_or_is_refused(values: dict[str, Any]) -> None:
    problems, packet = _tried(Packet.from_object, values)
    for problem in problems:
        assert problem.text
        assert problem.fix
        (problem.path + problem.text + problem.fix).encode("utf-8")
    assert bool(problems) == (packet is None)
    if packet is not None:
        assert Packet.from_json(packet.to_json()) == packet


def _tried(read: Callable[[Any], Packet], given: Any) -> tuple[tuple[Problem, ...], Packet | None]:
    try:
        return (), read(given)
    except PacketInvalid as error:
        return error.problems, None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutated_bytes_give_a_packet_or_reasons(choice: st.DataObject) -> None:
    content = bytearray(make_packet().to_json().encode())
    for _ in range(choice.draw(st.integers(1, 4))):
        at = choice.draw(st.integers(0, len(content) - 1))
        content[at : at + choice.draw(st.integers(0, 3))] = choice.draw(st.binary(max_size=3))
    problems, packet = _tried(Packet.from_json, bytes(content))
    assert bool(problems) == (packet is None)
    if packet is not None:
        assert Packet.from_json(packet.to_json()) == packet
