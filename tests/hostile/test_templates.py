"""Template syntax in a packet arrives as it was written; only what Zendesk would fill in is parted, in sight."""

from __future__ import annotations

import json
from collections.abc import Iterator

import mrkdwn
import pytest
from corpora import strings
from corpora.packets import every_text
from markup import Markup
from renders import bodies, everything

from handoff_core.packet import Lane, Packet
from handoff_mappings.text import one_line
from handoff_mappings.zendesk.placeholders import disarmed
from proof.plugin import Record

STRINGS = strings("templates")
NAMED = ("{{7*7}}", "${}", "%s", "{0.__class__}")
EVERY_LANE = list(Lane)
BACKTICK = str.maketrans("`", "\u02cb")


def test_templates_arrive_as_written_and_zendesk_fills_in_nothing(full_proof: bool, evidence: Record) -> None:
    seen = 0
    for number, text in enumerate(STRINGS):
        lanes = EVERY_LANE if full_proof else (EVERY_LANE[number % len(EVERY_LANE)],)
        for lane in lanes:
            packet = Packet.from_object(every_text(lane, f"before {text} after"))
            for vendor, kind, words in shown(packet):
                seen += 1
                expected = f"before {one_line(text)} after"
                if vendor == "zendesk":
                    expected = disarmed(expected)
                    assert armed(words) == [], (text, kind)
                if vendor == "slack":
                    expected = expected.translate(BACKTICK)
                assert expected in " ".join(words.split()), (text, vendor, kind)
    evidence(
        "Template syntax",
        "Template syntax arrives as it was written in all three systems; Zendesk's placeholders are parted in sight.",
        cases=len(STRINGS),
        texts=seen,
        filled_in=0,
    )


@pytest.mark.parametrize("text", NAMED)
def test_what_names_nothing_arrives_byte_for_byte_in_every_system(text: str) -> None:
    packet = Packet.from_object(every_text("support", text))
    by_vendor = {vendor: words for vendor, _, words in shown(packet)}
    assert set(by_vendor) == {"zendesk", "hubspot", "slack"}
    assert all(text in words for words in by_vendor.values())


def test_the_files_beside_a_ticket_hold_every_template_byte_for_byte() -> None:
    for text in STRINGS:
        packet = Packet.from_object(every_text("support", text))
        ticket = next(iter(everything(packet, only="zendesk"))).payload
        files = {one.filename: one.content.decode() for one in ticket.attachments}
        assert json.loads(files["packet.json"])["summary"] == text


def shown(packet: Packet) -> Iterator[tuple[str, str, str]]:
    """What the readers of the main records see: vendor, kind, words."""
    for sent in everything(packet, "x"):
        kind, body = sent.payload.kind, sent.payload.body
        if sent.vendor == "slack":
            texts = [one["text"] for one in mrkdwn.objects(body["blocks"])]
            yield "slack", kind, "\n".join(mrkdwn.shown(text) for text in texts)
            continue
        for html in bodies(sent):
            if kind not in ("links", "merged") or "before" in html:
                yield sent.vendor, kind, Markup(html).words
        if sent.vendor == "hubspot":
            properties = body["properties"]
            own = ("handoff_said", "handoff_fit", "company", "hs_task_subject")
            yield from (("hubspot", name, properties[name]) for name in own if name in properties)
        if sent.vendor == "zendesk" and "subject" in body:
            yield "zendesk", "subject", body["subject"]
            values = {one["id"]: one["value"] for one in body.get("custom_fields", ())}
            yield from (("zendesk", f"field {name}", str(values[name])) for name in (360002, 360010) if name in values)


def armed(words: str) -> list[str]:
    """Openings that Zendesk's engine would take, by its own grammar: ``{{`` and ``{%``, unless only a sum follows."""
    found = []
    for opening in ("{{", "{%"):
        at = words.find(opening)
        while at >= 0:
            inside = words[at + 2 :].partition("}}")[0]
            if opening == "{%" or any(sign not in "0123456789+-*/(). \t\n" for sign in inside) or not inside:
                found.append(words[at : at + 20])
            at = words.find(opening, at + 1)
    return found
