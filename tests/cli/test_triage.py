"""`handoff triage`, as it is called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handoff_core.cli.main import run
from handoff_core.quality.examples import BASE
from tests.replay.conftest import business

TALK = [
    {"role": "user", "content": "My internet is not working."},
    {"role": "assistant", "content": "Please restart your router."},
    {"role": "user", "content": "You keep saying the same. Get me a human!"},
    {"role": "assistant", "content": "Sure."},
]
RATED = [
    {"speaker": "customer", "text": "I need a room", "rating": 3},
    {"speaker": "ai", "text": "Here is a bus."},
    {"speaker": "customer", "text": "A room in the centre, for two", "rating": 2},
    {"speaker": "ai", "text": "The bus leaves at nine."},
    {"speaker": "customer", "text": "And the price of it", "satisfaction": 1},
]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HANDOFF_CONFIG", raising=False)


def written(name: str, value: Any) -> str:
    Path(name).write_text(json.dumps(value))
    return name


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(words)
    out = capsys.readouterr()
    return code, out.out, out.err


def test_each_turn_has_its_verdict_with_reasons_and_the_mood_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "triage", written("talk.json", {"id": "talk-1", "messages": TALK}))
    assert code == 0
    assert "talk-1  no lane  4 turns  mood ▃" in out
    assert 'now  the customer asks for a person: "get me a human"' in out
    assert "A person was due at turn 2, 1 turn before the end." in out


def test_json_is_one_object_a_conversation(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "triage", "--json", written("talk.json", {"id": "talk-1", "messages": TALK}))
    found = json.loads(out)
    assert code == 0
    assert [turn["verdict"] for turn in found["turns"]] == ["not_yet", "not_yet", "now", "now"]
    assert found["turns"][2]["reasons"][0]["signal"] == "explicit_request"
    assert (found["person_due"], found["turns_before_end"], found["verdict"]) == (2, 1, "now")
    assert len(found["sparkline"]) == len(found["series"]) == 2


def test_ratings_from_one_to_five_are_sentiments(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "triage", "--json", written("rated.json", RATED))
    assert [one["sentiment"] for one in json.loads(out)["series"]] == [0.0, -0.5, -1.0]


def test_a_rating_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, "triage", written("bad.json", [{**RATED[0], "rating": 9}]))
    assert code == 1
    assert "transcript.0.sentiment" in err


def test_a_packet_is_judged_with_what_it_knows_of_the_customer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    talk = [{"speaker": "customer", "text": "I was charged twice."}]
    toml = business(tmp_path)
    toml.write_text(toml.read_text() + '[triage]\ngather_first = true\nrequire = ["customer.phone", "goal"]\n')
    file = written("packet.json", {**BASE, "transcript": talk})
    _, out, _ = call(capsys, "triage", "--config", str(toml), file)
    assert "too_early" in out
    assert "not known yet: goal" in out
    assert "customer.phone" not in out


def test_strict_ends_with_one_when_a_person_is_due_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    file = written("talk.json", {"messages": TALK})
    assert call(capsys, "triage", "--strict", file)[0] == 1
    assert call(capsys, "triage", "--strict", written("calm.json", {"messages": TALK[:2]}))[0] == 0


def test_what_is_no_conversation_needs_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, "triage", written("x.json", {"foo": 1}))
    assert code == 1
    assert "is neither a packet nor a conversation" in err


def test_replay_says_at_which_turn_a_person_was_due(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    toml = str(business(tmp_path))
    _, out, _ = call(capsys, "replay", "--config", toml, written("talk.json", {"messages": TALK}))
    assert 'a person was due at turn 2: the customer asks for a person: "get me a human"' in out
    assert "1 conversation without a note; a person was due in 1" in out


def test_plain_lines_that_say_who_speaks_are_judged(capsys: pytest.CaptureFixture[str]) -> None:
    Path("good.txt").write_text("Customer: My internet is down.\nAI: Please restart it.\nCustomer: A human, please.\n")
    code, out, _ = call(capsys, "triage", "good.txt")
    assert code == 0
    assert "good.txt  no lane  3 turns" in out
    assert "A person was due at turn 2" in out
