"""The Zendesk stand-in does what Zendesk's documentation says."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

KEY = "ho-acme.case-1"


def ticket(**more: Any) -> dict[str, Any]:
    return {"ticket": {"subject": "Hi", "comment": {"html_body": "<p>Hi</p>", "public": False}, **more}}


def made(desk: Any, **more: Any) -> dict[str, Any]:
    answer = desk("POST", "/api/v2/tickets.json", ticket(**more))
    assert answer.status_code == 201, answer.text
    return answer.json()["ticket"]


def errors(answer: Any) -> str:
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"] == "RecordInvalid"
    return json.dumps(answer.json()["details"])


def test_a_ticket_is_made_with_audit_location_requester_and_private_comment(desk, sandbox):
    answer = desk(
        "POST", "/api/v2/tickets", ticket(requester={"name": "Ann", "email": "ann@c.example"}, external_id=KEY)
    )
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"].endswith(f"/api/v2/tickets/{body['ticket']['id']}.json")
    assert body["audit"]["ticket_id"] == body["ticket"]["id"]
    assert body["ticket"]["status"] == "new"
    assert sandbox.zendesk.account.users[body["ticket"]["requester_id"]]["email"] == "ann@c.example"
    assert sandbox.zendesk.public_comments() == []
    assert [t.id for t in sandbox.zendesk.by_key(KEY)] == [body["ticket"]["id"]]


def test_the_same_requester_is_not_made_twice(desk):
    first = made(desk, requester={"name": "Ann", "email": "ann@c.example"})
    again = made(desk, requester={"name": "Ann", "email": "ANN@c.example"})
    assert first["requester_id"] == again["requester_id"]


def test_what_zendesk_refuses_is_422_and_makes_nothing(desk, sandbox):
    post = lambda **more: desk("POST", "/api/v2/tickets.json", ticket(**more))  # noqa: E731
    assert "properly formatted" in errors(post(requester={"name": "A", "email": "not an address"}))
    assert "Assignee" in errors(post(assignee_id=1))
    assert "Group" in errors(post(group_id=1))
    assert "priority" in errors(post(priority="critical"))
    assert "type" in errors(post(type="thing"))
    assert "status" in errors(post(status="done"))
    assert "blank" in errors(post(comment={"public": False}))
    assert "too long" in errors(post(comment={"html_body": "x" * 65_536, "public": False}))
    assert "too long" in errors(post(tags=["x" * 256]))
    assert "integer" in errors(post(custom_fields=[{"id": 360012, "value": "two"}]))
    assert "upload token" in errors(post(comment={"body": "x", "uploads": ["nonsense"]}))
    assert sandbox.zendesk.tickets == {}


def test_a_comment_is_public_unless_it_says_not(desk, sandbox):
    made(desk, comment={"body": "Hello"})
    assert len(sandbox.zendesk.public_comments()) == 1


def test_html_is_stripped_of_what_could_run(desk, sandbox):
    hostile = '<p onclick="x()">a<script>alert(1)</script><a href="javascript:x()">b</a><img src="x" onerror="x()"></p>'
    made(desk, comment={"html_body": hostile, "public": False})
    kept = next(iter(sandbox.zendesk.every())).comments[0]["html_body"]
    assert kept == '<div class="zd-comment" dir="auto"><p>a<a>b</a><img></p></div>'


def test_an_update_changes_only_what_it_names(desk):
    first = made(desk, priority="low", tags=["a"], custom_fields=[{"id": 360001, "value": "x"}])
    answer = desk("PUT", f"/api/v2/tickets/{first['id']}.json", {"ticket": {"custom_fields": {"360002": "y"}}})
    now = answer.json()["ticket"]
    values = {f["id"]: f["value"] for f in now["custom_fields"]}
    assert (now["priority"], now["tags"], values[360001], values[360002]) == ("low", ["a"], "x", "y")


def test_an_unknown_custom_field_is_dropped_without_a_word(desk):
    assert 5 not in {f["id"] for f in made(desk, custom_fields=[{"id": 5, "value": "x"}])["custom_fields"]}


def test_updated_at_has_whole_seconds_and_moves_only_with_a_change(desk, clock):
    first = made(desk)
    clock.advance(0.4)
    quick = desk("PUT", f"/api/v2/tickets/{first['id']}", {"ticket": {"priority": "low"}}).json()["ticket"]
    clock.advance(5)
    same = desk("PUT", f"/api/v2/tickets/{first['id']}", {"ticket": {"priority": "low"}}).json()["ticket"]
    moved = desk("PUT", f"/api/v2/tickets/{first['id']}", {"ticket": {"priority": "high"}}).json()["ticket"]
    assert first["updated_at"] == quick["updated_at"] == same["updated_at"] != moved["updated_at"]


def test_safe_update_is_409_once_the_ticket_moved(desk, clock):
    first = made(desk)
    stamp = {"safe_update": True, "updated_stamp": first["updated_at"]}
    clock.advance(2)
    path = f"/api/v2/tickets/{first['id']}.json"
    assert desk("PUT", path, {"ticket": {"priority": "low", **stamp}}).status_code == 200
    late = desk("PUT", path, {"ticket": {"priority": "high", **stamp}})
    assert (late.status_code, late.json()["error"]) == (409, "UpdateConflict")
    assert desk("PUT", path, {"ticket": {"priority": "high", "safe_update": True}}).status_code == 400


def test_safe_update_does_not_see_a_change_within_the_same_second(desk, clock):
    first = made(desk)
    path = f"/api/v2/tickets/{first['id']}.json"
    desk("PUT", path, {"ticket": {"priority": "low"}})
    stamp = {"safe_update": True, "updated_stamp": first["updated_at"]}
    assert desk("PUT", path, {"ticket": {"priority": "high", **stamp}}).status_code == 200


def test_tags_can_be_added_set_and_removed(desk):
    path = f"/api/v2/tickets/{made(desk, tags=['A b'])['id']}/tags.json"
    assert desk("PUT", path, {"tags": ["c"]}).json()["tags"] == ["a", "b", "c"]
    assert desk("DELETE", path, {"tags": ["b"]}).json()["tags"] == ["a", "c"]
    assert desk("POST", path, {"tags": ["z"]}).json()["tags"] == ["z"]


def test_replacing_tags_empties_a_dropdown_whose_tag_is_gone(desk, sandbox):
    sandbox.zendesk.account.add_field(360099, "tagger", "Kind", ("kind_a", "kind_b"))
    first = made(desk, tags=["x"], custom_fields=[{"id": 360099, "value": "kind_a"}])
    assert first["tags"] == ["x", "kind_a"]
    now = desk("PUT", f"/api/v2/tickets/{first['id']}", {"ticket": {"tags": ["y"]}}).json()["ticket"]
    assert {f["id"]: f["value"] for f in now["custom_fields"]}[360099] is None
    refused = desk("POST", "/api/v2/tickets", ticket(custom_fields=[{"id": 360099, "value": "kind_c"}]))
    assert "not a valid option" in errors(refused)


def test_a_closed_ticket_takes_no_change_but_a_follow_up(desk):
    first = made(desk, status="closed", tags=["t"])
    assert "closed prevents ticket update" in errors(
        desk("PUT", f"/api/v2/tickets/{first['id']}", {"ticket": {"priority": "low"}})
    )
    follow = made(desk, via_followup_source_id=first["id"])
    assert follow["via"]["source"]["rel"] == "follow_up"
    assert follow["tags"] == ["t"]
    shown = desk("GET", f"/api/v2/tickets/{first['id']}").json()["ticket"]
    assert shown["followup_ids"] == [follow["id"]]
    assert "not a closed ticket" in errors(desk("POST", "/api/v2/tickets", ticket(via_followup_source_id=follow["id"])))


def test_a_full_ticket_takes_no_comment_but_fields(desk, sandbox):
    sandbox.switches.zendesk.comment_limit = 1
    path = f"/api/v2/tickets/{made(desk)['id']}"
    assert "maximum of 1 comments" in errors(desk("PUT", path, {"ticket": {"comment": {"body": "x", "public": False}}}))
    assert desk("PUT", path, {"ticket": {"priority": "low"}}).status_code == 200


def test_a_due_date_stays_only_on_a_task(desk):
    due = "2026-11-21T10:00:00Z"
    assert made(desk, type="task", due_at=due)["due_at"] == due
    assert made(desk, type="incident", due_at=due)["due_at"] is None


def test_an_upload_belongs_to_one_comment_and_expires(desk, clock, sandbox):
    def upload() -> str:
        answer = desk("POST", "/api/v2/uploads.json?filename=a.txt", data=b"abc")
        assert answer.status_code == 201
        return str(answer.json()["upload"]["token"])

    token = upload()
    first = made(desk, comment={"body": "x", "public": False, "uploads": [token]})
    file = desk("GET", f"/api/v2/tickets/{first['id']}/comments.json").json()["comments"][0]["attachments"][0]
    assert (file["file_name"], file["size"]) == ("a.txt", 3)
    assert desk("GET", file["content_url"].removeprefix(sandbox.zendesk_url)).content == b"abc"
    again = {"comment": {"body": "x", "uploads": [token]}}
    assert "upload token" in errors(desk("POST", "/api/v2/tickets", ticket(**again)))
    late = upload()
    clock.advance(3600)
    assert "upload token" in errors(desk("POST", "/api/v2/tickets", ticket(comment={"body": "x", "uploads": [late]})))


def test_a_refused_ticket_leaves_its_upload_unused(desk):
    token = desk("POST", "/api/v2/uploads.json?filename=a.txt", data=b"abc").json()["upload"]["token"]
    said = {"body": "x", "public": False, "uploads": [token]}
    errors(desk("POST", "/api/v2/tickets", ticket(comment=said, requester={"name": "A", "email": "bad"})))
    made(desk, comment=said)


def test_a_listing_by_external_id_comes_in_pages_and_without_deleted_tickets(desk, sandbox):
    ids = [made(desk, external_id=KEY)["id"] for _ in range(3)]
    made(desk, external_id="other")
    first = desk("GET", f"/api/v2/tickets.json?external_id={KEY}&page[size]=2").json()
    assert [t["id"] for t in first["tickets"]] == ids[:2]
    assert first["meta"]["has_more"] is True
    second = desk("GET", first["links"]["next"].removeprefix(sandbox.zendesk_url)).json()
    assert [t["id"] for t in second["tickets"]] == ids[2:]
    assert second["meta"]["has_more"] is False
    assert desk("DELETE", f"/api/v2/tickets/{ids[0]}.json").status_code == 204
    assert desk("GET", f"/api/v2/tickets.json?external_id={KEY}").json()["count"] == 2
    assert desk("GET", f"/api/v2/tickets/{ids[0]}").json()["error"] == "RecordNotFound"


def test_audits_and_comments_tell_what_happened(desk):
    first = made(desk)
    change = {"priority": "high", "comment": {"body": "more", "public": False}, "metadata": {"rev": 2}}
    desk("PUT", f"/api/v2/tickets/{first['id']}", {"ticket": change})
    audits = desk("GET", f"/api/v2/tickets/{first['id']}/audits.json?page[size]=100").json()["audits"]
    assert audits[1]["metadata"]["custom"] == {"rev": 2}
    assert {event["type"] for event in audits[1]["events"]} == {"Change", "Comment"}
    bodies = [c["plain_body"] for c in desk("GET", f"/api/v2/tickets/{first['id']}/comments").json()["comments"]]
    assert bodies == ["Hi", "more"]
    newest = desk("GET", f"/api/v2/tickets/{first['id']}/comments?sort=-created_at").json()["comments"][0]
    assert newest["plain_body"] == "more"


def test_people_groups_fields_and_scopes_can_be_read(desk):
    assert desk("GET", "/api/v2/users/me.json").json()["user"]["role"] == "admin"
    found = desk("GET", "/api/v2/users/search.json?query=email:dana@acme.example").json()["users"]
    assert [user["id"] for user in found] == [9001]
    assert desk("GET", "/api/v2/groups/360007").json()["group"]["name"] == "Support desk"
    assert desk("GET", "/api/v2/users/5").status_code == 404
    assert 360010 in {f["id"] for f in desk("GET", "/api/v2/ticket_fields.json").json()["ticket_fields"]}
    assert desk("GET", "/api/v2/ticket_forms").json()["ticket_forms"][0]["id"] == 11
    assert desk("GET", "/api/v2/oauth/tokens/current").json()["token"]["scopes"] == ["read", "write"]


def test_the_export_leaves_out_the_last_minute_and_ends(desk, clock):
    first = made(desk)
    path = "/api/v2/incremental/tickets/cursor.json"
    assert desk("GET", f"{path}?start_time=0").json()["tickets"] == []
    clock.advance(61)
    page = desk("GET", f"{path}?start_time=0").json()
    assert [t["id"] for t in page["tickets"]] == [first["id"]]
    assert page["end_of_stream"] is True
    assert desk("GET", f"{path}?cursor={page['after_cursor']}").json()["tickets"] == []


@pytest.mark.parametrize(
    "authorization", ["", "Bearer ", "Bearer wrong", "Basic " + base64.b64encode(b"a/token:wrong").decode()]
)
def test_a_wrong_token_is_401(desk, sandbox, authorization):
    sandbox.zendesk.account.accepted_tokens = {"right"}
    assert desk("GET", "/api/v2/users/me", headers={"authorization": authorization}).status_code == 401


@pytest.mark.parametrize(
    "authorization", ["Bearer right", "Basic " + base64.b64encode(b"a@b.example/token:right").decode()]
)
def test_bearer_and_api_token_are_accepted(desk, sandbox, authorization):
    sandbox.zendesk.account.accepted_tokens = {"right"}
    assert desk("GET", "/api/v2/users/me", headers={"authorization": authorization}).status_code == 200


def test_client_credentials_give_a_token_that_expires(desk, clock, sandbox):
    sandbox.zendesk.account.accepted_tokens = set()
    sandbox.zendesk.account.clients = {"id": "secret"}
    wanted = {"grant_type": "client_credentials", "client_id": "id", "client_secret": "secret", "scope": "read write"}
    token = desk("POST", "/oauth/tokens", wanted).json()["access_token"]
    assert desk("GET", "/api/v2/users/me", headers={"authorization": f"Bearer {token}"}).status_code == 200
    clock.advance(1800)
    late = desk("GET", "/api/v2/users/me", headers={"authorization": f"Bearer {token}"})
    assert (late.status_code, late.json()["error"]) == (401, "invalid_token")
    assert desk("POST", "/oauth/tokens", {**wanted, "client_secret": "no"}).status_code == 401
    assert desk("POST", "/oauth/tokens", {"grant_type": "password"}).status_code == 400


def test_a_body_that_is_no_ticket_is_400(desk):
    assert desk("POST", "/api/v2/tickets", data=b"{").status_code == 400
    assert desk("POST", "/api/v2/tickets", []).status_code == 400
    assert desk("POST", "/api/v2/tickets", {"subject": "x"}).status_code == 400
