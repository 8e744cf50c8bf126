"""Everything that Handoff would send to the three systems for one packet, in each state that a record can be in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from handoff_core.connector import Finding, Payload, RecordState, SiblingLink, Told, View
from handoff_core.packet import Packet
from handoff_core.testing.factories import make_owner, make_packet, make_view
from handoff_mappings import hubspot, slack, zendesk

LINKS = (SiblingLink("other", "Zendesk", "https://acme.zendesk.example/agent/tickets/42"),)

ZENDESK = zendesk.ZendeskSettings.model_validate(
    {
        "connector": "zendesk",
        "subdomain": "acme",
        "token_env": "T",
        "fields": {"360001": "urgency.level", "360002": "summary", "360003": "transcript.last.text"},
        "brief_field": 360010,
        "links_field": 360011,
    }
)
ZENDESK_WITHOUT_FIELDS = zendesk.ZendeskSettings.model_validate(
    {"connector": "zendesk", "subdomain": "acme", "token_env": "T"}
)
HUBSPOT = hubspot.HubSpotSettings.model_validate(
    {
        "connector": "hubspot",
        "token_env": "T",
        "task": "always",
        "note_fields": {"handoff_said": "transcript.last.text"},
        "contact_fields": {"handoff_fit": "summary"},
    }
)
SLACK = slack.SlackSettings.model_validate(
    {
        "connector": "slack",
        "token_env": "T",
        "channel": "C0ALERTS",
        "channels_by_urgency": {"critical": "C0URGENT"},
        "fields": {"Said": "transcript.last.text", "What": "summary"},
    }
)


@dataclass(frozen=True)
class Sent:
    """One record as it would be written. ``vendor``: zendesk, hubspot or slack."""

    vendor: str
    payload: Payload

    @property
    def name(self) -> str:
        """For messages: ``zendesk ticket``."""
        return f"{self.vendor} {self.payload.kind}"


def everything(packet: Packet, text: str = "", *, only: str = "") -> Iterator[Sent]:
    """Every record in every state: new; known, raised and held; edited by a person; merged.

    ``text`` stands in what is not the packet's but shown beside it: names, reasons, findings. ``only``: one vendor.
    """
    yield from first(packet, only=only)
    yield from later(packet, text, only=only)


def first(packet: Packet, *, only: str = "") -> Iterator[Sent]:
    """The records of the first revision."""
    for view, vendor, render in _renderers(make_view(packet), only):
        yield from (Sent(vendor, payload) for payload in render(view))


def later(packet: Packet, text: str, *, only: str = "") -> Iterator[Sent]:
    """The records of a later revision: urgency and owner changed since people were told, and held."""
    calm = make_packet(id=packet.id, urgency={"level": "low"}, commitments=None)
    shown = make_view(
        packet,
        revision=3,
        held=True,
        owner=make_owner(name=text or "Dana"),
        chain=(make_owner(id="support", name=text or "Support", team=True),),
        owner_why=text,
        findings=(Finding("odd", "error", text, text, text), Finding("odd", "warning", text, text, text)),
        links=LINKS,
        told=Told(calm, make_owner(id="eve", name=text or "Eve"), 1),
    )
    for view, vendor, render in _renderers(shown, only):
        for records in _RECORDS[vendor]:
            known = {kind: replace(state, key=view.key) for kind, state in records.items()}
            yield from (Sent(vendor, payload) for payload in render(replace(view, records=known)))


def bodies(sent: Sent) -> Iterator[str]:
    """Every piece of HTML in a record."""
    body = sent.payload.body
    if "comment" in body:
        assert body["comment"]["public"] is False
        assert set(body["comment"]) == {"html_body", "public"}
        yield body["comment"]["html_body"]
    for name, value in body.get("properties", {}).items():
        if name in ("hs_note_body", "hs_task_body"):
            yield value


def _record(kind: str, remote_id: str, **more: Any) -> RecordState:
    return RecordState(kind, "", remote_id, f"https://acme.example/{kind}/1", **more)


_RECORDS = {
    "zendesk": ({"ticket": _record("ticket", "42")}, {"ticket": _record("ticket", "42", merged=True)}),
    "hubspot": (
        {"contact": _record("contact", "1"), "note": _record("note", "2"), "task": _record("task", "3")},
        {"contact": _record("contact", "1"), "note": _record("note", "2", edited=True)},
    ),
    "slack": ({"alert": _record("alert", "C0ALERTS:1763640000.000100", edited=True)},),
}


def _renderers(view: View, only: str) -> Iterator[tuple[View, str, Any]]:
    for vendor, identity, render, settings in (
        ("zendesk", "9001", zendesk.render, ZENDESK),
        ("zendesk", "9001", zendesk.render, ZENDESK_WITHOUT_FIELDS),
        ("hubspot", "70001", hubspot.render, HUBSPOT),
        ("slack", "U0DANA", slack.render, SLACK),
    ):
        if only in ("", vendor):
            owner = replace(view.owner, identity=identity)
            yield replace(view, owner=owner), vendor, partial(render, settings=settings)
