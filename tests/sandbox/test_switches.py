"""What is not known of the vendors, in both positions."""

from __future__ import annotations

import ast
import dataclasses
import inspect

import pytest

from handoff_connectors.sandbox import switches as module
from handoff_connectors.sandbox.switches import Switches

OBJECTS = "/crm/objects/2026-03"
AT = "2026-11-20T10:00:00Z"


def ticket(**more):
    return {"ticket": {"subject": "Hi", "comment": {"html_body": "<h3>Hi</h3>", "public": False}, **more}}


def unique_property(crm, kind="notes", unique=True):
    crm("POST", f"/crm/v3/properties/{kind}/groups", {"name": "handoff", "label": "Handoff"})
    spec = {"groupName": "handoff", "name": "handoff_key", "label": "Key", "type": "string", "fieldType": "text"}
    return crm("POST", f"/crm/v3/properties/{kind}", {**spec, "hasUniqueValue": unique})


def test_every_switch_says_in_a_sentence_what_it_is():
    tree = ast.parse(inspect.getsource(module))
    for group in [node for node in tree.body if isinstance(node, ast.ClassDef)][:-1]:
        for field, after in zip(group.body, [*group.body[1:], None], strict=True):
            if isinstance(field, ast.AnnAssign):
                said = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
                assert said, f"{group.name}.{ast.unparse(field.target)} has no sentence"


def test_switches_are_set_all_or_none():
    switches = Switches()
    with pytest.raises(ValueError, match=r"hubspot\.nonsense is no switch"):
        switches.set({"zendesk": {"listing_lag": 5}, "hubspot": {"nonsense": 1}})
    assert switches.zendesk.listing_lag == 0.0
    switches.set({"zendesk": {"listing_lag": 5}})
    assert switches.zendesk.listing_lag == 5.0
    switches.reset()
    assert switches == Switches()


@pytest.mark.parametrize(
    ("group", "name", "value"),
    [
        ("zendesk", "html_tags", "some"),
        ("hubspot", "search_lag", "long"),
        ("slack", "metadata_limit", True),
        ("jira", "x", 1),
    ],
)
def test_a_position_that_does_not_exist_is_named(group, name, value):
    with pytest.raises(ValueError, match=group):
        Switches().set({group: {name: value}})


def test_every_group_is_shown():
    assert set(Switches().as_json()) == {field.name for field in dataclasses.fields(Switches)}


@pytest.mark.parametrize(("lag", "seen"), [(0.0, 1), (30.0, 0)])
def test_zendesk_listing(desk, sandbox, clock, lag, seen):
    sandbox.switches.zendesk.listing_lag = lag
    desk("POST", "/api/v2/tickets", ticket(external_id="k"))
    listed = lambda: len(desk("GET", "/api/v2/tickets?external_id=k").json()["tickets"])  # noqa: E731
    assert listed() == seen
    clock.advance(lag)
    assert listed() == 1


def test_zendesk_search_lags(desk, clock):
    desk("POST", "/api/v2/tickets", ticket(external_id="k"))
    counts = []
    for seconds in (0, 31):
        clock.advance(seconds)
        counts.append(desk("GET", "/api/v2/search.json?query=type:ticket external_id:k").json()["count"])
    assert counts == [0, 1]


@pytest.mark.parametrize(("lag", "found"), [(0.0, 1), (30.0, 0)])
def test_zendesk_user_search(desk, sandbox, lag, found):
    sandbox.switches.zendesk.user_search_lag = lag
    desk("POST", "/api/v2/users/create_or_update", {"user": {"name": "Ann", "email": "ann@c.example"}})
    assert len(desk("GET", "/api/v2/users/search?query=ann@c.example").json()["users"]) == found


@pytest.mark.parametrize(("tags", "kept"), [("wide", "<h3>Hi</h3>"), ("narrow", "Hi")])
def test_zendesk_html(desk, sandbox, tags, kept):
    sandbox.switches.zendesk.html_tags = tags
    ticket_id = desk("POST", "/api/v2/tickets", ticket()).json()["ticket"]["id"]
    assert f'dir="auto">{kept}</div>' in sandbox.zendesk.ticket(ticket_id).comments[0]["html_body"]


@pytest.mark.parametrize(("over", "status", "length"), [("keep", 201, 151), ("cut", 201, 150), ("refuse", 422, 0)])
def test_zendesk_subject(desk, sandbox, over, status, length):
    sandbox.switches.zendesk.subject_over_limit = over
    answer = desk("POST", "/api/v2/tickets", ticket(subject="x" * 151))
    assert answer.status_code == status
    assert len(answer.json().get("ticket", {}).get("subject", "")) == length


