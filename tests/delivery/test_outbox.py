"""A packet for another agent is one whole file in its outbox, and people get their records all the same."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handoff_core.client import Handoff
from handoff_core.outbox import file as outbox_file
from handoff_core.packet import Packet
from handoff_core.testing.factories import make_packet

AGENT = '\n[agents.planner]\noutbox = "outbox/planner"\n'


class Agents:
    """A business with the agent ``planner``, whose outbox is there."""

    def __init__(self, business: Any, more: str = "") -> None:
        self.business = business
        path = business.folder / "handoff.toml"
        path.write_text(path.read_text() + AGENT + more)
        self.outbox: Path = business.folder / "outbox" / "planner"
        self.outbox.mkdir(parents=True)

    def start(self) -> Handoff:
        started: Handoff = self.business.start()
        return started

    def packet(self, **changes: Any) -> Packet:
        values = {"id": "case-1", "owner": None, "made_at": None, "revision": None, "to": "agent:planner"}
        return make_packet(**{**values, **changes})

    def files(self) -> dict[str, Any]:
        return {path.name: json.loads(path.read_text()) for path in self.outbox.iterdir()}

    def finish(self, handoff: Handoff) -> None:
        for _ in range(20):
            handoff.sync(inbox=False)
            if not handoff.waiting():
                return
            self.business.clock.advance(30)
        raise AssertionError(handoff.status())


@pytest.fixture
def agents(business: Any) -> Agents:
    return Agents(business)


def state(handoff: Handoff, name: str = "agent:planner") -> str | None:
    return handoff.status("case-1")[0].destinations.get(name)


def test_the_agent_gets_the_packet_and_people_get_their_records(agents: Agents) -> None:
    handoff = agents.start()
    receipt = handoff.submit(agents.packet())
    assert receipt.destinations == ("desk", "agent:planner")
    assert "HO401" not in {one.code for one in receipt.findings}
    agents.finish(handoff)
    assert set(agents.files()) == {"case-1.json"}
    assert len(agents.business.desk().active("ho-acme.case-1")) == 1
    assert state(handoff) == "delivered"
    [line] = [one for one in handoff.show("case-1").records if one.destination == "agent:planner"]  # type: ignore[union-attr]
    assert (line.kind, line.id, line.state) == ("packet", "case-1.json", "delivered")
    assert line.url == (agents.outbox / "case-1.json").as_uri()
    assert [one.what for one in handoff.log("case-1") if one.destination == "agent:planner"] == ["created", "delivery"]


def test_the_file_is_a_packet_that_the_same_checks_accept(agents: Agents) -> None:
    handoff = agents.start()
    sent = agents.packet()
    handoff.submit(sent)
    agents.finish(handoff)
    read = Packet.from_json((agents.outbox / "case-1.json").read_text())
    assert read.to == "agent:planner"
    assert (read.summary, read.details, read.transcript) == (sent.summary, sent.details, sent.transcript)


def test_the_newest_revision_wins_and_the_file_is_for_its_owner_only(agents: Agents) -> None:
    handoff = agents.start()
    for number in range(1, 4):
        handoff.submit(agents.packet(summary=f"Told the {number}. time."))
        if number != 2:
            agents.finish(handoff)
    [(name, packet)] = agents.files().items()
    assert (name, packet["summary"]) == ("case-1.json", "Told the 3. time.")
    assert stat.S_IMODE((agents.outbox / name).stat().st_mode) == 0o600


def test_a_file_that_the_agent_took_is_written_again_only_with_news(agents: Agents) -> None:
    handoff = agents.start()
    handoff.submit(agents.packet())
    agents.finish(handoff)
    (agents.outbox / "case-1.json").unlink()
    agents.finish(handoff)
    assert agents.files() == {}
    handoff.submit(agents.packet(summary="News."))
    agents.finish(handoff)
    assert agents.files()["case-1.json"]["summary"] == "News."


@pytest.mark.parametrize("to", [None, "agent:stranger"])
def test_nobody_else_finds_anything_in_it(agents: Agents, to: str | None) -> None:
    handoff = agents.start()
    receipt = handoff.submit(agents.packet(to=to))
    assert receipt.destinations == ("desk",)
    assert ("HO401" in {one.code for one in receipt.findings}) == (to is not None)
    agents.finish(handoff)
    assert agents.files() == {}


def test_an_agent_that_is_named_later_gets_it_then(agents: Agents) -> None:
    handoff = agents.start()
    handoff.submit(agents.packet(to=None))
    agents.finish(handoff)
    assert agents.files() == {}
    assert handoff.submit(agents.packet()).destinations == ("desk", "agent:planner")
    agents.finish(handoff)
    assert set(agents.files()) == {"case-1.json"}
    assert len(agents.business.desk().active("ho-acme.case-1")) == 1


def test_a_folder_that_is_not_there_is_tried_again_and_then_a_person_looks(agents: Agents) -> None:
    agents.outbox.rmdir()
    handoff = agents.start()
    handoff.submit(agents.packet())
    handoff.sync(inbox=False)
    assert state(handoff) == "retrying"
    assert state(handoff, "desk") == "delivered"
    reason = "The outbox {} cannot be written: the folder is not there; make it, or correct outbox under [agents]."
    [line] = [one for one in handoff.show("case-1").records if one.destination == "agent:planner"]  # type: ignore[union-attr]
    assert line.reason == reason.format(agents.outbox)
    agents.business.clock.advance(29 * 3600)
    handoff.sync(inbox=False)
    [dead] = handoff.dead()
    assert dead.destination == "agent:planner"
    assert "given up" in str(dead.reason)
    assert "the folder is not there" in str(dead.reason)
    assert "handoff dead retry case-1" in str(dead.reason)
    assert handoff.status("case-1")[0].needs_person
    agents.outbox.mkdir()
    assert handoff.retry("case-1", "agent:planner") == 1
    agents.finish(handoff)
    assert set(agents.files()) == {"case-1.json"}


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "the disk is full; make room"),
        (errno.EACCES, "this user may not write there"),
        (errno.EROFS, "mounted read-only"),
        (errno.EIO, "Input/output error; see to it"),
    ],
)
def test_a_disk_that_takes_nothing_loses_nothing(
    agents: Agents, monkeypatch: pytest.MonkeyPatch, number: int, says: str
) -> None:
    handoff = agents.start()
    handoff.submit(agents.packet(summary="The first."))
    agents.finish(handoff)
    handoff.submit(agents.packet(summary="The second."))

    def full(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(outbox_file.os, "fsync", full)
        handoff.sync(inbox=False)
        assert state(handoff) == "retrying"
        assert says in str([one.text for one in handoff.log("case-1")][-1])
        # The old file is whole, and nothing half written lies beside it.
        assert agents.files()["case-1.json"]["summary"] == "The first."
        assert len(list(agents.outbox.iterdir())) == 1
    agents.business.clock.advance(4000)
    agents.finish(handoff)
    assert agents.files()["case-1.json"]["summary"] == "The second."


@pytest.mark.parametrize("point", ["after_intent", "after_send", "after_reply", "before_commit", "after_commit"])
def test_a_worker_that_dies_anywhere_leaves_the_newest_content_in_one_whole_file(agents: Agents, point: str) -> None:
    died: list[str] = []

    def die(name: str) -> None:
        if name == point and not died:
            died.append(name)
            raise KeyboardInterrupt

    handoff = agents.start()
    handoff.submit(agents.packet(summary="The first."))
    agents.finish(handoff)
    handoff.submit(agents.packet(summary="The second."))
    agents.business.at = die
    with pytest.raises(KeyboardInterrupt):
        agents.finish(handoff)
    assert died
    agents.business.clock.advance(120)
    later = agents.start()
    agents.finish(later)
    assert [one["summary"] for one in agents.files().values()] == ["The second."]
    assert state(later) == "delivered"


def test_what_an_interrupted_writer_left_is_hidden_and_taken_away_with_the_next_one(
    agents: Agents, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(outbox_file.os, "replace", killed)
        with pytest.raises(SystemExit):
            outbox_file.write_whole(agents.outbox, "case-1.json", b"{}")
    [left] = list(agents.outbox.iterdir())
    assert left.name.startswith(".case-1.json.")
    outbox_file.write_whole(agents.outbox, "case-1.json", b'{"a": 1}')
    assert agents.files() == {"case-1.json": {"a": 1}}


def test_a_worker_whose_lease_was_lost_does_not_leave_its_older_content(agents: Agents) -> None:
    """It was frozen between the check of its lease and the write; another worker wrote the newest meanwhile."""
    slow, quick = agents.start(), agents.start()
    slow.submit(agents.packet(summary="The first."))
    agents.finish(slow)
    slow.submit(agents.packet(summary="The second."))
    frozen: list[str] = []

    def freeze(name: str) -> None:
        if name == "after_intent" and not frozen and agents.business.clock is not None:
            frozen.append(name)
            agents.business.clock.advance(600)
            quick.submit(agents.packet(summary="The third."))
            agents.finish(quick)

    agents.business.at = freeze
    slow.sync(inbox=False)
    for _ in range(3):
        agents.business.clock.advance(600)
        agents.finish(quick)
    assert frozen
    assert agents.files()["case-1.json"]["summary"] == "The third."


def test_the_agent_sees_what_its_own_policy_allows(make_business: Callable[..., Any]) -> None:
    agents = Agents(make_business(), '[privacy.planner]\nsensitivity = "internal"\nredact = ["customer.name"]\n')
    handoff = agents.start()
    handoff.submit(agents.packet())
    agents.finish(handoff)
    text = (agents.outbox / "case-1.json").read_text()
    for value in ("maria@lindqvist.example", "+1 312 555 0142", "Lindqvist has"):
        assert value not in text
    read = Packet.from_json(text)
    assert read.transcript == ()
    assert any("Withheld from this agent:" in one.text and "the conversation" in one.text for one in read.constraints)
    [line] = [one for one in handoff.show("case-1").records if one.destination == "agent:planner"]  # type: ignore[union-attr]
    assert any("conversation" in text for text in line.withheld)
    # The trail names what it was shown, for `handoff audit`.
    shown = {name for one in handoff.audit("case-1") if one.destination == "agent:planner" for name in one.fields}
    assert "summary" in shown
    assert "customer.email" not in shown
    assert "transcript" not in shown


def test_a_held_packet_reaches_the_agent_only_once_a_person_has_released_it(make_business: Callable[..., Any]) -> None:
    agents = Agents(make_business(gate="hold"))
    handoff = agents.start()
    handoff.submit(agents.packet(nature="sensitive", risk=None))
    assert handoff.status("case-1")[0].held
    agents.finish(handoff)
    assert (agents.files(), state(handoff)) == ({}, None)
    handoff.release("case-1")
    agents.finish(handoff)
    assert set(agents.files()) == {"case-1.json"}


def test_a_draft_in_an_outbox_says_that_no_agent_sends_it(agents: Agents) -> None:
    handoff = agents.start()

    def remark() -> str:
        return str([one["text"] for one in agents.files()["case-1.json"]["constraints"]][-1])

    handoff.submit(agents.packet(lane="outbound_reply"))
    agents.finish(handoff)
    assert remark() == "The draft waits for the approval of Dana Fields; nobody may send it."
    handoff.approve("case-1", by="dana")
    agents.finish(handoff)
    assert remark().startswith("The draft was approved by Dana Fields at 2027-")
    assert remark().endswith("Dana Fields sends it, no agent does.")
    handoff.approve("case-1", by="dana", reject=True, note="no")
    agents.finish(handoff)
    assert remark() == "The draft was rejected by Dana Fields; nobody may send it."


def test_an_agent_that_is_taken_out_of_the_configuration_parks_what_waits_for_it(agents: Agents) -> None:
    agents.outbox.rmdir()
    handoff = agents.start()
    handoff.submit(agents.packet())
    handoff.sync(inbox=False)
    path = agents.business.folder / "handoff.toml"
    path.write_text(path.read_text().replace(AGENT, ""))
    later = agents.start()
    later.sync(inbox=False)
    assert state(later) == "parked"
    assert later.drop("case-1", "agent:planner") == 1


def test_no_id_leads_out_of_the_folder_or_hides_the_file(agents: Agents) -> None:
    handoff = agents.start()
    ids = ["a..b", "A-1_2.json", "x" * 64, "con", "0.tmp"]
    for one in ids:
        handoff.submit(agents.packet(id=one))
    agents.finish(handoff)
    assert set(agents.files()) == {f"{one}.json" for one in ids}


def test_a_preview_shows_the_file_and_writes_none(agents: Agents) -> None:
    handoff = agents.start()
    [record] = handoff.preview(agents.packet(), "agent:planner")
    assert (record.kind, record.title.startswith("For agent:planner: ")) == ("packet", True)
    [request] = record.requests
    assert (request.method, request.url) == ("WRITE", (agents.outbox / "case-1.json").as_uri())
    assert Packet.from_json(request.body).id == "case-1"
    assert agents.files() == {}


def test_the_online_check_says_whether_files_can_be_put_there(agents: Agents) -> None:
    handoff = agents.start()

    def result() -> tuple[bool | None, str, str]:
        [found] = [one.result for one in handoff.check_online() if one.destination == "agent:planner"]
        return found.ok, found.text, found.fix

    assert result()[0] is True
    agents.outbox.rmdir()
    ok, text, fix = result()
    assert (ok, text) == (False, f"{agents.outbox} is no folder")
    assert fix == f"Make it: mkdir -m 700 -p {agents.outbox}"
    assert all(one.result.ok for one in handoff.check_online(set_up=True) if one.destination == "agent:planner")
    assert stat.S_IMODE(agents.outbox.stat().st_mode) == 0o700


def test_a_later_revision_that_is_held_leaves_the_agent_with_the_last_released_one(
    make_business: Callable[..., Any],
) -> None:
    agents = Agents(make_business(gate="hold"))
    handoff = agents.start()
    handoff.submit(agents.packet(summary="Complete."))
    agents.finish(handoff)
    handoff.submit(agents.packet(summary="Not complete.", nature="sensitive", risk=None))
    assert handoff.status("case-1")[0].held
    agents.finish(handoff)
    assert agents.files()["case-1.json"]["summary"] == "Complete."
    handoff.release("case-1")
    agents.finish(handoff)
    assert agents.files()["case-1.json"]["summary"] == "Not complete."


def test_an_erasure_takes_the_file_away_and_says_what_the_agent_may_still_have(agents: Agents) -> None:
    handoff = agents.start()
    handoff.submit(agents.packet())
    handoff.submit(agents.packet(id="case-2"))
    agents.finish(handoff)
    (agents.outbox / ".case-1.json.left.pending").write_text("Maria")
    plan = handoff.forget("case-1", plan=True)
    [record] = [one for one in plan.packets[0].records if one.destination == "agent:planner"]
    assert (record.what, record.by_handoff) == ("is deleted", True)
    assert "whoever runs it deletes it there" in record.stays[0]
    handoff.forget("case-1")
    agents.finish(handoff)
    assert set(agents.files()) == {"case-2.json"}
    assert state(handoff) == "erased"
    assert handoff.submit(agents.packet()).erased


def test_an_erasure_waits_for_a_folder_that_cannot_be_written(agents: Agents, monkeypatch: pytest.MonkeyPatch) -> None:
    handoff = agents.start()
    handoff.submit(agents.packet())
    agents.finish(handoff)
    handoff.forget("case-1")

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        handoff.sync(inbox=False)
    assert set(agents.files()) == {"case-1.json"}
    agents.business.clock.advance(4000)
    agents.finish(handoff)
    assert agents.files() == {}


def test_an_erasure_that_comes_while_a_file_is_written_takes_it_too(agents: Agents) -> None:
    slow, other = agents.start(), agents.start()
    slow.submit(agents.packet())
    forgotten: list[str] = []

    def forget(name: str) -> None:
        if name == "after_intent" and not forgotten:
            forgotten.append(name)
            other.forget("case-1")

    agents.business.at = forget
    slow.sync(inbox=False)
    for _ in range(4):
        agents.business.clock.advance(600)
        agents.finish(other)
    assert forgotten
    assert agents.files() == {}
