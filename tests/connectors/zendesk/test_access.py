"""The three ways in, limits, preview, and what ``check --online`` says."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from handoff_core.connector import Observed, Payload, Write
from handoff_core.errors import AuthFailed, RateLimited, Transient
from handoff_core.testing.case import Recording
from handoff_core.testing.factories import make_owner

ORIGIN = "https://acme.zendesk.com"
API = f"{ORIGIN}/api/v2"
CLIENT = {"kind": "client_credentials", "client_id_env": "ID", "client_secret_env": "SECRET"}
TICKET = Payload(kind="ticket", key="ho-acme.case-1", body={"subject": "No hot water"})
SECRETS = {"ID": "handoff", "SECRET": "canary-client-secret"}


def authorizations(desk: Any) -> list[str | None]:
    return [call.request.headers.get("Authorization") for call in desk.http.calls]


def test_an_api_token_goes_as_basic(make_desk: Any) -> None:
    auth = {"kind": "api_token", "email_env": "MAIL", "token_env": "TOKEN"}
    desk = make_desk(auth=auth, secrets={"MAIL": "bot@acme.example", "TOKEN": "t0ken"})
    desk.http.get(f"{API}/users/search.json", json={"users": []})
    desk.connector.find_owner("a@acme.example")
    expected = base64.b64encode(b"bot@acme.example/token:t0ken").decode()
    assert authorizations(desk) == [f"Basic {expected}"]


def test_an_oauth_token_goes_as_bearer(make_desk: Any) -> None:
    desk = make_desk(auth={"kind": "oauth_token", "token_env": "TOKEN"}, secrets={"TOKEN": " t0ken\n"})
    desk.http.get(f"{API}/users/search.json", json={"users": []})
    desk.connector.find_owner("a@acme.example")
    assert authorizations(desk) == ["Bearer t0ken"]


@pytest.mark.parametrize(
    "secrets", [{}, {"ZENDESK_TOKEN": "  "}, {"ZENDESK_TOKEN": "two words"}, {"ZENDESK_TOKEN": "ü"}]
)
def test_a_missing_or_broken_secret_parks_the_account_and_names_the_variable(
    make_desk: Any, secrets: dict[str, str]
) -> None:
    desk = make_desk(secrets=secrets)
    with pytest.raises(AuthFailed, match="ZENDESK_TOKEN"):
        desk.connector.find_owner("a@acme.example")
    assert len(desk.http.calls) == 0


def test_a_clients_token_is_fetched_once_and_kept_until_it_ends(make_desk: Any) -> None:
    desk = make_desk(auth=CLIENT, secrets=SECRETS)
    desk.http.post(f"{ORIGIN}/oauth/tokens", json={"access_token": "one", "expires_in": 600})
    desk.http.get(f"{API}/users/search.json", json={"users": []})
    desk.connector.find_owner("a@acme.example")
    desk.clock.advance(500)
    desk.connector.find_owner("a@acme.example")
    desk.clock.advance(41)
    desk.connector.find_owner("a@acme.example")
    assert authorizations(desk) == [None, "Bearer one", "Bearer one", None, "Bearer one"]
    body = json.loads(desk.http.calls[0].request.body)
    assert body == {
        "grant_type": "client_credentials",
        "client_id": "handoff",
        "client_secret": "canary-client-secret",
        "scope": "read write",
    }
    assert "canary" not in str(desk.memory.kept)


def test_a_token_without_an_end_is_renewed_after_half_an_hour(make_desk: Any) -> None:
    desk = make_desk(auth=CLIENT, secrets=SECRETS)
    desk.http.post(f"{ORIGIN}/oauth/tokens", json={"access_token": "one"})
    desk.http.get(f"{API}/users/search.json", json={"users": []})
    desk.connector.find_owner("a@acme.example")
    desk.clock.advance(1740)
    desk.connector.find_owner("a@acme.example")
    assert [call.request.method for call in desk.http.calls] == ["POST", "GET", "POST", "GET"]


def test_a_401_renews_the_token_once(make_desk: Any) -> None:
    desk = make_desk(auth=CLIENT, secrets=SECRETS)
    desk.http.post(f"{ORIGIN}/oauth/tokens", json={"access_token": "one"})
    desk.http.get(f"{API}/users/search.json", json={"error": "invalid_token"}, status=401)
    with pytest.raises(AuthFailed):
        desk.connector.find_owner("a@acme.example")
    assert [call.request.method for call in desk.http.calls] == ["POST", "GET", "POST", "GET"]


def test_a_key_is_doubted_when_another_token_was_in_use(make_desk: Any) -> None:
    desk = make_desk(auth=CLIENT, secrets=SECRETS)
    for token in ("one", "two"):
        desk.http.post(f"{ORIGIN}/oauth/tokens", json={"access_token": token, "expires_in": 600})
    desk.http.post(f"{API}/tickets.json", json={"ticket": {"id": 17}}, status=201)
    sent = Write(TICKET, frozen=b"{}", idempotency_key="key-1")
    assert desk.connector.doubts_replay(sent), "another process sent it"
    desk.connector.create(sent)
    assert not desk.connector.doubts_replay(sent)
    assert desk.connector.doubts_replay(Write(TICKET, frozen=b"{}", idempotency_key="key-2"))
    desk.clock.advance(3600)
    assert desk.connector.doubts_replay(sent), "the token has ended and there is another one"


def test_a_key_under_a_fixed_token_is_not_doubted(desk: Any) -> None:
    assert not desk.connector.doubts_replay(Write(TICKET, frozen=b"{}", idempotency_key="key"))


def test_a_401_for_a_fixed_token_is_final(desk: Any) -> None:
    desk.http.get(f"{API}/users/search.json", json={}, status=401)
    with pytest.raises(AuthFailed):
        desk.connector.find_owner("a@acme.example")
    assert len(desk.http.calls) == 1


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ({"status": 401, "json": {"error": "invalid_client"}}, AuthFailed),
        ({"status": 400, "json": {"error": "unsupported_grant_type"}}, AuthFailed),
        ({"json": {}}, AuthFailed),
        ({"json": {"access_token": 5}}, AuthFailed),
        ({"status": 429}, RateLimited),
        ({"status": 500}, Transient),
        ({"body": "<html>"}, Transient),
    ],
)
def test_a_client_that_gets_no_token(make_desk: Any, reply: dict[str, Any], error: type[Exception]) -> None:
    desk = make_desk(auth=CLIENT, secrets=SECRETS)
    desk.http.post(f"{ORIGIN}/oauth/tokens", **reply)
    with pytest.raises(error) as raised:
        desk.connector.find_owner("a@acme.example")
    assert "canary" not in str(raised.value)


def test_the_account_is_the_subdomain_else_host_and_port(make_desk: Any) -> None:
    connector = make_desk().connector
    for table, expected in (
        ({"subdomain": "ACME"}, "acme"),
        ({"subdomain": "acme", "base_url": "http://127.0.0.1:8080"}, "acme"),
        ({"base_url": "http://127.0.0.1:8080"}, "127.0.0.1:8080"),
        ({"base_url": "https://desk.acme.example"}, "desk.acme.example"),
    ):
        settings = connector.settings_model.model_validate({"connector": "zendesk", "token_env": "T", **table})
        assert connector.account(settings, lambda name: "secret") == expected


def test_the_headers_teach_the_limits(desk: Any) -> None:
    headers = {
        "X-Rate-Limit": "700",
        "X-Rate-Limit-Remaining": "699",
        "ratelimit-reset": "41",
        "Zendesk-RateLimit-Tickets-Update": "total=100; remaining=99; resets=60",
    }
    desk.http.put(f"{API}/tickets/5.json", json={"ticket": {"id": 5}}, headers=headers)
    desk.connector._account.update_ticket("5", b'{"ticket":{}}')
    assert desk.observed == [
        Observed("api", calls=700.0, period=60.0, remaining=699.0, resets_in=41.0),
        Observed("update", calls=100.0, period=60.0, remaining=99.0, resets_in=60.0),
    ]


def test_headers_without_sense_teach_nothing(desk: Any) -> None:
    headers = {"X-Rate-Limit": "many", "zendesk-ratelimit-tickets-update": "x"}
    desk.http.get(f"{API}/users/search.json", json={"users": []}, headers=headers)
    desk.connector.find_owner("a@acme.example")
    assert desk.observed == []


def test_a_preview_shows_every_request_without_a_secret(make_desk: Any) -> None:
    recording = Recording()
    desk = make_desk(recorder=recording, secrets={})
    payload = desk.payload()
    frozen = desk.connector.prepare(Write(payload))
    desk.connector.create(Write(payload, frozen=frozen, idempotency_key="k"))
    assert [request.method + " " + request.url.partition("?")[0] for request in recording.requests] == [
        f"POST {API}/uploads.json",
        f"POST {API}/uploads.json",
        f"POST {API}/tickets.json",
    ]
    assert json.loads(recording.requests[2].body)["ticket"]["external_id"] == payload.key
    assert {request.headers["Authorization"] for request in recording.requests} == {"***"}
    assert len(desk.http.calls) == 0


def test_check_tells_what_is_missing(make_desk: Any) -> None:
    desk = make_desk(
        fields={"1": "urgency.level", "2": "summary", "3": "lane"}, brief_field=4, links_field=5, ticket_form_id=6
    )
    fields = [
        {"id": 1, "type": "text", "title": "Urgency", "active": True},
        {"id": 3, "type": "tagger", "title": "Lane", "active": True},
        {"id": 4, "type": "text", "title": "Brief", "active": True},
        {"id": 5, "type": "text", "title": "Links", "active": False},
    ]
    desk.http.get(f"{API}/users/me.json", json={"user": {"id": 9, "role": "agent"}})
    desk.http.get(f"{API}/ticket_fields.json", json={"ticket_fields": fields})
    desk.http.get(f"{API}/ticket_forms/6.json", status=404, json={})
    desk.http.get(f"{API}/users/9001.json", json={"user": {"id": 9001, "name": "Dana", "role": "agent"}})
    desk.http.get(f"{API}/groups/7.json", status=404, json={})
    desk.http.get(f"{API}/users/search.json", json={"users": []})
    owners = [
        make_owner(),
        make_owner(id="team", team=True, identity="7"),
        make_owner(id="nobody", identity=None),
        make_owner(id="loose", team=True, identity=None),
        make_owner(id="odd", identity="Dana"),
    ]
    results = {result.subject: result for result in desk.connector.check(owners)}
    assert {name: result.ok for name, result in results.items()} == {
        "token": True,
        "field 1": True,
        "field 2": False,
        "field 3": None,
        "field 4": False,
        "field 5": False,
        "ticket form": False,
        "owner dana": True,
        "owner team": False,
        "owner nobody": False,
        "owner loose": None,
        "owner odd": False,
        "mail to customers": None,
    }
    assert results["field 4"].key == "brief_field"
    assert all(result.fix for result in results.values() if result.ok is False)


@pytest.mark.parametrize(
    ("reply", "subject"),
    [
        ({"status": 401, "json": {}}, "token"),
        ({"status": 500, "json": {}}, "account"),
        ({"json": {"user": {"id": None}}}, "token"),
        ({"json": {"user": {"id": 1, "role": "end-user"}}}, "token"),
    ],
)
def test_check_says_when_nobody_is_let_in(desk: Any, reply: dict[str, Any], subject: str) -> None:
    desk.http.get(f"{API}/users/me.json", **reply)
    first = desk.connector.check([])[0]
    assert (first.subject, first.ok) == (subject, False)
    assert first.fix


def test_check_names_the_end_of_api_tokens(make_desk: Any) -> None:
    auth = {"kind": "api_token", "email_env": "MAIL", "token_env": "TOKEN"}
    desk = make_desk(auth=auth, secrets={"MAIL": "bot@acme.example", "TOKEN": "t0ken"})
    desk.http.get(f"{API}/users/me.json", json={"user": {"id": 9, "role": "admin"}})
    assert any("2027-04-30" in result.text for result in desk.connector.check([]))
