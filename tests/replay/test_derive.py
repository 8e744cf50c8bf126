"""What follows from a conversation without understanding it."""

from __future__ import annotations

import json

import pytest

from handoff_core.packet import Channel, Lane, Speaker, Turn
from handoff_core.replay.derive import derive, handover_of, must_fill, must_say
from handoff_core.replay.recording import Recording


def recording(*said: tuple[str, str], lane: Lane | None = Lane.SUPPORT) -> Recording:
    turns = tuple(Turn(speaker=Speaker(speaker), text=text) for speaker, text in said)
    return Recording("c-1", turns, lane, Channel.CHAT)


def derived(*said: tuple[str, str]) -> dict[str, str]:
    return {one.path: one.value for one in derive(recording(*said))}


ASKED = [
    "I want to speak to a real person.",
    "Can you transfer me to an agent please",
    "Get me a manager!",
    "agent",
    "I'd like to talk to somebody else.",
    "Please connect me with a human being",
    "I need a human",
]
NOT_ASKED = [
    "The agent of the insurance called me.",
    "Is your manager Dana?",
    "I am a real person, not a robot.",
    "My representative signed it.",
    "I want to return a human-sized mirror.",
]


@pytest.mark.parametrize("text", ASKED)
def test_a_request_for_a_person_is_the_reason(text: str) -> None:
    assert derived(("customer", text))["escalation.reason"] == "explicit_request"
    assert "escalation.reason" not in derived(("ai", text))


@pytest.mark.parametrize("text", NOT_ASKED)
def test_a_word_for_a_person_is_no_request(text: str) -> None:
    assert "escalation.reason" not in derived(("customer", text))


def test_who_it_is_and_how_to_reach_him_are_taken_where_there_is_one_answer() -> None:
    one = derived(("customer", "Hi, my name is Mia Li, mia@mail.example, call +1 312 555 0142."))
    assert one["customer.name"] == "Mia Li"
    assert one["customer.email"] == "mia@mail.example"
    assert one["customer.phone"] == "+1 312 555 0142"
    two = derived(("customer", "mia@mail.example or, better, work@mail.example"), ("ai", "This is Ben."))
    assert not {"customer.email", "customer.name"} & set(two)


def test_ids_of_the_tool_log_become_facts() -> None:
    found = derived(("tool", 'get_order({"order_id": "#W1234"}) -> {"order_id": "#W1234", "user_id": "mia_li_3668"}'))
    assert found["facts.order_id"] == "#W1234"
    assert found["facts.user_id"] == "mia_li_3668"


def test_the_note_must_say_what_was_promised_what_failed_and_what_alarms() -> None:
    codes = [
        (one.code, one.path)
        for one in must_say(
            recording(
                ("customer", "There is a smell of gas."),
                ("tool", 'book_visit({"visit_id": "V-1002"}) -> Error: no slot'),
                ("ai", "A technician will call you back before noon."),
            ),
            "US",
        )
    ]
    assert set(codes) == {("HO705", "transcript.0"), ("HO801", "transcript.1"), ("HO707", "transcript.2")}


def test_the_agent_fills_what_does_not_follow() -> None:
    require = {"support": ("customer.email", "details.order_id")}
    one = recording(("customer", "I want a human. mia@mail.example"))
    assert must_fill(one, require, tuple(derive(one))) == (
        *("summary", "next_action.text", "escalation.text", "definition_of_done", "nature"),
        "details.order_id",
    )
    bare = recording(("customer", "Hi"), lane=None)
    assert must_fill(bare, require, tuple(derive(bare)))[0] == "lane"
    assert {"escalation.reason", "customer"} <= set(must_fill(bare, require, tuple(derive(bare))))


TRANSFERRED = (
    ("customer", "Cancel order W-1, and I was charged twice."),
    ("tool", 'cancel_order({"order_id":"W-1"}) -> {"status":"cancelled"}'),
)


def of_transfer(name: str, key: str, text: str) -> Recording:
    return recording(*TRANSFERRED, ("tool", json.dumps({"name": name, "arguments": {key: text}})))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("transfer_to_human_agents", "summary"),
        ("escalate_case", "reason"),
        ("handoff", "note"),
        ("transferCall", "message"),
    ],
)
def test_the_words_of_a_transfer_are_the_note_and_what_they_leave_out_is_found(name: str, key: str) -> None:
    whole = of_transfer(name, key, "Ana was charged twice; order W-1 has been cancelled, the double charge is open.")
    lossy = of_transfer(name, key, "Ana says that she was charged twice and wants a person to look at it.")
    assert "HO802" not in {one.code for one in must_say(whole, "US")}
    assert {"HO802", "HO803"} <= {one.code for one in must_say(lossy, "US")}
    assert "summary" not in must_fill(lossy, {}, tuple(derive(lossy)))


def test_a_transfer_without_words_is_no_note() -> None:
    bare = recording(*TRANSFERRED, ("tool", 'transfer_to_human_agents({"queue": "billing"}) -> ok'))
    assert handover_of(bare) is None
    assert "summary" in must_fill(bare, {}, tuple(derive(bare)))


def test_what_follows_is_told_once() -> None:
    again = ("tool", 'get_order({"order_id": "#W1234"}) -> {"order_id": "#W1234"}')
    found = [(one.path, one.value) for one in derive(recording(again, again))]
    assert len(found) == len(set(found))
