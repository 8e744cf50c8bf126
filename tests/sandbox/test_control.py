"""The control API, and what people do to records behind Handoff's back."""

from __future__ import annotations

import pytest

from handoff_connectors.sandbox import hubspot_people, slack_people, zendesk_people
from handoff_connectors.sandbox.records import packet_key

KEY = "ho-acme.case-1"
AT = "2026-11-20T10:00:00Z"


def ticket(desk, **more):
    wanted = {"subject": "Hi", "external_id": KEY, "comment": {"body": "Hi", "public": False}, **more}
    return desk("POST", "/api/v2/tickets", {"ticket": wanted}).json()["ticket"]["id"]


def note(sandbox, body="<p>Hi</p>", **more):
    return sandbox.hubspot.create("notes", {"hs_timestamp": AT, "hs_note_body": body, **more})


def message(sandbox, key=KEY):
    metadata = {"event_type": "handoff", "event_payload": {"handoff_key": key}}
    return sandbox.slack.post({"channel": "C0ALERTS", "text": "hi", "metadata": metadata})[0]


def human(control, vendor, action, **more):
    return control("POST", f"/_control/human/{vendor}", {"action": action, **more})


def test_the_index_tells_origins_and_paths(control, sandbox):
    body = control("GET", "/_control/").json()
    assert body["urls"] == sandbox.urls
    assert "/_control/faults" in body["paths"]


def test_records_are_found_by_key_in_all_three(control, desk, sandbox):
    ticket_id = ticket(desk)
    by_text = note(sandbox, f"<p>Hi</p><p>Handoff ref: {KEY}</p>")
    sent = message(sandbox)
    reply = message(sandbox, f"{KEY}~brief")
    answer = control("GET", "/_control/records").json()
    assert answer["records"][KEY] == {"zendesk": [str(ticket_id)], "hubspot.notes": [by_text.id], "slack": [sent.ts]}
    assert answer["records"][f"{KEY}~brief"] == {"slack": [reply.ts]}
    assert answer["duplicates"] == {}


@pytest.mark.parametrize("vendor", ["zendesk", "hubspot", "slack"])
def test_a_second_record_under_one_key_is_a_duplicate(control, desk, sandbox, vendor):
    ticket(desk)
    note(sandbox, KEY)
    message(sandbox)
    assert sandbox.duplicates() == {}
    assert human(control, vendor, "clone").json()["ok"]
    assert list(sandbox.duplicates()) == [KEY]


def test_keys_of_generations_and_parts_belong_to_one_packet():
    assert {packet_key(key) for key in (KEY, f"{KEY}~m3", "ho2-acme.case-1", "ho2-acme.case-1~brief")} == {KEY}


def test_the_state_of_each_vendor_can_be_read(control, desk, sandbox):
    ticket_id = ticket(desk)
    contact = sandbox.hubspot.create("contacts", {"email": "ann@c.example"})
    made = note(sandbox)
    sandbox.hubspot.associate("notes", made.id, "contacts", contact.id)
    sent = message(sandbox)
    zendesk = control("GET", "/_control/state/zendesk").json()
    assert [(t["id"], len(t["comments"])) for t in zendesk["tickets"]] == [(ticket_id, 1)]
    hubspot = control("GET", "/_control/state/hubspot").json()
    assert hubspot["objects"]["notes"][0]["associations"] == [{"kind": "contacts", "id": contact.id, "type": 202}]
    slack = control("GET", "/_control/state/slack").json()
    assert slack["messages"]["C0ALERTS"][0]["metadata"]["event_payload"]["handoff_key"] == KEY
    assert slack["messages"]["C0ALERTS"][0]["ts"] == sent.ts
    assert control("GET", "/_control/state/jira").status_code == 400


