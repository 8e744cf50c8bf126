"""One HTTP policy: sent once, to one origin, within limits; and what is certain when it fails."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import requests
import responses

from handoff_connectors import transport as module
from handoff_connectors.transport import MASK, Answer, Transport
from handoff_core.clock import AHEAD
from handoff_core.connector import Context, DestinationSettings, Observed
from handoff_core.errors import DeliveryError, Refused, Transient, Unknown
from handoff_core.testing.case import NotebookMemory, Recording
from handoff_core.testing.clock import FakeClock

ORIGIN = "https://api.vendor.example"
TOKEN = "canary-token-1234"


def make_transport(clock: FakeClock, origin: str = ORIGIN, **changes: Any) -> Transport:
    settings = DestinationSettings(connector="desk", timeout=changes.pop("timeout", 0.3))
    parts = {name: changes.pop(name) for name in ("observe", "before_request", "recorder") if name in changes}
    context = Context("acme", "desk", settings, lambda name: TOKEN, clock, NotebookMemory(), **parts)
    return Transport(context, origin=origin, title="Vendor", authorization=lambda: f"Bearer {TOKEN}", **changes)


@contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A loopback server whose every connection is given to ``answer``."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.02)
    closing = threading.Event()
    open_sockets: list[socket.socket] = []

    def serve() -> None:
        while not closing.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            open_sockets.append(connection)
            connection.settimeout(5)
            with suppress(ConnectionError):  # who has heard enough hangs up
                answer(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        closing.set()
        thread.join(5)
        listener.close()
        for one in open_sockets:
            one.close()


def say(content: bytes, *, then_close: bool = True) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        if content:
            connection.sendall(content)
        if then_close:
            connection.close()

    return answer


@responses.activate
def test_a_get_brings_the_answer_and_the_authorization(clock: FakeClock) -> None:
    responses.get(f"{ORIGIN}/things", json={"a": 1})
    response = make_transport(clock).request("GET", "/things", params={"q": "a&b=c#d"})
    assert response.json() == {"a": 1}
    sent = responses.calls[0].request
    assert sent.headers["Authorization"] == f"Bearer {TOKEN}"
    assert sent.url == f"{ORIGIN}/things?q=a%26b%3Dc%23d"


@responses.activate
def test_an_sdks_session_takes_the_same_path(clock: FakeClock) -> None:
    responses.post(f"{ORIGIN}/things", json={"a": 1})
    response = make_transport(clock).session.post(f"{ORIGIN}/things", json={}, timeout=None, allow_redirects=True)
    assert response.json() == {"a": 1}
    assert responses.calls[0].request.headers["Authorization"] == f"Bearer {TOKEN}"


@responses.activate
def test_another_origin_is_never_called(clock: FakeClock) -> None:
    transport = make_transport(clock)
    for url in (
        "https://evil.example/x",
        "http://api.vendor.example/x",
        "https://api.vendor.example:8443/x",
        "https://api.vendor.example@evil.example/x",
        "ftp://api.vendor.example/x",
    ):
        with pytest.raises(Refused):
            transport.request("GET", url)
        with pytest.raises((Refused, requests.RequestException)):
            transport.session.get(url)
    assert len(responses.calls) == 0


def test_plain_http_is_for_loopback_only(clock: FakeClock) -> None:
    with pytest.raises(ValueError, match="loopback"):
        make_transport(clock, origin="http://api.vendor.example")


@responses.activate
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(clock: FakeClock, status: int) -> None:
    responses.post(f"{ORIGIN}/things", status=status, headers={"Location": f"{ORIGIN}/elsewhere"})
    responses.get(f"{ORIGIN}/things", status=status, headers={"Location": f"{ORIGIN}/elsewhere"})
    transport = make_transport(clock)
    written = transport.request("POST", "/things", json={})
    with pytest.raises(Unknown, match="redirect"):
        transport.raise_for_status(written, write=True)
    read = transport.request("GET", "/things")
    with pytest.raises(Transient, match="redirect"):
        transport.raise_for_status(read, write=False)
    assert len(responses.calls) == 2


@responses.activate
@pytest.mark.parametrize("status", [413, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_sent_twice_whatever_the_answer(clock: FakeClock, method: str, status: int) -> None:
    responses.add(method, f"{ORIGIN}/things", status=status, headers={"Retry-After": "0"})
    assert make_transport(clock).request(method, "/things").status_code == status
    assert len(responses.calls) == 1
    assert clock.slept == []


def test_a_refused_connection_certainly_sent_nothing(clock: FakeClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    transport = make_transport(clock, origin=f"http://127.0.0.1:{port}")
    with pytest.raises(Transient, match="nothing was sent"):
        transport.request("POST", "/things", json={})


@responses.activate
@pytest.mark.parametrize(
    "error",
    [
        requests.ConnectTimeout("slow"),
        requests.ConnectionError(module.urllib3.exceptions.NameResolutionError("h", None, OSError())),
    ],
)
def test_a_connection_that_never_stood_is_transient_even_for_a_write(clock: FakeClock, error: Exception) -> None:
    responses.post(f"{ORIGIN}/things", body=error)
    with pytest.raises(Transient):
        make_transport(clock).request("POST", "/things", json={})


@responses.activate
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (requests.ReadTimeout("slow"), "gave no whole answer in time"),
        (requests.ConnectionError(module.urllib3.exceptions.ProtocolError("Connection aborted.")), "broke before"),
        (requests.ConnectTimeout("slow"), "nothing was sent"),
        (requests.exceptions.InvalidHeader("\u0100"), "check base_url and the token"),
    ],
)
def test_people_are_told_in_words_what_happened_and_the_log_names_the_error(
    clock: FakeClock, caplog: pytest.LogCaptureFixture, error: Exception, words: str
) -> None:
    responses.post(f"{ORIGIN}/things", body=error)
    with caplog.at_level("INFO", "handoff.http"), pytest.raises(DeliveryError, match=words) as raised:
        make_transport(clock).request("POST", "/things", json={})
    assert type(error).__name__ not in str(raised.value)
    assert type(error).__name__ in caplog.text


@pytest.mark.parametrize(
    "answer",
    [
        say(b""),
        say(b"", then_close=False),
        say(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":'),
        say(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":'),
        say(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"),
        say(b"garbage\r\n\r\n"),
    ],
    ids=["closed", "silent", "half a body", "half a chunked body", "no gzip", "no http"],
)
def test_a_lost_answer_leaves_a_write_unknown_and_a_read_transient(
    clock: FakeClock, answer: Callable[[socket.socket], None]
) -> None:
    with server(answer) as origin:
        transport = make_transport(clock, origin=origin)
        with pytest.raises(Unknown):
            transport.request("POST", "/things", json={})
        with pytest.raises(Transient):
            transport.request("GET", "/things")
        with pytest.raises(Transient):
            transport.request("POST", "/search", json={}, idempotent=True)
        transport.close()


def test_an_answer_that_is_too_large_is_not_swallowed(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_ANSWER", 10)
    eleven = say(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890")
    with server(eleven) as origin, pytest.raises(Unknown, match="larger"):
        make_transport(clock, origin=origin).request("POST", "/things")


def test_an_answer_that_drips_is_given_up(clock: FakeClock) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(3):
            clock.advance(5)
            connection.sendall(b"x")

    with server(drip) as origin, pytest.raises(Transient, match="too slowly"):
        make_transport(clock, origin=origin).request("GET", "/things")


@responses.activate
def test_every_request_first_asks_for_the_lease(clock: FakeClock) -> None:
    class LeaseLost(Exception):
        pass

    def lose() -> None:
        raise LeaseLost

    responses.get(f"{ORIGIN}/things", json={})
    with pytest.raises(LeaseLost):
        make_transport(clock, before_request=lose).request("GET", "/things")
    assert len(responses.calls) == 0


@responses.activate
def test_the_limits_in_the_headers_are_told(clock: FakeClock) -> None:
    responses.get(f"{ORIGIN}/things", json={}, headers={"X-Limit": "7"})
    seen: list[Observed] = []
    transport = make_transport(
        clock,
        observe=seen.append,
        read_limits=lambda path, headers: [Observed(path, calls=float(headers["x-limit"]))],
    )
    transport.request("GET", "/things?secret=1")
    assert seen == [Observed("/things", calls=7.0)]


@responses.activate
def test_a_preview_records_the_request_masked_and_sends_nothing(clock: FakeClock) -> None:
    recording = Recording()
    transport = make_transport(clock, recorder=recording, answer=lambda request: Answer({"id": 5}, 201))
    response = transport.request("POST", "/things", json={"a": "ü"})
    assert (response.status_code, response.json()) == (201, {"id": 5})
    assert len(responses.calls) == 0
    (request,) = recording.requests
    assert (request.method, request.url) == ("POST", f"{ORIGIN}/things")
    assert json.loads(request.body) == {"a": "ü"}
    assert request.headers["Authorization"] == MASK


@responses.activate
def test_the_log_line_holds_neither_query_nor_body_nor_address_nor_token(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    responses.post(f"{ORIGIN}/people/ann@x.example", json={"b": "answer-body"}, headers={"X-Request-Id": "req-1"})
    with caplog.at_level(logging.DEBUG, "handoff.http"):
        make_transport(clock).request("POST", "/people/ann@x.example?q=query", json={"a": "request-body"})
    (line,) = [record.getMessage() for record in caplog.records if record.name == "handoff.http"]
    assert line == "POST api.vendor.example/people/… 200 0 ms req-1"


def test_loopback_takes_no_proxy_from_the_environment(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with server(say(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) as origin:
        assert make_transport(clock, origin=origin).request("GET", "/things").json() == {}


@responses.activate
def test_a_netrc_does_not_replace_the_token(clock: FakeClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.vendor.example login someone password else")
    monkeypatch.setenv("NETRC", str(netrc))
    responses.get(f"{ORIGIN}/things", json={})
    make_transport(clock).request("GET", "/things")
    assert responses.calls[0].request.headers["Authorization"] == f"Bearer {TOKEN}"


@responses.activate
def test_a_request_that_cannot_be_built_is_refused(clock: FakeClock) -> None:
    with pytest.raises(Refused, match="cannot be built"):
        make_transport(clock).request("GET", "/things", headers={"X": "a\nb"})


@responses.activate
@pytest.mark.parametrize(("date", "noted"), [("15:12:00", None), ("15:11:40", None), ("14:12:00", "3600")])
def test_a_clock_that_is_ahead_of_the_vendors_is_noted(clock: FakeClock, date: str, noted: str | None) -> None:
    responses.get(f"{ORIGIN}/things", json={}, headers={"Date": f"Fri, 20 Nov 2026 {date} GMT"})
    transport = make_transport(clock)
    transport.request("GET", "/things")
    assert transport._context.memory.recall(AHEAD) == noted


@responses.activate
@pytest.mark.parametrize("date", [None, "soon", "Fri, 99 Nov 2026 15:12:00 GMT"])
def test_a_date_that_is_none_is_passed_over(clock: FakeClock, date: str | None) -> None:
    responses.get(f"{ORIGIN}/things", json={}, headers={} if date is None else {"Date": date})
    assert make_transport(clock).request("GET", "/things").status_code == 200
