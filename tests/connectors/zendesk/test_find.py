"""Tickets are found by their external_id, exactly, and never by search."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from handoff_core.connector import Payload, Remote, Write
from handoff_core.errors import AuthFailed, Refused, Transient

API = "https://acme.zendesk.com/api/v2"
LIST = f"{API}/tickets.json"
KEY = "ho-acme-plumbing.case-8841"


def row(number: int, **changes: Any) -> dict[str, Any]:
    at = f"2026-11-20T15:{number % 60:02d}:00Z"
    return {"id": number, "external_id": KEY, "status": "new", "tags": [], "created_at": at, **changes}


@pytest.fixture(autouse=True)
def we_are_user_9(desk: Any) -> None:
    desk.http.get(f"{API}/users/me.json", json={"user": {"id": 9, "role": "agent"}})


def comment(key: str = KEY, **changes: Any) -> dict[str, Any]:
    return {"id": 1, "author_id": 9, "public": False, "plain_body": f"brief\n\nHandoff ref: {key}", **changes}


def test_the_external_id_is_asked_for_percent_encoded_and_no_search_is_used(desk: Any) -> None:
    desk.http.get(LIST, json={"tickets": []})
    payload = Payload(kind="ticket", key="ho-a.b&c=d#e", body={})
    assert list(desk.connector.find(Write(payload))) == []
    (call,) = desk.http.calls
    assert urlsplit(call.request.url).path == "/api/v2/tickets.json"
    assert parse_qs(urlsplit(call.request.url).query)["external_id"] == ["ho-a.b&c=d#e"]


def test_only_exact_living_tickets_count_the_oldest_first(desk: Any) -> None:
    rows = [
        row(7),
        row(5),
        row(3, external_id=f"{KEY}2"),
        row(2, external_id=KEY.upper()),
        row(1, status="deleted"),
        row(4, tags=["handoff_duplicate"]),
        row(6, external_id=None),
    ]
    desk.http.get(LIST, json={"tickets": rows})
    for number in (5, 7):
        desk.http.get(f"{API}/tickets/{number}/comments.json", json={"comments": [comment()]})
    found = desk.connector.find(Write(desk.payload()))
    assert [remote.id for remote in found] == ["5", "7"]
    assert found[0].url == "https://acme.zendesk.com/agent/tickets/5"


def test_every_page_is_read(desk: Any) -> None:
    desk.http.get(LIST, json={"tickets": [row(8)], "meta": {"has_more": True, "after_cursor": "c1"}})
    desk.http.get(LIST, json={"tickets": [row(5)], "meta": {"has_more": False, "after_cursor": None}})
    for number in (5, 8):
        desk.http.get(f"{API}/tickets/{number}/comments.json", json={"comments": [comment()]})
    assert [remote.id for remote in desk.connector.find(Write(desk.payload()))] == ["5", "8"]
    second = parse_qs(urlsplit(desk.http.calls[1].request.url).query)
    assert (second["page[after]"], second["external_id"]) == (["c1"], [KEY])


def test_a_list_that_goes_in_circles_is_given_up(desk: Any) -> None:
    desk.http.get(LIST, json={"tickets": [], "meta": {"has_more": True, "after_cursor": "same"}})
    with pytest.raises(Transient):
        desk.connector.find(Write(desk.payload()))
    assert len(desk.http.calls) == 2


@pytest.mark.parametrize("reply", [{"json": {}}, {"json": {"tickets": None}}, {"body": "<html>"}, {"body": ""}])
def test_an_answer_that_is_no_list_is_not_absence(desk: Any, reply: dict[str, Any]) -> None:
    desk.http.get(LIST, **reply)
    with pytest.raises(Transient):
        desk.connector.find(Write(desk.payload()))


def test_no_account_at_the_address_parks_it(desk: Any) -> None:
    desk.http.get(LIST, status=404, json={"error": "No help desk at acme.zendesk.com"})
    with pytest.raises(AuthFailed, match="subdomain"):
        desk.connector.find(Write(desk.payload()))


@pytest.mark.parametrize(
    ("comments", "status", "retirable"),
    [
        ([comment()], "new", True),
        ([comment(), comment(f"{KEY}~m2", id=2)], "open", True),
        ([comment(author_id=10)], "new", False),
        ([comment()], "solved", False),
        ([comment(), comment(id=2, author_id=10)], "open", False),
        ([comment(), comment(id=2, public=True)], "open", False),
        ([comment("ho-acme-plumbing.case-88")], "new", False),
        ([], "new", False),
    ],
)
def test_a_duplicate_may_be_retired_only_while_nobody_else_wrote_in_it(
    desk: Any, comments: list[dict[str, Any]], status: str, retirable: bool
) -> None:
    desk.http.get(LIST, json={"tickets": [row(5), row(7, status=status)]})
    desk.http.get(f"{API}/tickets/5/comments.json", json={"comments": [comment()]})
    desk.http.get(f"{API}/tickets/7/comments.json", json={"comments": comments})
    found = desk.connector.find(Write(desk.payload()))
    assert [remote.retirable for remote in found] == [True, retirable]


def test_a_look_up_for_a_lost_creation_knows_which_links_it_showed(desk: Any) -> None:
    payload = Payload(kind="ticket", key=KEY, body={}, local={"links_shown": ["https://x.example/1"]})
    desk.http.get(LIST, json={"tickets": [row(5)]})
    (lost,) = desk.connector.find(Write(payload, since=1.0))
    (other,) = desk.connector.find(Write(payload))
    assert (lost.seen, other.seen) == ({"links_shown": ["https://x.example/1"]}, {})


def test_a_duplicate_is_retired_by_a_private_note_and_a_tag_in_one_request(desk: Any) -> None:
    import json

    ticket = row(7, tags=["handoff", "vip"], updated_at="2026-11-20T15:20:00Z")
    desk.http.get(f"{API}/tickets/7.json", json={"ticket": ticket})
    desk.http.put(f"{API}/tickets/7.json", json={"ticket": ticket})
    desk.connector.retire(Write(desk.payload(), remote_id="7"), Remote(id="5"))
    body = json.loads(desk.http.calls[1].request.body)["ticket"]
    assert body["comment"] == {"html_body": "<p>duplicate of #5</p>", "public": False}
    assert body["tags"] == ["handoff", "vip", "handoff_duplicate"]
    assert (body["safe_update"], body["updated_stamp"]) == (True, "2026-11-20T15:20:00Z")


def test_a_retired_duplicate_is_not_retired_again(desk: Any) -> None:
    desk.http.get(f"{API}/tickets/7.json", json={"ticket": row(7, tags=["handoff_duplicate"])})
    desk.connector.retire(Write(desk.payload(), remote_id="7"), Remote(id="5"))
    assert len(desk.http.calls) == 1


def test_an_owner_is_an_agent_with_exactly_that_address(desk: Any) -> None:
    users = [
        {"id": 1, "email": "dana@acme.example.evil", "role": "agent"},
        {"id": 2, "email": "dana@acme.example", "role": "end-user"},
        {"id": 3, "email": "dana@acme.example", "role": "agent", "suspended": True},
        {"id": 4, "email": "Dana@Acme.example", "role": "agent"},
    ]
    desk.http.get(f"{API}/users/search.json", json={"users": users})
    assert desk.connector.find_owner("dana@acme.example") == "4"
    assert desk.connector.find_owner("nobody@acme.example") is None
    assert parse_qs(urlsplit(desk.http.calls[0].request.url).query)["query"] == ["email:dana@acme.example"]


def test_a_note_without_a_ticket_is_refused(desk: Any) -> None:
    with pytest.raises(Refused):
        desk.connector.find(Write(Payload(kind="m2", key=f"{KEY}~m2", body={})))
