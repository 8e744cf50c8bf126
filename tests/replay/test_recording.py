from __future__ import annotations

import json
from typing import Any

import pytest

from handoff_core.errors import PacketInvalid
from handoff_core.packet import Channel, Lane, Packet, Speaker
from handoff_core.quality.examples import BASE
from handoff_core.replay import Recording, read_recordings


def read(*values: Any) -> list[Packet | Recording | PacketInvalid]:
    pieces = [(f"file:{number}", json.dumps(value).encode()) for number, value in enumerate(values, 1)]
    return [found for _, found in read_recordings(pieces)]


def turns_of(*values: Any) -> list[tuple[str, str]]:
    [found] = read(*values)
    assert isinstance(found, Recording)
    return [(turn.speaker.value, turn.text) for turn in found.turns]


def test_turns_one_a_line_are_one_conversation() -> None:
    said = turns_of({"speaker": "customer", "text": "Hi"}, {"role": "assistant", "content": "Hello"})
    assert said == [("customer", "Hi"), ("ai", "Hello")]


def test_lines_that_name_who_speaks_are_one_conversation() -> None:
    text = "Customer: My internet is down.\r\nIt blinks: red.\n\nAI: Restart it.\n  Note: twice.\n→ not_yet: x.\n"
    [(place, found)] = read_recordings([("good.txt", text.encode("utf-8-sig"))])
    assert isinstance(found, Recording)
    assert (place, found.id) == ("good.txt", "good.txt")
    assert [(turn.speaker.value, turn.text) for turn in found.turns] == [
        ("customer", "My internet is down.\nIt blinks: red."),
        ("ai", "Restart it.\nNote: twice."),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Customer: Hi\nDana: Hello", "Dana is nobody"),
        ("Dear team, nothing works", "neither a packet nor a conversation"),
        ("{not json", "neither a packet nor a conversation"),
        ("\xff", "neither a packet nor a conversation"),
    ],
)
def test_a_text_that_does_not_say_who_speaks_is_refused_with_what_to_write(text: str, said: str) -> None:
    [(_, found)] = read_recordings([("file", text.encode("latin-1"))])
    assert isinstance(found, PacketInvalid)
    assert said in found.problems[0].text
    assert "Customer" in found.problems[0].fix


@pytest.mark.parametrize("key", ["transcript", "turns", "messages", "conversation"])
def test_a_packet_of_nothing_but_its_turns_is_a_conversation(key: str) -> None:
    [found] = read({"id": "c-1", "lane": "sales", "channel": "chat", key: [{"role": "user", "content": "Hi"}]})
    assert isinstance(found, Recording)
    assert (found.id, found.lane, found.channel) == ("c-1", Lane.SALES, Channel.CHAT)
    assert [turn.speaker for turn in found.turns] == [Speaker.CUSTOMER]


def test_lists_one_a_line_are_conversations_of_their_own() -> None:
    found = read([{"speaker": "customer", "text": "Hi"}], [{"speaker": "caller", "text": "Ho"}])
    assert [one.id for one in found if isinstance(one, Recording)] == ["file:1", "file:2"]


def test_calls_of_a_model_and_the_answers_of_tools_stay_together() -> None:
    call = {"id": "c1", "function": {"name": "get_order", "arguments": "{}"}}
    said = turns_of(
        {"role": "user", "content": [{"type": "text", "text": "Where is it?"}]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "Error: not found"},
        {"role": "assistant", "content": [{"type": "tool_use", "name": "x_y", "input": {}}]},
        {"role": "agent", "content": "Dana here."},
    )
    assert [speaker for speaker, _ in said] == ["customer", "tool", "tool", "tool", "human"]
    assert "get_order" in said[1][1]
    assert "c1" in said[2][1]


def test_a_packet_stays_a_packet_and_a_bad_one_says_what_is_wrong() -> None:
    good, bad = read(dict(BASE), {"id": "x", "summary": "s", "lane": "nowhere"})
    assert isinstance(good, Packet)
    assert isinstance(bad, PacketInvalid)
    assert {problem.path for problem in bad.problems} >= {"lane", "next_action"}


@pytest.mark.parametrize("value", [{"foo": 1}, [], 7, "text", {"transcript": []}, {"transcript": "Hi"}, None])
def test_what_is_neither_is_told_what_to_write(value: Any) -> None:
    [found] = read(value)
    assert isinstance(found, PacketInvalid)
    assert "transcript" in found.problems[0].fix


def test_a_turn_of_nobody_is_named_by_its_place() -> None:
    [found] = read({"transcript": [{"speaker": "customer", "text": "Hi"}, {"speaker": "martian", "text": "x"}]})
    assert isinstance(found, PacketInvalid)
    assert [problem.path for problem in found.problems] == ["transcript.1.speaker"]
    [found] = read({"transcript": [{"speaker": "customer", "text": "Hi", "at": "yesterday"}]})
    assert isinstance(found, PacketInvalid)
    assert found.problems[0].path == "transcript.0.at"
