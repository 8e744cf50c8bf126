from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from handoff_core.config import Config, load
from handoff_core.packet import Packet, Speaker, Turn
from handoff_core.quality.examples import example
from handoff_core.quality.repeats import RepeatKind
from handoff_core.replay import Recording, Totals, replay_packet, replay_recording
from handoff_core.replay.cold import not_found
from handoff_core.testing.clock import FakeClock
from tests.replay.conftest import business

VAGUE = {"next_action": {"text": "Follow up with the customer"}}
SAID = [{"speaker": "customer", "text": "My heating is off since Monday."}, {"speaker": "ai", "text": "I see."}]


def replayed(config: Config, **fields: Any) -> Any:
    return replay_packet(config, example(fields), FakeClock())


def test_a_packet_shows_its_owner_its_systems_and_what_is_open(config: Config) -> None:
    one = replayed(config, lane="sales", owner=None, **VAGUE)
    assert (one.owner_id, one.destinations, one.held) == ("sam", ("crm", "alerts"), False)
    assert [found.code for found in one.findings if found.severity == "error"] == ["HO601"]
    assert one.open_questions == ("next",)


def test_behind_the_gate_the_fallback_owner_has_it(tmp_path: Path) -> None:
    config = load(business(tmp_path, "hold"), environ={})
    assert replayed(config, lane="sales", owner=None, **VAGUE).held
    assert replayed(config, lane="sales", owner=None, **VAGUE).owner_id == "dana"
    assert not replayed(config, lane="sales", owner=None).held


def test_what_a_person_asks_again_is_found_at_its_place(config: Config) -> None:
    after = [{"speaker": "human", "text": "What is your phone number? And what is this about?"}]
    one = replayed(config, transcript=[*SAID, *after])
    assert [(again.turn, again.kind, again.path) for again in one.repeats] == [
        (2, RepeatKind.ESTABLISHED, "customer.phone"),
        (2, RepeatKind.EXPLANATION, "summary"),
    ]
    assert one.after_transfer == 1
    assert replayed(config, transcript=SAID).repeats == ()


def test_a_note_is_not_judged_by_what_was_said_after_it(config: Config) -> None:
    late = [{"speaker": "human", "text": "Hello."}, {"speaker": "customer", "text": "There is a smell of gas."}]
    assert "HO705" in {one.code for one in replayed(config, transcript=[*SAID, late[1]]).findings}
    assert "HO705" not in {one.code for one in replayed(config, transcript=[*SAID, *late]).findings}


def test_a_conversation_without_a_note_is_never_held(config: Config) -> None:
    turns = (Turn(speaker=Speaker.CUSTOMER, text="I want a human, my name is Mia Li."),)
    one = replay_recording(config, Recording("c-1", turns))
    assert (one.is_packet, one.held, one.owner_id) == (False, False, "")
    assert {found.path for found in one.derived} >= {"customer.name", "escalation.reason"}
    assert "summary" in one.to_fill


def test_every_system_shows_the_six_answers(config: Config) -> None:
    assert replayed(config).unseen == {}


def test_an_answer_that_a_record_does_not_show_is_named() -> None:
    packet: Packet = example({})
    whole = (
        "Sam Ortiz. Sam Ortiz has had no heating since Monday, and two resets did not help. High: No heating in winter."
    )
    rest = " A part must be replaced on site. Call. Call Sam and confirm a visit with an ignition board tomorrow"
    assert not_found(packet, whole + rest) == ()
    assert not_found(packet, whole) == ("why", "where", "next")
    assert not_found(packet, rest) == ("who", "what", "when")


def test_totals_name_the_worst_first(config: Config) -> None:
    totals = Totals()
    asked = [{"speaker": "human", "text": "How can I help you?"}]
    made = {"name": "bot", "model": "m-1", "prompt_version": "7"}
    totals.replayed += [
        replayed(config, id="good", owner=None),
        replayed(config, id="bad", lane="sales", **VAGUE, owner=None, producer=made),
        replayed(config, id="thin", definition_of_done=None, owner=None, transcript=[*SAID, *asked]),
    ]
    assert [one.id for one in totals.packets] == ["bad", "thin", "good"]
    assert [row["code"] for row in totals.rules() if row["severity"] != "info"] == ["HO601", "HO104"]
    assert totals.questions() == {"next": 1}
    assert list(totals.lanes()) == ["sales", "support"]
    assert totals.producers()["bot m-1 7"]["errors"] == 1
    assert totals.reasons()["beyond_scope"] | {"warnings": 1} == totals.reasons()["beyond_scope"]
    whole = totals.to_object()
    assert (whole["packets"], whole["errors"], whole["warnings"], whole["asked_again"]) == (3, 1, 1, 1)


@pytest.mark.parametrize("gate", ["annotate", "hold", "off"])
def test_an_own_record_is_made_whatever_the_gate(gate: str, tmp_path: Path) -> None:
    one = replayed(load(business(tmp_path, gate), environ={}), **VAGUE)
    assert one.destinations == ("desk", "crm", "alerts")
    assert (one.findings == ()) is (gate == "off")
