"""The life of an outbound reply in the three stand-ins: what people see, and that no customer is ever written to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handoff_core.packet import Packet
from handoff_core.testing.factories import make_packet
from tests.reliability.life import open_handoff
from tests.reliability.verdict import content, twins
from tests.reliability.world import World, a_world

KEY = "ho-acme-plumbing.reply-1"
DRAFT = "Dear Maria, we can offer you five percent on the yearly contract."
BETTER = "Dear Maria, we can offer you three percent on the yearly contract."


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with a_world(tmp_path) as opened:
        yield opened


def reply(draft: str = DRAFT, **changes: Any) -> Packet:
    details = {
        "account": "Lindqvist Properties",
        "draft": draft,
        "approval_by": "Dana Fields",
        "final_owner": "Sam Ortiz",
    }
    values = {"id": "reply-1", "made_at": None, "revision": None, "owner": {"id": "sam"}, "details": details}
    return make_packet(**{"lane": "outbound_reply", **values, **changes})


def thread(world: World) -> list[str]:
    """What was posted in the alert's thread as news, in order."""
    messages = [one for rows in world.sandbox.slack.messages.values() for one in rows.values()]
    news = [one for one in sorted(messages, key=lambda one: one.ts) if f"{KEY}~m" in json.dumps(one.values)]
    return [str(one.values["text"]) for one in news]


def notes(world: World) -> list[str]:
    """The private notes at milestones on the ticket."""
    [ticket] = world.sandbox.zendesk.by_key(KEY)
    return [comment["plain_body"] for comment in ticket.comments if "~m" in comment["plain_body"]]


def subject(world: World) -> str:
    [ticket] = world.sandbox.zendesk.by_key(KEY)
    return str(ticket.values["subject"])


def seen(world: World) -> str:
    return json.dumps(content(world.sandbox, KEY), ensure_ascii=False)


def test_everybody_sees_where_the_draft_stands_and_nothing_is_ever_written_to_the_customer(world: World) -> None:
    with world.open() as handoff:
        handoff.submit(reply())
        world.finish(handoff)
        assert subject(world).startswith("[REPLY TO APPROVE] ")
        assert seen(world).count("REPLY TO APPROVE – waiting for Dana Fields") >= 3
        assert "<@U0DANA> (Dana Fields): REPLY TO APPROVE" in seen(world)
        assert (thread(world), notes(world)) == ([], [])

        world.clock.advance(600)
        code = handoff.status("reply-1")[0].approval.draft  # type: ignore[union-attr]
        handoff.approve("reply-1", by="dana", reject=True, note="Three percent at most", draft=code)
        world.finish(handoff)
        assert subject(world).startswith("[REPLY REJECTED] ")
        assert "REJECTED by Dana Fields" in thread(world)[-1]
        assert thread(world)[-1].startswith("<@U0SAM>")
        assert "Three percent at most" in notes(world)[-1]
        # Zendesk's first comment cannot be rewritten; its field is, and so is everything else.
        shown = content(world.sandbox, KEY)
        rewritten = json.dumps([shown["crm"], shown["alerts"], shown["desk"][0]["fields"]])
        assert "waiting for Dana Fields" not in rewritten
        assert "Waiting for approval" not in rewritten

        world.clock.advance(600)
        handoff.submit(reply(BETTER))
        world.finish(handoff)
        assert subject(world).startswith("[REPLY TO APPROVE] ")
        assert thread(world)[-1].startswith("<@U0DANA> (Dana Fields): There is a new draft.")

        world.clock.advance(600)
        handoff.approve("reply-1", by="dana")
        world.finish(handoff)
        assert subject(world).startswith("[REPLY APPROVED] ")
        assert seen(world).count("APPROVED by Dana Fields, 20 Nov ") >= 3
        assert "send it yourself" in notes(world)[-1]
        assert thread(world)[-1].startswith("<@U0SAM> (Sam Ortiz): APPROVED by Dana Fields, 20 Nov ")

        told = len(thread(world)), len(notes(world))
        world.clock.advance(600)
        handoff.submit(reply(BETTER, summary="The same reply, told in other words."))
        world.finish(handoff)
        assert (len(thread(world)), len(notes(world))) == told
        assert subject(world).startswith("[REPLY APPROVED] The same reply")

        world.clock.advance(600)
        handoff.submit(reply(BETTER, privacy={"consent": {"contact": "denied"}}))
        world.finish(handoff)
        assert subject(world).startswith("[REPLY NOT TO SEND] ")
        assert "NOT TO BE SENT" in thread(world)[-1]

        world.clock.advance(600)
        handoff.submit(reply(BETTER, state={"status": "done", "text": "Sent by Sam"}))
        world.finish(handoff)
        assert handoff.waiting() == 0
    assert twins(world.sandbox, KEY) == []
    assert_nothing_reached_the_customer(world)


def assert_nothing_reached_the_customer(world: World) -> None:
    """Read every request that was made: no public comment, no mail, no message to anybody but the team's channel."""
    log = world.sandbox.log
    writes = [one for one in log.entries if one.method in ("POST", "PUT", "PATCH")]
    assert len(writes) > 20
    for one in writes:
        body = (one.body or b"").decode("utf-8", "replace")
        if one.vendor == "zendesk" and '"comment"' in body:
            comments = [json.loads(body)["ticket"]["comment"]]
            assert [comment["public"] for comment in comments] == [False]
        if one.vendor == "zendesk":
            assert '"public": true' not in body
            assert '"public":true' not in body
            assert "/macros" not in one.path
            assert "/messages" not in one.path
        if one.vendor == "hubspot":
            assert not any(word in one.path for word in ("email", "communication", "conversation", "message", "send"))
        if one.vendor == "slack" and "chat." in one.path:
            assert "C0ALERTS" in body
    for ticket in world.sandbox.zendesk.tickets.values():
        assert [comment for comment in ticket.comments if comment["public"]] == []


@pytest.mark.parametrize("point", ["after_intent", "after_send", "after_reply", "before_commit"])
def test_an_approval_whose_delivery_is_interrupted_is_told_once(world: World, point: str) -> None:
    with world.open() as handoff:
        handoff.submit(reply())
        world.finish(handoff)
        handoff.approve("reply-1", by="dana")
    died: list[str] = []

    def die(name: str) -> None:
        if name == point and not died:
            died.append(name)
            raise KeyboardInterrupt

    with open_handoff(world.config, world.clock, points=die) as handoff, pytest.raises(KeyboardInterrupt):
        world.finish(handoff)
    with world.open() as handoff:
        world.finish(handoff)
        assert handoff.waiting() == 0
    assert died == [point]
    assert len(thread(world)) == len(notes(world)) == 1
    assert twins(world.sandbox, KEY) == []
