"""A preview shows what a delivery would send: without network, ledger or secrets."""

from __future__ import annotations

import json

import pytest

from handoff_connectors.sandbox.snippet import configuration
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.testing.factories import make_packet

URLS = {"zendesk": "https://z.example", "hubspot": "https://h.example", "slack": "https://s.example"}
TOKENS = {"ZENDESK_TOKEN": "zd-canary", "HUBSPOT_TOKEN": "hs-canary", "SLACK_BOT_TOKEN": "xoxb-canary"}


@pytest.fixture
def records(tmp_path):
    path = tmp_path / "handoff.toml"
    path.write_text(configuration(URLS))
    with Handoff(load(path, TOKENS)) as handoff:
        found = handoff.preview(make_packet(owner=None))
        assert handoff.status() == ()
    return {record.kind: record for record in found}


def test_every_record_is_shown_with_its_requests_and_in_words(records):
    assert {"ticket", "contact", "note", "alert", "brief"} <= set(records)
    assert all(record.requests for record in records.values())
    assert all("no hot water" in records[kind].text for kind in ("ticket", "note", "alert"))


def test_an_owner_who_is_looked_up_at_delivery_is_not_called_unknown(records):
    ticket = json.loads(records["ticket"].requests[-1].body)["ticket"]
    assert ticket["assignee_id"]
    assert "not known in Zendesk" not in ticket["comment"]["html_body"]
    assert "looked up as dana@acme.example" in records["ticket"].text
    assert "not found in Slack" not in records["alert"].requests[-1].body


def test_no_secret_is_shown(records):
    shown = json.dumps([record.to_object() for record in records.values()])
    assert "canary" not in shown
    assert "secret-not-shown" not in shown
