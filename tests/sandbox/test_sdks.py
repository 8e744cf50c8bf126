"""The vendors' own SDKs understand the stand-ins' answers."""

from __future__ import annotations

import io

import pytest

AT = "2026-11-20T10:00:00Z"


@pytest.mark.filterwarnings("default")
def test_zenpy(sandbox, monkeypatch):
    zenpy = pytest.importorskip("zenpy", reason="zenpy is not installed: pip install 'handoff[zendesk]'")
    from zenpy.lib.api_objects import Comment, Ticket, User

    scheme, _, netloc = sandbox.zendesk_url.partition("://")
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", scheme)
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", netloc)
    client = zenpy.Zenpy(subdomain="acme", oauth_token="token", disable_cache=True)
    token = client.attachments.upload(io.BytesIO(b"abc"), target_name="a.txt").token
    comment = Comment(html_body="<p>Hi</p>", public=False, uploads=[token])
    audit = client.tickets.create(
        Ticket(subject="Hi", comment=comment, external_id="k", requester=User(name="Ann", email="a@c.example"))
    )
    assert audit.ticket.id == audit.audit.ticket_id
    assert [t.id for t in client.tickets(external_id="k")] == [audit.ticket.id]
    assert [c.attachments[0].file_name for c in client.tickets.comments(audit.ticket.id)] == ["a.txt"]
    assert client.tickets.update(Ticket(id=audit.ticket.id, priority="low")).ticket.priority == "low"
    client.tickets.add_tags(audit.ticket.id, ["a"])
    assert client.tickets(id=audit.ticket.id).tags == ["a"]
    assert client.users.me().role == "admin"
    assert [g.id for g in client.groups()] == [360007, 360008]
    assert [u.id for u in client.users.search("dana@acme.example")] == [9001]
    assert 360010 in [f.id for f in client.ticket_fields()]


@pytest.mark.filterwarnings("default")
def test_hubspot(sandbox):
    hubspot = pytest.importorskip(
        "hubspot", reason="hubspot-api-client is not installed: pip install 'handoff[hubspot]'"
    )
    client = hubspot.HubSpot(access_token="token", host=sandbox.hubspot_url, retry=False)
    objects = client.crm.objects
    contact = objects.basic_api.create("contacts", {"properties": {"email": "a@c.example"}})
    link = {"to": {"id": contact.id}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 202}]}
    note = objects.basic_api.create("notes", {"properties": {"hs_timestamp": AT}, "associations": [link]})
    linked = client.crm.associations.v4.basic_api.get_page("contacts", contact.id, "notes").results
    assert [one.to_object_id for one in linked] == [note.id]
    client.crm.properties.groups_api.create("notes", {"name": "handoff", "label": "Handoff"})
    spec = {"groupName": "handoff", "name": "handoff_key", "label": "Key", "type": "string", "fieldType": "text"}
    assert client.crm.properties.core_api.create("notes", {**spec, "hasUniqueValue": True}).has_unique_value is True
    inputs = {"inputs": [{"idProperty": "handoff_key", "id": "k", "properties": {"hs_timestamp": AT}}]}
    assert [objects.batch_api.upsert("notes", inputs).results[0].new for _ in range(2)] == [True, False]
    assert objects.basic_api.get_by_id("notes", "k", id_property="handoff_key").id
    assert client.crm.associations.v4.basic_api.create_default("notes", note.id, "contacts", contact.id).results
    assert client.crm.owners.owners_api.get_page(email="dana@acme.example").results[0].id == "70001"
    partial = objects.batch_api.read("notes", {"inputs": [{"id": note.id}, {"id": "1"}], "properties": []})
    assert partial.num_errors == 1


def test_slack_sdk(sandbox):
    slack_sdk = pytest.importorskip("slack_sdk", reason="slack-sdk is not installed: pip install 'handoff[slack]'")
    client = slack_sdk.WebClient(token="token", base_url=f"{sandbox.slack_url}/api/", retry_handlers=[])
    metadata = {"event_type": "handoff", "event_payload": {"handoff_key": "k"}}
    sent = client.chat_postMessage(channel="C0ALERTS", text="hi", metadata=metadata)
    client.chat_postMessage(channel="C0ALERTS", text="more", thread_ts=sent["ts"])
    seen = client.conversations_history(channel="C0ALERTS", include_all_metadata=True)["messages"][0]
    assert (seen["ts"], seen["metadata"], seen["reply_count"]) == (sent["ts"], metadata, 1)
    assert len(client.conversations_replies(channel="C0ALERTS", ts=sent["ts"])["messages"]) == 2
    assert client.chat_update(channel="C0ALERTS", ts=sent["ts"], text="now")["text"] == "now"
    with pytest.raises(slack_sdk.errors.SlackApiError, match="channel_not_found"):
        client.chat_postMessage(channel="C0NONE", text="x")