@pytest.mark.parametrize(("limit", "status"), [(65_536, 201), (10, 422)])
def test_zendesk_text_field_cap(desk, sandbox, limit, status):
    sandbox.switches.zendesk.text_field_limit = limit
    answer = desk("POST", "/api/v2/tickets", ticket(custom_fields=[{"id": 360010, "value": "x" * 11}]))
    assert answer.status_code == status


@pytest.mark.parametrize(("limit", "status"), [(255, 201), (10, 422)])
def test_zendesk_tag_cap(desk, sandbox, limit, status):
    sandbox.switches.zendesk.tag_limit = limit
    assert desk("POST", "/api/v2/tickets", ticket(tags=["x" * 11])).status_code == status


@pytest.mark.parametrize(("shape", "has"), [("full", True), ("bare", False)])
def test_zendesk_token_answer(desk, sandbox, shape, has):
    sandbox.switches.zendesk.token_answer = shape
    wanted = {"grant_type": "client_credentials", "client_id": "a", "client_secret": "b"}
    assert ("expires_in" in desk("POST", "/oauth/tokens", data=wanted).json()) is has


@pytest.mark.parametrize(("there", "status"), [(True, 200), (False, 404)])
def test_zendesk_surveys(desk, sandbox, there, status):
    sandbox.switches.zendesk.surveys = there
    assert desk("GET", "/api/v2/guide/survey_responses").status_code == status


@pytest.mark.parametrize(("scopes", "status"), [("read write", 201), ("read", 403)])
def test_zendesk_scopes(desk, sandbox, scopes, status):
    sandbox.switches.zendesk.scopes = scopes
    assert desk("POST", "/api/v2/tickets", ticket()).status_code == status
    assert desk("GET", "/api/v2/users/me").status_code == 200


@pytest.mark.parametrize("kind", ["notes", "tasks"])
@pytest.mark.parametrize(("accepts", "status"), [(True, 201), (False, 400)])
def test_hubspot_unique_properties_on_engagements(crm, sandbox, kind, accepts, status):
    sandbox.switches.hubspot.unique_on_engagements = accepts
    assert unique_property(crm, kind).status_code == status
    assert unique_property(crm, "contacts").status_code == 201


@pytest.mark.parametrize(("accepts", "status"), [(True, 201), (False, 400)])
def test_hubspot_custom_properties_on_engagements(crm, sandbox, accepts, status):
    sandbox.switches.hubspot.custom_on_engagements = accepts
    assert unique_property(crm, unique=False).status_code == status


@pytest.mark.parametrize(("granted", "status"), [(True, 201), (False, 403)])
def test_hubspot_schema_scope(crm, sandbox, granted, status):
    sandbox.switches.hubspot.schema_scope = granted
    assert unique_property(crm).status_code == status


@pytest.mark.parametrize("status", ["409", "400"])
def test_hubspot_second_create_with_a_unique_value(crm, sandbox, status):
    sandbox.switches.hubspot.duplicate_unique = status
    unique_property(crm)
    wanted = {"properties": {"hs_timestamp": AT, "handoff_key": "k"}}
    assert crm("POST", f"{OBJECTS}/notes", wanted).status_code == 201
    assert crm("POST", f"{OBJECTS}/notes", wanted).status_code == int(status)
    assert len(sandbox.hubspot.every("notes")) == 1


@pytest.mark.parametrize("lag", [0.0, 5.0])
def test_hubspot_search_and_association_lag(crm, sandbox, clock, lag):
    sandbox.switches.hubspot.search_lag = sandbox.switches.hubspot.association_lag = lag
    contact = crm("POST", f"{OBJECTS}/contacts", {"properties": {"email": "ann@c.example"}}).json()["id"]
    link = {"to": {"id": contact}, "types": [{"associationTypeId": 202}]}
    crm("POST", f"{OBJECTS}/notes", {"properties": {"hs_timestamp": AT}, "associations": [link]})
    search = lambda: crm("POST", f"{OBJECTS}/notes/search", {}).json()["total"]  # noqa: E731
    listed = lambda: len(crm("GET", f"{OBJECTS}/contacts/{contact}/associations/notes").json()["results"])  # noqa: E731
    assert (search(), listed()) == ((0, 0) if lag else (1, 1))
    clock.advance(lag)
    assert (search(), listed()) == (1, 1)


def test_hubspot_search_shows_old_values_while_it_lags(crm, sandbox, clock):
    made = crm("POST", f"{OBJECTS}/contacts", {"properties": {"phone": "+11"}}).json()["id"]
    clock.advance(10)
    crm("PATCH", f"{OBJECTS}/contacts/{made}", {"properties": {"phone": "+12"}})
    found = crm("POST", f"{OBJECTS}/contacts/search", {"properties": ["phone"]}).json()["results"]
    assert found[0]["properties"]["phone"] == "+11"


