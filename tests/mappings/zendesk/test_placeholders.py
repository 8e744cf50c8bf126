"""Nothing that a customer writes is filled in by Zendesk's placeholders."""

from __future__ import annotations

import json

import pytest

from handoff_core.connector import RecordState, Told
from handoff_core.testing.factories import make_packet, make_view
from handoff_mappings.zendesk import ZendeskSettings, render
from handoff_mappings.zendesk.placeholders import disarmed

SETTINGS = ZendeskSettings.model_validate(
    {
        "connector": "zendesk",
        "subdomain": "acme",
        "token_env": "T",
        "fields": {"360001": "summary"},
        "brief_field": 360010,
    }
)
PLACEHOLDERS = "{{ticket.requester.email}} {% comment %} {{dc.welcome}} {{{current_user.name}}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ticket.id}}", "{ {ticket.id}}"),
        ("{{{x}}}", "{ { {x}}}"),
        ("{%if x%}", "{ %if x%}"),
        ('{{ "{" | append: ticket.id }}', '{ { "{" | append: ticket.id }}'),
        ("{{7 | append: ticket.id}}", "{ {7 | append: ticket.id}}"),
        ("{{7*7}} ${7*7} %s {0.__class__} {'a': 1} }} %}", "{{7*7}} ${7*7} %s {0.__class__} {'a': 1} }} %}"),
        ("{{", "{ {"),
        ("", ""),
    ],
)
def test_what_opens_a_placeholder_is_parted_in_sight(text: str, expected: str) -> None:
    assert disarmed(text) == expected


def test_no_placeholder_is_left_in_a_ticket_or_a_note_and_the_packet_beside_it_is_whole() -> None:
    packet = make_packet(
        summary=PLACEHOLDERS,
        urgency={"level": "critical"},
        customer={"name": PLACEHOLDERS, "email": "ann@lindqvist.example"},
        transcript=[{"speaker": "customer", "text": PLACEHOLDERS}],
        facts=[{"name": PLACEHOLDERS, "value": PLACEHOLDERS, "source": PLACEHOLDERS}],
    )
    (ticket,) = render(make_view(packet), SETTINGS)
    assert not {"{{", "{%"} & {pair for pair in ("{{", "{%") if pair in json.dumps(ticket.body)}
    assert "{ {ticket.requester.email}}" in ticket.body["subject"]
    assert ticket.body["requester"]["name"].startswith("{ {ticket")
    attached = {one.filename: one.content.decode() for one in ticket.attachments}
    assert PLACEHOLDERS in attached["packet.json"]
    assert PLACEHOLDERS in attached["transcript.txt"]

    record = RecordState("ticket", "ho-acme-plumbing.case-8841", "42", None)
    calm = make_packet(urgency={"level": "low"})
    told = Told(calm, make_view(calm).owner, 1)
    later = make_view(packet, revision=2, records={"ticket": record}, told=told)
    note = render(later, SETTINGS)[-1]
    assert note.kind == "m2"
    assert "{{" not in json.dumps(note.body)
    assert "{%" not in json.dumps(note.body)