def test_requests_are_logged_without_tokens(control, desk, sandbox):
    ticket(desk)
    desk("GET", "/api/v2/users/me")
    body = control("GET", "/_control/requests?vendor=zendesk&method=POST").json()
    assert [(r["path"], r["status"]) for r in body["requests"]] == [("/api/v2/tickets", 201)]
    assert '"subject"' in body["requests"][0]["body"]
    assert body["counts"]["zendesk"] == 2
    assert "token" not in control("GET", "/_control/requests").text
    control("DELETE", "/_control/requests")
    assert control("GET", "/_control/requests").json() == {"counts": {}, "requests": []}


def test_faults_are_planned_and_dropped(control, desk):
    planned = control("POST", "/_control/faults", [{"fault": "status", "vendor": "zendesk", "status": 503}])
    assert planned.json()[0]["fault"] == "status"
    assert desk("GET", "/api/v2/users/me").status_code == 503
    assert control("GET", "/_control/faults").json()[0]["hits"] == 1
    assert control("DELETE", "/_control/faults").json() == []
    wrong = control("POST", "/_control/faults", {"fault": "explode"})
    assert (wrong.status_code, "no fault" in wrong.json()["error"]) == (400, True)
    assert control("POST", "/_control/faults", {"fault": "hang", "where": "here"}).status_code == 400


def test_switches_clock_tokens_and_reset(control, desk, sandbox):
    assert control("POST", "/_control/switches", {"hubspot": {"search_lag": 7}}).json()["hubspot"]["search_lag"] == 7
    assert control("POST", "/_control/switches", {"hubspot": {"search_lag": "x"}}).status_code == 400
    now = control("GET", "/_control/clock").json()["now"]
    assert control("POST", "/_control/clock", {"advance": 90}).json()["now"] == now + 90
    control("POST", "/_control/tokens", {"zendesk": ["right"]})
    assert desk("GET", "/api/v2/users/me").status_code == 401
    assert control("POST", "/_control/tokens", {"jira": []}).status_code == 400
    control("POST", "/_control/reset")
    assert desk("GET", "/api/v2/users/me").status_code == 200
    assert sandbox.switches.hubspot.search_lag == 0.5


def test_people_and_fields_of_a_configuration_can_be_seeded(control, desk, crm, chat):
    seed = {
        "zendesk": {
            "users": [{"id": 7, "name": "Kim", "email": "kim@acme.example"}],
            "groups": [{"id": 8, "name": "Night"}],
            "fields": [{"id": 9, "type": "tagger", "title": "Kind", "options": ["a"]}],
        },
        "hubspot": {
            "owners": [{"id": 77, "name": "Kim Lo", "email": "kim@acme.example"}],
            "objects": {"contacts": [{"phone": "+1"}]},
        },
        "slack": {
            "channels": [{"id": "C0NIGHT", "name": "night"}],
            "people": [{"id": "U0KIM", "name": "kim", "real_name": "Kim Lo", "email": "kim@acme.example"}],
        },
    }
    assert control("POST", "/_control/seed", seed).json() == {"ok": True}
    assert desk("GET", "/api/v2/users/7").json()["user"]["role"] == "agent"
    assert crm("GET", "/crm/owners/2026-03?email=kim@acme.example").json()["results"][0]["id"] == "77"
    assert chat("GET", "/api/users.lookupByEmail?email=kim@acme.example").json()["user"]["id"] == "U0KIM"
    assert control("POST", "/_control/seed", {"jira": {}}).status_code == 400


def test_agents_act_on_tickets(control, desk, sandbox):
    ticket_id = ticket(desk, custom_fields=[{"id": 360010, "value": "our brief"}])
    assert human(control, "zendesk", "update", id=ticket_id, arguments={"assignee_id": 9002, "priority": "low"}).json()[
        "ok"
    ]
    human(control, "zendesk", "comment", arguments={"text": "Mine"})
    human(control, "zendesk", "edit")
    values = sandbox.zendesk.ticket(ticket_id).values
    assert (values["assignee_id"], values["priority"], values["subject"]) == (9002, "low", "Edited by Dana.")
    assert {f["value"] for f in values["custom_fields"] if f["id"] == 360010} == {"Edited by Dana."}
    assert sandbox.zendesk.ticket(ticket_id).comments[-1]["author_id"] == zendesk_people.DANA
    human(control, "zendesk", "solve")
    assert sandbox.zendesk.ticket(ticket_id).values["status"] == "solved"
    human(control, "zendesk", "delete")
    assert desk("GET", f"/api/v2/tickets/{ticket_id}").status_code == 404