@pytest.mark.parametrize(("sees", "status"), [(True, 200), (False, 404)])
def test_hubspot_secondary_emails(crm, sandbox, sees, status):
    sandbox.switches.hubspot.email_lookup_sees_secondary = sees
    known = {"email": "a@c.example", "hs_additional_emails": "b@c.example;c@c.example"}
    first = crm("POST", f"{OBJECTS}/contacts", {"properties": known}).json()["id"]
    assert crm("GET", f"{OBJECTS}/contacts/b@c.example?idProperty=email").status_code == status
    taken = crm("POST", f"{OBJECTS}/contacts", {"properties": {"email": "b@c.example"}})
    assert taken.json()["message"].endswith(f"Existing ID: {first}")


@pytest.mark.parametrize(
    ("rewrite", "kept"),
    [
        ("keep", "<p>a<br>b</p>"),
        ("wrap", '<div style="" dir="auto" data-top-level="true"><p style="margin:0;">a<br />b</p></div>'),
    ],
)
def test_hubspot_rewriting(crm, sandbox, rewrite, kept):
    sandbox.switches.hubspot.rewrite_html = rewrite
    wanted = {"hs_timestamp": AT, "hs_note_body": "<p>a<br>b<script>x</script></p>"}
    made = crm("POST", f"{OBJECTS}/notes", {"properties": wanted}).json()
    assert made["properties"]["hs_note_body"] == kept
    again = crm("PATCH", f"{OBJECTS}/notes/{made['id']}", {"properties": {"hs_note_body": kept}}).json()
    assert again["properties"]["hs_note_body"] == kept


@pytest.mark.parametrize(("tags", "kept"), [("wide", "<h3>Hi</h3>"), ("narrow", "Hi")])
def test_hubspot_html(crm, sandbox, tags, kept):
    sandbox.switches.hubspot.html_tags, sandbox.switches.hubspot.rewrite_html = tags, "keep"
    made = crm("POST", f"{OBJECTS}/notes", {"properties": {"hs_timestamp": AT, "hs_note_body": "<h3>Hi</h3>"}}).json()
    assert made["properties"]["hs_note_body"] == kept


@pytest.mark.parametrize(("unit", "header"), [("seconds", "10"), ("milliseconds", "10000"), ("none", None)])
def test_hubspot_retry_after(crm, sandbox, unit, header):
    sandbox.switches.hubspot.retry_after = unit
    sandbox.switches.limits.hubspot_per_10_seconds = 1
    crm("GET", f"{OBJECTS}/notes")
    assert crm("GET", f"{OBJECTS}/notes").headers.get("retry-after") == header


@pytest.mark.parametrize(("domain", "hosting"), [("app.hubspot.com", "na1"), ("app-eu1.hubspot.com", "eu1")])
def test_hubspot_ui_domain(crm, sandbox, domain, hosting):
    sandbox.switches.hubspot.ui_domain = domain
    answer = crm("GET", "/account-info/v3/details").json()
    assert (answer["uiDomain"], answer["dataHostingLocation"]) == (domain, hosting)


@pytest.mark.parametrize(("dated", "legacy"), [(True, False), (False, True)])
def test_hubspot_path_families(crm, sandbox, dated, legacy):
    sandbox.switches.hubspot.dated_paths, sandbox.switches.hubspot.legacy_paths = dated, legacy
    assert (crm("GET", "/crm/owners/2026-03").status_code == 200) is dated
    assert (crm("GET", "/crm/v3/owners/").status_code == 200) is legacy
    assert crm("GET", "/account-info/v3/details").status_code == 200


@pytest.mark.parametrize(("known", "status"), [(True, 207), (False, 400)])
def test_hubspot_trace_ids(crm, sandbox, known, status):
    sandbox.switches.hubspot.trace_ids = known
    good = {"properties": {"hs_timestamp": AT}, "objectWriteTraceId": "a"}
    answer = crm(
        "POST", f"{OBJECTS}/notes/batch/create", {"inputs": [good, {"properties": {}, "objectWriteTraceId": "b"}]}
    )
    assert answer.status_code == status


def test_hubspot_object_types_in_links(crm, sandbox):
    sandbox.switches.hubspot.note_types = {"notes": "0-99"}
    made = crm("POST", f"{OBJECTS}/notes", {"properties": {"hs_timestamp": AT}}).json()
    assert "/record/0-99/" in made["url"]


@pytest.mark.parametrize("lag", [0.0, 3.0])
def test_slack_history(chat, sandbox, clock, lag):
    sandbox.switches.slack.history_lag = lag
    ts = chat("POST", "/api/chat.postMessage", {"channel": "C0ALERTS", "text": "x"}).json()["ts"]
    seen = lambda: len(chat("GET", "/api/conversations.history?channel=C0ALERTS").json()["messages"])  # noqa: E731
    thread = lambda: chat("GET", f"/api/conversations.replies?channel=C0ALERTS&ts={ts}").json()["ok"]  # noqa: E731
    assert (seen(), thread()) == ((0, False) if lag else (1, True))
    clock.advance(lag)
    assert (seen(), thread()) == (1, True)


