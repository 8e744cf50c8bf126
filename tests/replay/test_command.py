"""``handoff replay``, ``handoff prompt`` and the cold read of ``handoff lint``, as they are called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handoff_core.cli.main import run
from handoff_core.quality.examples import BASE
from tests.replay.conftest import business

HUMAN = [{"speaker": "customer", "text": "Hi"}, {"speaker": "human", "text": "What is your name?"}]


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(words)
    out = capsys.readouterr()
    return code, out.out, out.err


@pytest.fixture
def toml(tmp_path: Path) -> str:
    return str(business(tmp_path))


def written(folder: Path, name: str, *values: Any) -> str:
    path = folder / name
    path.write_text("".join(json.dumps(value) + "\n" for value in values))
    return str(path)


def test_a_good_packet_ends_with_nothing_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path, toml: str) -> None:
    code, out, _ = call(capsys, "replay", "--config", toml, written(tmp_path, "a.jsonl", dict(BASE)))
    assert code == 0
    assert "case-1  support  for Dana Fields (dana)  in desk, crm, alerts" in out
    assert "1 packet: 0 errors, 0 warnings; 0 conversations without a note" in out


def test_an_error_and_what_cannot_be_read_need_a_person(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, toml: str
) -> None:
    bad = {**BASE, "next_action": {"text": "Follow up"}}
    code, out, _ = call(capsys, "replay", "--config", toml, written(tmp_path, "a.jsonl", bad))
    assert code == 1
    assert "HO601 error" in out
    code, _, err = call(capsys, "replay", "--config", toml, written(tmp_path, "b.jsonl", {"foo": 1}))
    assert code == 1
    assert "is neither a packet nor a conversation" in err
    (tmp_path / "empty.json").write_text("")
    assert call(capsys, "replay", "--config", toml, str(tmp_path / "empty.json"))[0] == 1


def test_what_was_asked_again_counts_when_strict(capsys: pytest.CaptureFixture[str], tmp_path: Path, toml: str) -> None:
    file = written(tmp_path, "a.jsonl", {**BASE, "transcript": HUMAN})
    code, out, _ = call(capsys, "replay", "--config", toml, file)
    assert code == 0
    assert "transcript.1: the person asks for customer.name again" in out
    assert "asked again 1 of 1" in out
    assert call(capsys, "replay", "--config", toml, "--strict", file)[0] == 1


def test_json_is_one_object_a_packet_and_the_total(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, toml: str
) -> None:
    file = written(tmp_path, "a.jsonl", dict(BASE), {"id": "c-9", "transcript": HUMAN})
    code, out, _ = call(capsys, "replay", "--json", "--config", toml, file)
    packet, conversation, total = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert (packet["id"], packet["owner"]["id"], packet["held"]) == ("case-1", "dana", False)
    assert (conversation["kind"], conversation["turns_after_transfer"]) == ("conversation", 1)
    assert (total["total"]["packets"], total["total"]["conversations"]) == (1, 1)


def test_a_conversation_says_what_follows_and_what_the_agent_must_fill(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, toml: str
) -> None:
    file = written(tmp_path, "a.jsonl", {"role": "user", "content": "My name is Mia Li, I want a human."}, *HUMAN[1:])
    code, out, _ = call(capsys, "replay", "--config", toml, file)
    assert code == 0
    assert "follows     customer.name: Mia Li  (turn 0)" in out
    assert "must fill   lane, summary" in out


def test_replay_stores_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path, toml: str) -> None:
    before = set(tmp_path.iterdir())
    file = written(tmp_path, "a.jsonl", dict(BASE))
    call(capsys, "replay", "--config", toml, file)
    assert set(tmp_path.iterdir()) - before == {Path(file)}


def test_the_cold_read_looks_into_the_records_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, toml: str
) -> None:
    file = written(tmp_path, "a.jsonl", {**BASE, "owner": None})
    code, out, _ = call(capsys, "lint", "--cold-read", "--config", toml, file)
    assert code == 0
    assert "its record does not show" not in out
    hiding = business(tmp_path).read_text() + '[privacy.alerts]\nsensitivity = "public"\n'
    (tmp_path / "hiding.toml").write_text(hiding)
    code, out, _ = call(capsys, "lint", "--cold-read", "--config", str(tmp_path / "hiding.toml"), file)
    assert "alerts: its record does not show: who" in out


def test_the_prompt_is_printed_with_its_length_beside_it(capsys: pytest.CaptureFixture[str], toml: str) -> None:
    code, out, err = call(capsys, "prompt", "--lane", "booking", "--config", toml)
    assert code == 0
    assert "- customer.email: " in out
    assert err == f"{len(out.split())} words\n"
    code, out, _ = call(capsys, "prompt", "--lane", "booking", "--json", "--for", "anthropic", "--config", toml)
    assert json.loads(out)["tool"]["input_schema"]["properties"]["lane"]["enum"] == ["booking"]
    assert call(capsys, "prompt", "--lane", "nowhere")[0] == 2
    assert call(capsys, "schema", "packet", "--for", "gemini")[0] == 2
    assert json.loads(call(capsys, "schema", "tool", "--for", "openai", "--lane", "sales")[1])["type"] == "function"


def test_the_cold_read_says_that_an_internal_packet_has_no_customer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, toml: str
) -> None:
    inside = {**BASE, "channel": "internal", "customer": None}
    _, out, _ = call(capsys, "lint", "--cold-read", "--config", toml, written(tmp_path, "a.jsonl", inside))
    assert "who   Internal, no customer" in out


def test_the_note_in_a_transfer_is_judged(capsys: pytest.CaptureFixture[str], tmp_path: Path, toml: str) -> None:
    done = {"speaker": "tool", "text": 'cancel_order({"order_id":"W-1"}) -> {"status":"cancelled"}'}

    def told(summary: str) -> str:
        text = f"transfer_to_human_agents({json.dumps({'summary': summary})})"
        turns = [{"speaker": "customer", "text": "Cancel W-1"}, done, {"speaker": "tool", "text": text}]
        return call(capsys, "replay", "--config", toml, written(tmp_path, "t.jsonl", {"transcript": turns}))[1]

    lossy, whole = told("Ana asks for a person today."), told("Order W-1 of Ana has been cancelled.")
    assert "a conversation with the note of transfer_to_human_agents" in lossy
    assert "0 conversations without a note; 1 conversation with the note of a transfer" in lossy
    assert "(HO802)" in lossy
    assert "(HO802)" not in whole
