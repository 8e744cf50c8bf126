"""hubspot-api-client over Handoff's transport: what is on the wire, and what of it is believed."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses

from handoff_connectors.hubspot import HubSpotConnector
from handoff_core.connector import Context, Payload, Write
from handoff_core.errors import AuthFailed, Gone, Transient, Unknown
from handoff_core.testing.case import NotebookMemory, Recording
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.factories import make_owner, make_packet, make_view

HUBSPOT = "https://api.hubapi.com"
OBJECTS = f"{HUBSPOT}/crm/objects/2026-03"
TOKEN = "pat-na1-canary"


def context(**changes: Any) -> Context:
    values: dict[str, Any] = {
        "business": "acme-plumbing",
        "destination": "crm",
        "settings": HubSpotConnector.settings_model.model_validate(
            {"connector": "hubspot", "token_env": "HUBSPOT_TOKEN", "portal_id": 7, "ui_domain": "app.hubspot.com"}
        ),
        "secret": {"HUBSPOT_TOKEN": f" {TOKEN}\n"}.__getitem__,
        "clock": FakeClock(),
        "memory": NotebookMemory({"paths": "2026-03", "unique:notes.handoff_key": "no"}),
    }
    return Context(**(values | changes))


@pytest.fixture
def connector() -> Iterator[HubSpotConnector]:
    connector = HubSpotConnector(context())
    yield connector
    connector.close()


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        yield wire


def note(connector: HubSpotConnector) -> Payload:
    view = make_view(make_packet(customer=None), owner=make_owner(identity="70001"))
    return next(payload for payload in connector.render(view) if payload.kind == "note")


def record(given: Any = "17", **more: Any) -> dict[str, Any]:
    return {"id": given, "properties": {"hs_note_body": "<p>x</p>"}, **more}


def test_a_creation_is_one_request_with_text_values_only(
    connector: HubSpotConnector, wire: responses.RequestsMock
) -> None:
    wire.post(f"{OBJECTS}/notes", json=record(), status=201)
    wire.get(f"{OBJECTS}/notes/17", json=record())
    made = connector.create(Write(note(connector), refs={"contact": "5"}))
    assert made.id == "17"
    request = wire.calls[0].request
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["Content-Type"] == "application/json"
    assert "hubspot-api-client-python" in request.headers["User-Agent"]
    sent = json.loads(request.body)
    assert set(sent) == {"properties", "associations"}
    assert all(isinstance(value, str) for value in sent["properties"].values())
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 202}]
    assert sent["associations"] == [{"to": {"id": "5"}, "types": types}]


def test_a_note_is_linked_at_its_contact_when_hubspot_gives_no_url(
    connector: HubSpotConnector, wire: responses.RequestsMock
) -> None:
    wire.post(f"{OBJECTS}/notes", json=record(), status=201)
    wire.get(f"{OBJECTS}/notes/17", json=record())
    made = connector.create(Write(note(connector), refs={"contact": "5"}))
    assert made.url == "https://app.hubspot.com/contacts/7/record/0-1/5?engagement=17"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a b", 7])
def test_a_url_that_is_no_web_address_is_not_shown(
    connector: HubSpotConnector, wire: responses.RequestsMock, url: Any
) -> None:
    wire.post(f"{OBJECTS}/notes", json=record(url=url), status=201)
    wire.get(f"{OBJECTS}/notes/17", json=record())
    assert connector.create(Write(note(connector))).url == "https://app.hubspot.com/contacts/7/record/0-46/17"


@pytest.mark.parametrize(
    "answer",
    [
        {"body": b"", "status": 200},
        {"body": b"<html>Please wait</html>", "status": 200, "content_type": "text/html"},
        {"body": b"\xff\xfe", "status": 200},
        {"json": {"status": "error", "message": "internal error"}, "status": 200},
        {"json": {}, "status": 201},
        {"json": {"id": None, "properties": {}}, "status": 201},
        {"json": {"id": "abc", "properties": {}}, "status": 201},
        {"json": {"id": True, "properties": {}}, "status": 201},
        {"json": {"id": "0", "properties": {}}, "status": 201},
        {"json": [record()], "status": 201},
        {"body": b"", "status": 204},
        {"body": b"\xff<html>", "status": 502},
        {"body": requests.ConnectionError("reset")},
        {"body": requests.ReadTimeout("slow")},
    ],
)
def test_an_answer_without_a_proven_id_is_unknown_and_is_sent_once(
    connector: HubSpotConnector, wire: responses.RequestsMock, answer: dict[str, Any]
) -> None:
    wire.post(f"{OBJECTS}/notes", **answer)
    with pytest.raises(Unknown) as raised:
        connector.create(Write(note(connector)))
    assert len(wire.calls) == 1
    assert TOKEN not in str(raised.value)


def test_an_id_in_numbers_or_under_200_is_as_good(connector: HubSpotConnector, wire: responses.RequestsMock) -> None:
    wire.post(f"{OBJECTS}/notes", json=record(17), status=200)
    wire.get(f"{OBJECTS}/notes/17", json=record(17))
    assert connector.create(Write(note(connector))).id == "17"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_read_that_fails_is_not_repeated_by_the_client(
    connector: HubSpotConnector, wire: responses.RequestsMock, status: int
) -> None:
    wire.get(f"{OBJECTS}/notes/17", status=status, headers={"Retry-After": "1"}, json={})
    with pytest.raises(Transient):
        connector.update(Write(note(connector), remote_id="17"))
    assert len(wire.calls) == 1


def test_an_archived_note_is_gone(connector: HubSpotConnector, wire: responses.RequestsMock) -> None:
    wire.get(f"{OBJECTS}/notes/17", json=record(archived=True))
    with pytest.raises(Gone):
        connector.update(Write(note(connector), remote_id="17"))


def test_a_listing_that_is_none_is_not_taken_for_absence(
    connector: HubSpotConnector, wire: responses.RequestsMock
) -> None:
    write = Write(note(connector), refs={"contact": "5"})
    wire.get(f"{OBJECTS}/contacts/5/associations/notes", json={"unexpected": True})
    with pytest.raises(Transient):
        connector.find(write)


def test_a_batch_that_could_not_read_everything_is_not_taken_for_absence(
    connector: HubSpotConnector, wire: responses.RequestsMock
) -> None:
    write = Write(note(connector), refs={"contact": "5"})
    wire.get(f"{OBJECTS}/contacts/5/associations/notes", json={"results": [{"toObjectId": 17}]})
    answer = {"results": [], "numErrors": 1, "errors": [{"category": "INTERNAL_ERROR", "message": "x"}]}
    wire.post(f"{OBJECTS}/notes/batch/read", json=answer, status=207)
    with pytest.raises(Transient):
        connector.find(write)
    gone = {"results": [], "numErrors": 1, "errors": [{"category": "OBJECT_NOT_FOUND", "message": "x"}]}
    wire.replace(responses.POST, f"{OBJECTS}/notes/batch/read", json=gone, status=207)
    assert connector.find(write) == []


def test_a_token_that_is_not_set_is_asked_for_by_name() -> None:
    connector = HubSpotConnector(context(secret={}.__getitem__))
    with pytest.raises(AuthFailed, match="HUBSPOT_TOKEN is not set"):
        connector.find_owner("dana@acme.example")


def test_the_account_is_a_hash_of_the_token() -> None:
    settings = context().settings
    found = HubSpotConnector.account(settings, {"HUBSPOT_TOKEN": TOKEN}.__getitem__)
    assert len(found) == 12
    assert found == HubSpotConnector.account(settings, {"HUBSPOT_TOKEN": TOKEN + "\n"}.__getitem__)
    assert found != HubSpotConnector.account(settings, {"HUBSPOT_TOKEN": "another"}.__getitem__)


def test_a_preview_shows_each_record_as_one_request_without_the_token() -> None:
    recording = Recording()
    connector = HubSpotConnector(context(recorder=recording, memory=NotebookMemory()))
    refs: dict[str, str] = {}
    created = []
    for payload in connector.render(make_view()):
        recording.requests.clear()
        refs[payload.kind] = connector.create(Write(payload, refs=refs)).id
        created.append([f"{one.method} {one.url}" for one in recording.requests if one.method != "GET"])
        assert TOKEN not in str(recording.requests)
    assert created == [[f"POST {OBJECTS}/{kind}"] for kind in ("contacts", "notes", "tasks")]


def test_nothing_of_the_sdk_is_loaded_before_the_first_call() -> None:
    code = (
        "import sys; from handoff_connectors.hubspot import HubSpotConnector as C; "
        "from handoff_core.testing.factories import make_view; "
        "print([name for name in ('hubspot', 'phonenumbers') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"


def test_the_sdk_leaves_the_log_of_urllib3_as_it_was(connector: HubSpotConnector, wire: responses.RequestsMock) -> None:
    logger = logging.getLogger("urllib3")
    before = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        wire.get(f"{HUBSPOT}/crm/owners/2026-03", json={"results": []})
        connector.find_owner("dana@acme.example")
        assert logger.level == logging.DEBUG
    finally:
        logger.setLevel(before)


@pytest.mark.parametrize(("remaining", "resets_in"), [("0", 1.0), ("5", None)])
def test_a_window_with_nothing_left_is_waited_out_in_part(
    wire: responses.RequestsMock, remaining: str, resets_in: float | None
) -> None:
    observed: list[Any] = []
    connector = HubSpotConnector(context(observe=observed.append))
    headers = {
        "X-HubSpot-RateLimit-Max": "110",
        "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
        "X-HubSpot-RateLimit-Remaining": remaining,
    }
    wire.get(f"{HUBSPOT}/crm/owners/2026-03", json={"results": []}, headers=headers)
    connector.find_owner("dana@acme.example")
    assert [(one.calls, one.period, one.resets_in) for one in observed] == [(110.0, 10.0, resets_in)]


def test_headers_that_make_no_sense_are_not_told(wire: responses.RequestsMock) -> None:
    observed: list[Any] = []
    connector = HubSpotConnector(context(observe=observed.append))
    headers = {"X-HubSpot-RateLimit-Max": "many", "X-HubSpot-RateLimit-Interval-Milliseconds": "0"}
    wire.get(f"{HUBSPOT}/crm/owners/2026-03", json={"results": []}, headers=headers)
    connector.find_owner("dana@acme.example")
    assert observed == []