@pytest.mark.parametrize(("dedupes", "messages"), [(True, 1), (False, 2)])
def test_slack_client_msg_id(chat, sandbox, dedupes, messages):
    sandbox.switches.slack.client_msg_id_dedupes = dedupes
    wanted = {"channel": "C0ALERTS", "text": "x", "client_msg_id": "8e1f"}
    answers = [chat("POST", "/api/chat.postMessage", wanted).json()["ts"] for _ in range(2)]
    assert len(set(answers)) == len(sandbox.slack.messages["C0ALERTS"]) == messages


@pytest.mark.parametrize(("dedupes", "error"), [(True, "duplicate_message_not_found"), (False, None)])
def test_slack_client_msg_id_of_a_deleted_message(chat, sandbox, dedupes, error):
    sandbox.switches.slack.client_msg_id_dedupes = dedupes
    wanted = {"channel": "C0ALERTS", "text": "x", "client_msg_id": "8e1f"}
    sandbox.slack.delete("C0ALERTS", chat("POST", "/api/chat.postMessage", wanted).json()["ts"])
    assert chat("POST", "/api/chat.postMessage", wanted).json().get("error") == error
    assert chat("POST", "/api/chat.postMessage", wanted | {"client_msg_id": "8e20"}).json()["ok"]


@pytest.mark.parametrize(("limit", "ok"), [(8000, True), (50, False)])
def test_slack_metadata_limit(chat, sandbox, limit, ok):
    sandbox.switches.slack.metadata_limit = limit
    metadata = {"event_type": "handoff", "event_payload": {"handoff_key": "ho-acme.case-1"}}
    wanted = {"channel": "C0ALERTS", "text": "x", "metadata": metadata}
    assert chat("POST", "/api/chat.postMessage", wanted).json()["ok"] is ok


@pytest.mark.parametrize(("limit", "ok"), [(10_500, True), (5, False)])
def test_slack_block_text_limit(chat, sandbox, limit, ok):
    sandbox.switches.slack.block_text_limit = limit
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 6}}]
    assert chat("POST", "/api/chat.postMessage", {"channel": "C0ALERTS", "blocks": blocks}).json()["ok"] is ok


@pytest.mark.parametrize(("closed", "ok"), [(False, True), (True, False)])
def test_slack_edit_window(chat, sandbox, closed, ok):
    sandbox.switches.slack.edit_window_closed = closed
    ts = chat("POST", "/api/chat.postMessage", {"channel": "C0ALERTS", "text": "x"}).json()["ts"]
    assert chat("POST", "/api/chat.update", {"channel": "C0ALERTS", "ts": ts, "text": "y"}).json()["ok"] is ok


@pytest.mark.parametrize(("distributed", "shown", "second"), [(False, 20, 200), (True, 15, 429)])
def test_slack_distributed_apps(chat, sandbox, distributed, shown, second):
    sandbox.switches.slack.distributed_app = distributed
    for _ in range(20):
        sandbox.slack.post({"channel": "C0ALERTS", "text": "x"})
    path = "/api/conversations.history?channel=C0ALERTS"
    assert len(chat("GET", path).json()["messages"]) == shown
    assert chat("GET", path).status_code == second


@pytest.mark.parametrize(("stays", "live"), [(True, 0), (False, 1)])
def test_slack_plain_at(sandbox, stays, live):
    sandbox.switches.slack.escapes_plain_at = stays
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "@here"}}]
    message, _ = sandbox.slack.post({"channel": "C0ALERTS", "blocks": blocks})
    assert len(sandbox.slack.live(message)) == live


@pytest.mark.parametrize(("links", "start"), [("loopback", "http://127.0.0.1"), ("vendor", "https://acme.slack.com/")])
def test_links(chat, sandbox, links, start):
    sandbox.switches.common.links = links
    ts = chat("POST", "/api/chat.postMessage", {"channel": "C0ALERTS", "text": "x"}).json()["ts"]
    found = chat("GET", f"/api/chat.getPermalink?channel=C0ALERTS&message_ts={ts}").json()["permalink"]
    assert found.startswith(start)


def test_latency(desk, sandbox):
    sandbox.switches.common.latency = 60.0
    assert desk("GET", "/api/v2/users/me").elapsed.total_seconds() >= 0.06


@pytest.mark.parametrize(("told", "status"), [(True, 200), (False, 400)])
def test_hubspot_scopes_can_be_read(crm, sandbox, told, status):
    sandbox.switches.hubspot.token_info = told
    path = "/oauth/v2/private-apps/get/access-token-info"
    assert crm("POST", path, {"tokenKey": "pat-1"}).status_code == status
