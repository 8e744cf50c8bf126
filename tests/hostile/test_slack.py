"""Whatever stands in a packet, nothing in Slack is live but the owner's own mention and the packet's own links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mrkdwn
import pytest
from corpora import slack as corpus
from corpora.packets import URL, every_text, text_places
from renders import LINKS, Sent, everything

from handoff_core.packet import Lane, Packet
from handoff_mappings.slack import limits, validate_blocks
from handoff_mappings.slack.validate import json_length, text_length
from proof.plugin import Record

STRINGS = corpus.strings()
OWNER = mrkdwn.Live("person", "U0DANA", "@U0DANA")
OUR_LINKS = {URL, *(link.url for link in LINKS), "https://acme.example/alert/1"}
EVERY_LANE = list(Lane)


def test_the_corpus_holds_more_than_two_hundred_strings_and_fills_every_text_of_a_packet() -> None:
    assert len(STRINGS) >= 200
    assert all(text_places(lane) >= 60 for lane in Lane)


def test_no_hostile_string_is_live_anywhere(full_proof: bool, evidence: Record) -> None:
    messages = texts = controls = 0
    for number, text in enumerate(STRINGS):
        for lane in EVERY_LANE if full_proof else (EVERY_LANE[number % len(EVERY_LANE)],):
            packet = Packet.from_object(every_text(lane, text))
            for sent in everything(packet, text, only="slack"):
                messages += 1
                for one, verbatim in every_mrkdwn(sent):
                    texts += 1
                    controls += len(found := list(mrkdwn.live(one, verbatim=verbatim)))
                    assert [live for live in found if not is_ours(live)] == [], (text, sent.name)
                    assert not [words for words in mrkdwn.formatted(one) if "EVIL" in words], (text, sent.name)
                check_message(sent)
    assert controls > messages  # the reader sees the owner's mention and the links, so it would see others
    evidence(
        "Hostile text in Slack",
        "No mention, link or formatting in a packet's text is live in Slack, but the owner's own mention.",
        cases=len(STRINGS),
        messages=messages,
        texts=texts,
        live_controls_of_others=0,
    )


def every_mrkdwn(sent: Sent) -> Iterator[tuple[str, bool]]:
    """Each text that Slack reads as mrkdwn, and whether it is verbatim; the top-level text is, by ``parse: none``."""
    body = sent.payload.body
    assert body["parse"] == "none"
    yield body["text"], True
    for one in mrkdwn.objects(body["blocks"]):
        assert one["type"] in ("mrkdwn", "plain_text")
        if one["type"] == "mrkdwn":
            yield one["text"], one.get("verbatim") is True
        else:
            assert one["emoji"] is False


def is_ours(live: mrkdwn.Live) -> bool:
    return live == OWNER or (live.kind == "link" and live.target in OUR_LINKS)


def check_message(sent: Sent) -> None:
    """What Slack adds by itself is switched off, and every budget holds."""
    body = sent.payload.body
    assert "link_names" not in body
    assert body["unfurl_links"] is False
    assert body["unfurl_media"] is False
    assert set(body["metadata"]["event_payload"]) == {"handoff_key", "schema"}
    assert body.get("reply_broadcast") in (None, False)
    assert validate_blocks(body["blocks"]) == [], sent.name
    assert text_length(body["blocks"]) <= limits.MESSAGE_TEXT
    assert json_length(body["blocks"]) <= limits.MESSAGE_JSON
    assert 0 < len(body["text"]) <= limits.FALLBACK_TEXT
    for one in buttons(body["blocks"]):
        assert one["url"] in OUR_LINKS


def buttons(blocks: Any) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield from (one for one in block.get("elements", ()) if one["type"] == "button")


@pytest.mark.parametrize("text", ["<!channel> " * 900, "*EVIL* " * 1_800, "`" * 9_000, "\u202e<@U0EVIL>" * 900])
def test_no_amount_of_hostile_text_is_live_or_breaks_a_budget(text: str) -> None:
    for sent in everything(Packet.from_object(every_text("support", text)), text[:300], only="slack"):
        for one, verbatim in every_mrkdwn(sent):
            assert [live for live in mrkdwn.live(one, verbatim=verbatim) if not is_ours(live)] == []
            assert not [words for words in mrkdwn.formatted(one) if "EVIL" in words]
        check_message(sent)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<!channel>", "broadcast"),
        ("x <@U0EVIL> y", "person"),
        ("<#C0|x>", "channel"),
        ("<https://evil.example|x>", "link"),
        ("a < b", "broken"),
    ],
)
def test_the_reader_sees_what_is_live(text: str, kind: str) -> None:
    assert [one.kind for one in mrkdwn.live(text)] == [kind]
    assert list(mrkdwn.live("&lt;!channel&gt; &amp;")) == []


def test_the_reader_sees_formatting_quotations_and_bare_names() -> None:
    assert list(mrkdwn.formatted("*a* _b_ ~c~ `d` ```e\nf``` x*y*z * g *")) == ["e\nf", "d", "a", "b", "c"]
    assert mrkdwn.quoted("a\n> b\n&gt; c\nd") == "b\nc"
    assert [one.target for one in mrkdwn.live("hi @here #general", verbatim=False)] == ["@here", "#general"]