def test_a_merged_ticket_says_into_which(control, desk, sandbox):
    ticket_id = ticket(desk)
    target = human(control, "zendesk", "merge", id=ticket_id).json()["result"]
    source = desk("GET", f"/api/v2/tickets/{ticket_id}").json()["ticket"]
    assert source["status"] == "closed"
    assert "closed_by_merge" in source["tags"]
    last = desk("GET", f"/api/v2/tickets/{ticket_id}/comments").json()["comments"][-1]
    assert f"merged into request #{target}" in last["plain_body"]
    audit = desk("GET", f"/api/v2/tickets/{target}/audits").json()["audits"][-1]
    assert audit["via"]["source"]["from"]["ticket_ids"] == [ticket_id]
    assert sandbox.zendesk.tickets[ticket_id].merged_into == target
    assert sandbox.zendesk.public_comments() == []


def test_people_act_on_hubspot_records(control, crm, sandbox):
    made = note(sandbox)
    task = sandbox.hubspot.create("tasks", {"hs_timestamp": AT, "hs_task_status": "NOT_STARTED"})
    human(control, "hubspot", "edit", id=made.id, arguments={"text": "Mine"})
    assert "Mine" in made.properties["hs_note_body"]
    human(control, "hubspot", "complete", kind="tasks")
    assert task.properties["hs_task_status"] == "COMPLETED"
    human(control, "hubspot", "update", kind="tasks", arguments={"hubspot_owner_id": "70002"})
    assert task.properties["hubspot_owner_id"] == "70002"
    human(control, "hubspot", "delete", id=made.id)
    assert crm("GET", f"/crm/objects/2026-03/notes/{made.id}").status_code == 404


def test_a_merged_contact_keeps_notes_and_address_at_the_target(sandbox, crm):
    target = sandbox.hubspot.create("contacts", {"email": "a@c.example"})
    gone = sandbox.hubspot.create("contacts", {"email": "b@c.example"})
    made = note(sandbox)
    sandbox.hubspot.associate("notes", made.id, "contacts", gone.id)
    assert hubspot_people.act(sandbox.hubspot, "merge", "contacts", gone.id, {}) == target.id
    listed = crm("GET", f"/crm/objects/2026-03/contacts/{target.id}/associations/notes").json()["results"]
    assert [one["toObjectId"] for one in listed] == [made.id]
    assert crm("GET", "/crm/objects/2026-03/contacts/b@c.example?idProperty=email").json()["id"] == target.id


def test_people_act_in_slack(control, chat, sandbox):
    sent = message(sandbox)
    human(control, "slack", "reply", arguments={"text": "Mine"})
    human(control, "slack", "react", channel="C0ALERTS", id=sent.ts, arguments={"name": "white_check_mark"})
    shown = chat("GET", "/api/conversations.history?channel=C0ALERTS").json()["messages"][0]
    assert (shown["reply_count"], shown["reactions"][0]["name"]) == (1, "white_check_mark")
    human(control, "slack", "delete")
    assert sandbox.slack.messages["C0ALERTS"] == {}
    message(sandbox)
    human(control, "slack", "archive")
    answer = chat("POST", "/api/chat.postMessage", {"channel": "C0ALERTS", "text": "x"}).json()
    assert answer["error"] == "is_archived"


def test_what_nobody_can_do_is_said(control, sandbox):
    for vendor in ("zendesk", "hubspot", "slack"):
        wrong = human(control, vendor, "dance")
        assert (wrong.status_code, "use one of" in wrong.json()["error"]) == (400, True)
        assert human(control, vendor, "delete").status_code in (400, 404)
    assert human(control, "jira", "delete").status_code == 400
    assert slack_people.ACTIONS.keys() >= {"reply", "react", "delete"}
