"""The connector against the stateful stand-in, which was written from Slack's documentation on its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="the stand-ins need the extra `sandbox`: pip install 'handoff[sandbox]'")

import requests

from handoff_connectors.sandbox.clock import SettableClock
from handoff_connectors.sandbox.server import Sandbox
from handoff_connectors.slack import SlackConnector
from handoff_core.connector import Context, RecordState, Remote, Told, View, Write
from handoff_core.errors import Gone, Unknown
from handoff_core.packet import Lane
from handoff_core.testing.case import NotebookMemory
from handoff_core.testing.clock import START, FakeClock
from handoff_core.testing.factories import make_owner, make_packet, make_view
from handoff_mappings.slack import SlackSettings


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(clock=SettableClock(START)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest.fixture
def connector(sandbox: Sandbox, clock: FakeClock) -> Iterator[SlackConnector]:
    settings = SlackSettings.model_validate(
        {
            "connector": "slack",
            "token_env": "T",
            "channel": "C0ALERTS",
            "channels_by_urgency": {"critical": "C0URGENT"},
            "base_url": sandbox.slack_url,
        }
    )
    context = Context("acme", "alerts", settings, lambda name: "xoxb-1", clock, NotebookMemory())
    connector = SlackConnector(context)
    yield connector
    connector.close()


def view_of(**fields: Any) -> View:
    return make_view(make_packet(**fields), owner=make_owner(identity="U0DANA"))


def deliver(connector: SlackConnector, view: View) -> dict[str, Remote]:
    refs: dict[str, Remote] = {}
    for payload in connector.render(view):
        ids = {kind: remote.id for kind, remote in refs.items()}
        known = view.records.get(payload.kind)
        if known is not None:
            refs[payload.kind] = connector.update(Write(payload, refs=ids, remote_id=known.remote_id))
        else:
            refs[payload.kind] = connector.create(Write(payload, refs=ids))
    return refs


def later(view: View, remotes: dict[str, Remote], **fields: Any) -> View:
    records = {kind: RecordState(kind, view.key, remote.id, remote.url) for kind, remote in remotes.items()}
    told = Told(view.packet, view.owner, view.revision)
    return replace(view, packet=view.packet.changed(**fields), revision=2, records=records, told=told)


@pytest.mark.parametrize("lane", list(Lane))
def test_every_lane_is_accepted_and_found_again(connector: SlackConnector, lane: Lane) -> None:
    view = view_of(lane=lane)
    made = deliver(connector, view)
    for payload in connector.render(view):
        found = connector.find(Write(payload, refs={"alert": made["alert"].id}, since=START))
        assert [one.id for one in found] == [made[payload.kind].id]
        assert [one.url for one in found] == [made[payload.kind].url]


def test_the_link_to_a_message_is_the_one_that_slack_gives(connector: SlackConnector, sandbox: Sandbox) -> None:
    for remote in deliver(connector, view_of()).values():
        answer = requests.post(
            f"{sandbox.slack_url}/api/chat.getPermalink",
            data={"channel": "C0ALERTS", "message_ts": remote.id.rpartition(":")[2]},
            headers={"authorization": "Bearer xoxb-1"},
            timeout=10,
        )
        assert answer.json()["permalink"] == remote.url


def test_a_raised_urgency_edits_the_alert_and_tells_it_in_thread_and_channel(connector: SlackConnector) -> None:
    view = view_of()
    made = deliver(connector, view)
    raised = later(view, made, urgency={"level": "critical"})
    again = deliver(connector, raised)
    assert set(again) == {"alert", "brief", "pointer", "m2"}
    assert again["alert"].id == made["alert"].id
    assert again["m2"].id.startswith(f"{made['alert'].id}:")
    assert again["pointer"].id.startswith("C0URGENT:")
    for payload in connector.render(raised):
        found = connector.find(Write(payload, refs={"alert": made["alert"].id}, since=START))
        assert [one.id for one in found] == [again[payload.kind].id]


def test_the_pointer_of_a_closed_case_is_rewritten_where_it_stands(connector: SlackConnector, sandbox: Sandbox) -> None:
    view = view_of()
    made = deliver(connector, view)
    raised = later(view, made, urgency={"level": "critical"})
    again = deliver(connector, raised)
    closed = later(raised, again, state={"status": "done", "text": "Repaired"})
    after = deliver(connector, replace(closed, revision=3))
    assert after["pointer"].id == again["pointer"].id
    (pointer,) = sandbox.slack.messages["C0URGENT"].values()
    assert "DONE" in pointer.values["text"]
    assert "raised" not in pointer.values["text"]


def test_an_alert_that_was_sent_elsewhere_is_found_without_its_time(connector: SlackConnector) -> None:
    critical = view_of(urgency={"level": "critical"})
    made = connector.create(Write(connector.render(critical)[0]))
    normal = connector.render(view_of(urgency={"level": "normal"}))[0]
    assert [one.id for one in connector.find(Write(normal))] == [made.id]


def test_a_duplicate_is_retired_and_the_oldest_stays(connector: SlackConnector) -> None:
    alert = connector.render(view_of())[0]
    first = connector.create(Write(replace(alert, body={**alert.body, "client_msg_id": "1"})))
    second = connector.create(Write(replace(alert, body={**alert.body, "client_msg_id": "2"})))
    found = connector.find(Write(alert, since=START))
    assert [(one.id, one.retirable) for one in found] == [(first.id, True), (second.id, True)]
    connector.retire(Write(alert, remote_id=second.id), keep=found[0])
    assert [one.id for one in connector.find(Write(alert, since=START))] == [first.id]


@pytest.mark.parametrize("dedupes", [True, False])
def test_an_alert_that_a_person_deleted_after_a_lost_answer_is_posted_again(
    connector: SlackConnector, sandbox: Sandbox, dedupes: bool
) -> None:
    sandbox.switches.slack.client_msg_id_dedupes = dedupes
    alert = connector.render(view_of())[0]
    lost = connector.create(Write(alert))
    sandbox.slack.delete("C0ALERTS", lost.id.partition(":")[2], user="U0DANA")
    assert connector.find(Write(alert, since=START)) == []
    if dedupes:
        with pytest.raises(Unknown):
            connector.create(Write(alert))
        assert connector.find(Write(alert, since=START)) == []
    made = connector.create(Write(alert))
    assert [one.id for one in connector.find(Write(alert, since=START))] == [made.id]


def test_a_deleted_alert_is_gone(connector: SlackConnector) -> None:
    view = view_of()
    made = deliver(connector, view)
    alert = connector.render(view)[0]
    connector.retire(Write(alert, remote_id=made["alert"].id), keep=Remote("C0ALERTS:1795187000.000100"))
    with pytest.raises(Gone):
        connector.update(Write(alert, remote_id=made["alert"].id))


def test_the_owner_is_found_by_address(connector: SlackConnector) -> None:
    assert connector.find_owner("dana@acme.example") == "U0DANA"
    assert connector.find_owner("nobody@acme.example") is None


def test_the_check_finds_nothing_to_fix_in_a_workspace_that_is_set_up(connector: SlackConnector) -> None:
    results = connector.check(
        [make_owner(identity="U0DANA"), make_owner(id="sam", identity=None, email="sam@acme.example")]
    )
    assert {result.subject: (result.ok, result.text) for result in results if result.ok is False} == {}
