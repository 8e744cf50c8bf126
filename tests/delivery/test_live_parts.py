"""A live draft that is filled piece by piece, by several processes at once."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handoff_core.errors import PacketInvalid
from handoff_core.quality.tool_turn import read

WHOLE = {
    "summary": "Maria has no hot water.",
    "next_action": {"text": "Call Maria back"},
    "escalation": {"reason": "low_confidence", "text": "Not sure which boiler it is"},
}
PIECES = 20
WRITER = """
import sys
from handoff_core import Handoff
with Handoff.from_config(sys.argv[1], environ={}) as handoff:
    live = handoff.live("case-1", lane="support")
    for number in range(int(sys.argv[3])):
        live.turn("customer", f"{sys.argv[2]} says {number}")
        live.fact(f"{sys.argv[2]}_{number}", number, source="chat")
        live.promise(f"{sys.argv[2]} promises {number}")
"""
TOML = """
[business]
id = "acme"
[owners.dana]
name = "Dana Fields"
[destinations.alerts]
connector = "slack"
token_env = "SLACK_BOT_TOKEN"
channel = "C0ALERTS"
[routing]
fallback = "dana"
"""


def test_every_piece_is_in_the_packet_that_is_handed_off(business):
    handoff = business.start()
    live = handoff.live("case-1", lane="support")
    live.turn("customer", "No hot water.")
    live.tool("get_order", {"id": "A-1"}, {"status": "shipped"})
    live.fact("model", "WH-200", source="customer", confidence=0.9)
    live.promise("A call before 11:00", to="Maria", due=datetime(2027, 1, 15, 11, tzinfo=UTC))
    live.attempt("Reset", "failed")
    live.concern("Is it covered?")
    live.told("The visit is free")
    live.hand_off(**WHOLE)
    packet = handoff.show("case-1").packet
    assert [turn["speaker"] for turn in packet["transcript"]] == ["customer", "tool"]
    assert packet["facts"] == [{"name": "model", "value": "WH-200", "source": "customer", "confidence": 0.9}]
    assert packet["commitments"] == [{"text": "A call before 11:00", "to": "Maria", "due": "2027-01-15T11:00:00Z"}]
    assert packet["attempts"] == [{"action": "Reset", "outcome": "failed"}]
    assert (packet["open_concerns"], packet["told_customer"]) == (["Is it covered?"], ["The visit is free"])


def test_a_later_piece_about_the_same_thing_counts(business):
    live = business.start().live("case-1", lane="support", facts=[{"name": "model", "value": "?", "source": "chat"}])
    live.fact("model", "WH-200", source="chat")
    live.fact("model", "WH-300", source="order A-1")
    live.promise("A call", to="Maria")
    live.promise("A call", to="Maria", status="kept")
    live.concern("Is it covered?")
    live.concern("How long does it take?")
    live.concern("Is it covered?", answered=True)
    live.told("It is free")
    live.told("It is free")
    fields = live.fields()
    assert [(one["value"], one["source"]) for one in fields["facts"]] == [("WH-200", "chat"), ("WH-300", "order A-1")]
    assert [(one["text"], one["status"]) for one in fields["commitments"]] == [("A call", "kept")]
    assert fields["open_concerns"] == ["How long does it take?"]
    assert fields["told_customer"] == ["It is free"]


def test_each_piece_after_the_hand_off_is_a_revision(business):
    live = business.start().live("case-1", lane="support")
    live.hand_off(**WHOLE)
    receipts = [
        live.fact("model", "WH-200", source="chat"),
        live.promise("A call"),
        live.concern("Is it covered?"),
        live.told("It is free"),
        live.attempt("Reset"),
    ]
    assert [receipt.revision for receipt in receipts] == [2, 3, 4, 5, 6]


def test_a_tool_call_is_read_by_the_rules_as_the_call_that_it_was(business):
    live = business.start().live("case-1", lane="support")
    live.tool("get_order", {"id": "A-1"}, {"status": "shipped"})
    live.tool("ping_desk", result="timed out")
    live.tool("send_note", {"to": "Ana"})
    first, second, third = (next(read(0, turn["text"])) for turn in live.fields()["transcript"])
    assert (first.name, first.given, first.result) == ("get_order", {"id": "A-1"}, {"status": "shipped"})
    assert (second.name, second.failed) == ("ping_desk", True)
    assert (third.name, third.given) == ("send_note", {"to": "Ana"})


@pytest.mark.parametrize(
    ("append", "path"),
    [
        (lambda live: live.fact("model", {"a": 1}, source="chat"), "facts.value"),
        (lambda live: live.fact("model", "x", source="chat", confidense=1.0), "facts.confidense"),
        (lambda live: live.promise("A call", status="maybe"), "commitments.status"),
        (lambda live: live.concern(""), "open_concerns.text"),
        (lambda live: live.tool("get_order", {"id": object()}), "transcript.text"),
    ],
)
def test_a_piece_that_no_packet_could_hold_is_refused_at_once(business, append, path):
    live = business.start().live("case-1", lane="support")
    with pytest.raises(PacketInvalid) as caught:
        append(live)
    assert caught.value.problems[0].path == path
    assert live.fields() == {"lane": "support"}


def test_no_piece_is_lost_when_several_processes_append_at_once(tmp_path: Path) -> None:
    from handoff_core.client import Handoff

    (tmp_path / "handoff.toml").write_text(TOML)
    config = str(tmp_path / "handoff.toml")
    with Handoff.from_config(config, environ={}) as handoff:
        live = handoff.live("case-1", lane="support")
        names = ("ann", "bob", "cy")
        writers = [subprocess.Popen([sys.executable, "-c", WRITER, config, name, str(PIECES)]) for name in names]
        assert [writer.wait() for writer in writers] == [0, 0, 0]
        fields = live.fields()
    for name in names:
        spoken = [turn["text"] for turn in fields["transcript"] if turn["text"].startswith(name)]
        assert spoken == [f"{name} says {number}" for number in range(PIECES)]
    assert len(fields["facts"]) == len(fields["commitments"]) == len(names) * PIECES
