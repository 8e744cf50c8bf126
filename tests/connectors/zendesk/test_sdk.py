"""What zenpy does by itself, and must not do here (zenpy 2.0.57)."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from handoff_core.errors import DeliveryError, RateLimited, Unknown

API = "https://acme.zendesk.com/api/v2"


@pytest.fixture(autouse=True)
def _nobody_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    def sleep(seconds: float) -> None:
        raise AssertionError("zenpy waits by itself")

    import zenpy.lib.api

    monkeypatch.setattr(zenpy.lib.api, "sleep", sleep)


@pytest.mark.parametrize("header", ["1", "1.5", "0", "Fri, 20 Nov 2026 15:12:30 GMT", None])
def test_a_429_never_reaches_zenpys_loop(desk: Any, header: str | None) -> None:
    payload = desk.payload()
    frozen = desk.prepare(payload)
    headers = {} if header is None else {"Retry-After": header}
    desk.http.post(f"{API}/tickets.json", json={"error": "APIRateLimitExceeded"}, status=429, headers=headers)
    with pytest.raises(RateLimited) as raised:
        desk.create(payload, frozen)
    assert raised.value.retry_after >= 1
    assert len(desk.http.calls) == 1


def test_a_retry_after_on_a_success_makes_no_second_ticket(desk: Any) -> None:
    payload = desk.payload()
    frozen = desk.prepare(payload)
    desk.http.post(f"{API}/tickets.json", json={"ticket": {"id": 7}}, status=201, headers={"Retry-After": "3"})
    assert desk.create(payload, frozen).id == "7"
    assert len(desk.http.calls) == 1


@pytest.mark.parametrize(
    "reply",
    [
        {"body": requests.ReadTimeout("slow")},
        {"body": requests.ConnectionError("reset")},
        {"status": 503, "json": {"error": "x"}},
        {"status": 502, "body": "<html>"},
        {"status": 500, "json": ["list"]},
        {"status": 200, "body": "<html>"},
        {"status": 200, "body": ""},
        {"status": 302, "headers": {"Location": "https://acme.zendesk.com/login"}},
    ],
)
def test_a_put_is_never_sent_again(desk: Any, reply: dict[str, Any]) -> None:
    account = desk.connector._account
    desk.http.put(f"{API}/tickets/5.json", **reply)
    with pytest.raises(Unknown):
        account.update_ticket("5", b'{"ticket":{}}')
    assert len(desk.http.calls) == 1


def test_a_413_is_not_sent_again_either(desk: Any) -> None:
    desk.http.put(f"{API}/tickets/5.json", status=413, json={"error": "TooLarge"})
    with pytest.raises(DeliveryError):
        desk.connector._account.update_ticket("5", b'{"ticket":{}}')
    assert len(desk.http.calls) == 1


def test_an_upload_is_never_sent_empty(desk: Any) -> None:
    desk.http.post(f"{API}/uploads.json", status=429, headers={"Retry-After": "1"})
    desk.http.post(f"{API}/uploads.json", status=201, json={"upload": {"token": "t"}})
    account = desk.connector._account
    with pytest.raises(RateLimited):
        account.upload("a.txt", "text/plain", b"0123456789")
    account.upload("a.txt", "text/plain", b"0123456789")
    assert [call.request.body for call in desk.http.calls] == [b"0123456789", b"0123456789"]


def test_zenpy_is_imported_only_when_it_is_needed() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from handoff_connectors.zendesk import ZendeskConnector; "
        "assert not [name for name in sys.modules if name.split('.')[0] in ('zenpy', 'hubspot', 'slack_sdk')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_with_a_base_url_everything_goes_there(make_desk: Any) -> None:
    desk = make_desk(base_url="http://127.0.0.1:8099")
    desk.http.put("http://127.0.0.1:8099/api/v2/tickets/5.json", json={"ticket": {"id": 5}})
    assert desk.connector._account.update_ticket("5", b'{"ticket":{}}') == {"ticket": {"id": 5}}
