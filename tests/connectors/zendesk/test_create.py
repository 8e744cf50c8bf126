"""One ticket is made once: exact bytes, one request, and success only with an id."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from handoff_core.connector import Write
from handoff_core.errors import (
    AuthFailed,
    DeliveryError,
    PreparedExpired,
    RateLimited,
    Refused,
    Transient,
    Unknown,
)

API = "https://acme.zendesk.com/api/v2"


def answer_of(payload: Any, **changes: Any) -> dict[str, Any]:
    own = {name: value for name, value in payload.body.items() if name not in ("comment", "requester")}
    return {"ticket": {"id": 35436, "status": "new", **own, **changes}, "audit": {"id": 1, "events": []}}


def test_the_frozen_bytes_go_out_unchanged_under_the_key(desk: Any) -> None:
    payload = desk.payload()
    frozen = desk.prepare(payload)
    desk.http.post(f"{API}/tickets.json", json=answer_of(payload), status=201)
    remote = desk.create(payload, frozen)
    (call,) = desk.http.calls
    assert call.request.body == frozen
    assert call.request.headers["Idempotency-Key"] == f"{payload.key}.r1.1"
    assert call.request.headers["Content-Length"] == str(len(frozen))
    assert call.request.headers["Content-Type"] == "application/json"
    assert call.request.headers["Authorization"] == "Bearer canary-oauth-token"
    assert (remote.id, remote.url) == ("35436", "https://acme.zendesk.com/agent/tickets/35436")
    assert remote.seen["priority"] == "high"


def test_a_replay_sends_the_same_bytes_under_the_same_key(desk: Any) -> None:
    payload = desk.payload()
    frozen = desk.prepare(payload)
    desk.http.post(f"{API}/tickets.json", body=requests.ConnectionError("reset"))
    desk.http.post(f"{API}/tickets.json", json=answer_of(payload), status=201)
    with pytest.raises(Unknown):
        desk.create(payload, frozen)
    desk.create(payload, frozen)
    first, second = desk.http.calls
    assert first.request.body == second.request.body
    assert first.request.headers["Idempotency-Key"] == second.request.headers["Idempotency-Key"]


def test_prepare_uploads_the_files_and_freezes_the_whole_body(desk: Any) -> None:
    payload = desk.payload()
    for token in ("t1", "t2"):
        desk.http.post(f"{API}/uploads.json", json={"upload": {"token": token}}, status=201)
    frozen = desk.connector.prepare(Write(payload))
    assert frozen is not None
    body = json.loads(frozen)["ticket"]
    assert body["comment"]["uploads"] == ["t1", "t2"]
    assert body["comment"]["public"] is False
    assert body["external_id"] == payload.key
    uploads = [(call.request.url, call.request.headers["Content-Type"], call.request.body) for call in desk.http.calls]
    assert uploads == [
        (f"{API}/uploads.json?filename={file.filename}", file.content_type, file.content)
        for file in payload.attachments
    ]


@pytest.mark.parametrize("body", [{}, {"upload": {}}, {"upload": {"token": ""}}, {"upload": "x"}])
def test_an_upload_without_a_token_is_tried_anew(desk: Any, body: dict[str, Any]) -> None:
    desk.http.post(f"{API}/uploads.json", json=body, status=201)
    with pytest.raises(PreparedExpired):
        desk.connector.prepare(Write(desk.payload()))


def test_a_lost_upload_costs_nothing(desk: Any) -> None:
    desk.http.post(f"{API}/uploads.json", body=requests.ReadTimeout("slow"))
    with pytest.raises(PreparedExpired):
        desk.connector.prepare(Write(desk.payload()))


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (409, {"error": "IdempotentRequestInProgress"}, Transient),
        (400, {"error": "IdempotentRequestError", "description": "Request parameters don't match"}, Unknown),
        (400, {"error": "InvalidValue"}, Refused),
        (401, {"error": "Couldn't authenticate you"}, AuthFailed),
        (403, {"error": "Forbidden"}, AuthFailed),
        (404, {"error": "InvalidEndpoint"}, AuthFailed),
        (422, {"error": "RecordInvalid", "details": {"base": [{"description": "Subject: is bad"}]}}, Refused),
        (422, {"error": "invalid"}, Refused),
        (422, {"details": {"base": [{"description": "Attachment: upload token is invalid"}]}}, PreparedExpired),
        (429, {"error": "APIRateLimitExceeded"}, RateLimited),
        (500, {"error": "InternalError"}, Unknown),
        (503, ["a list"], Unknown),
    ],
)
def test_each_answer_becomes_what_is_to_be_done(desk: Any, status: int, body: Any, error: type[DeliveryError]) -> None:
    payload = desk.payload()
    frozen = desk.prepare(payload)
    desk.http.post(f"{API}/tickets.json", json=body, status=status)
    with pytest.raises(DeliveryError) as raised:
        desk.create(payload, frozen)
    assert type(raised.value) is error
    assert len(desk.http.calls) == 1
    assert "canary" not in str(raised.value)


def test_a_refusal_says_what_zendesk_said(desk: Any) -> None:
    payload = desk.payload()
    frozen = desk.prepare(payload)
    details = {"base": [{"description": "Order number: is too long", "ticket_field_id": 360002}]}
    desk.http.post(f"{API}/tickets.json", json={"error": "RecordInvalid", "details": details}, status=422)
    with pytest.raises(Refused, match="Order number: is too long"):
        desk.create(payload, frozen)


@pytest.mark.parametrize(
    "reply",
    [
        {"json": {}},
        {"json": {"ticket": {}}},
        {"json": {"ticket": {"id": "35436"}}},
        {"json": {"ticket": {"id": 0}}},
        {"json": {"ticket": {"id": True}}},
        {"json": {"ticket": None}},
        {"json": {"error": "InternalError"}},
        {"json": [1]},
        {"body": ""},
        {"body": "<html>We'll be right back</html>", "content_type": "text/html"},
    ],
)
def test_success_is_a_tickets_id_and_nothing_less(desk: Any, reply: dict[str, Any]) -> None:
    payload = desk.payload()
    frozen = desk.prepare(payload)
    desk.http.post(f"{API}/tickets.json", status=200, **reply)
    with pytest.raises(Unknown):
        desk.create(payload, frozen)
    assert len(desk.http.calls) == 1


def test_an_address_that_zendesk_refuses_does_not_lose_the_case(desk: Any) -> None:
    payload = desk.payload()
    frozen = desk.prepare(payload)
    said = {"error": "RecordInvalid", "details": {"requester": [{"description": "Requester: Email: is not valid"}]}}
    desk.http.post(f"{API}/tickets.json", json=said, status=422)
    with pytest.raises(PreparedExpired):
        desk.create(payload, frozen)
    desk.http.reset()
    body = json.loads(desk.prepare(payload))["ticket"]
    assert "requester" not in body
    assert "Zendesk refused the customer" in body["comment"]["html_body"]


def test_a_replay_is_safe_for_two_hours_less_a_margin_and_for_tickets_only(desk: Any) -> None:
    payload = desk.payload()
    assert desk.connector.replay_window(payload) == 2 * 3600 - 300


def test_a_closed_ticket_is_followed_up_and_a_deleted_one_is_not(make_desk: Any) -> None:
    from handoff_core.connector import RecordState
    from handoff_core.testing.factories import make_view

    for status, expected in (("closed", 35436), ("open", None), (404, None)):
        desk = make_desk()
        record = RecordState("ticket", "ho2-x", None, None, generation=2, previous_id="35436")
        payload = desk.payload(make_view(records={"ticket": record}))
        if status == 404:
            desk.http.get(f"{API}/tickets/35436.json", json={"error": "RecordNotFound"}, status=404)
        else:
            desk.http.get(f"{API}/tickets/35436.json", json={"ticket": {"id": 35436, "status": status}})
        body = json.loads(desk.prepare(payload))["ticket"]
        assert body.get("via_followup_source_id") == expected
