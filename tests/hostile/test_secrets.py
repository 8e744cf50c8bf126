"""No token is printed, logged or stored, whatever goes wrong: every secret is a canary, and everything is searched."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from leaks import Search
from stages import ALL, CANARIES, WAYS_IN, Stage, found, packet

from handoff_connectors.sandbox.server import Sandbox
from proof.plugin import Record

FAULTS: tuple[dict[str, Any], ...] = (
    *({"fault": "status", "status": status} for status in (400, 401, 403, 404, 409, 422, 500, 503)),
    {"fault": "429"},
    {"fault": "200_with_error_body"},
    {"fault": "html_502"},
    {"fault": "html_200"},
    {"fault": "empty_200"},
    {"fault": "half_body"},
    {"fault": "drop_before"},
    {"fault": "apply_then_drop"},
    {"fault": "apply_then_500"},
    {"fault": "reset"},
    {"fault": "redirect"},
    {"fault": "hang"},
)


def deliver_and_look(stage: Stage, *, both: bool = False) -> None:
    """One packet's way through every command that shows something of it."""
    stage.run("-vv", "sync", "--time-budget", "500ms")
    stage.run("sync", "--json", "--time-budget", "100ms")
    for number, name in enumerate(("status", "show case-1", "log case-1", "dead list", "dead show case-1")):
        forms = ((), ("--json",)) if both else ((), ("--json",))[number % 2 :][:1]
        for form in forms:
            stage.run(*name.split(), *form)


@pytest.mark.long
def test_no_command_and_no_fault_prints_logs_or_stores_a_token(
    full_proof: bool, stage: Stage, evidence: Record
) -> None:
    issued: set[str] = set()
    cases = 0
    with Sandbox(limits=False) as stand_ins:
        for way_in in WAYS_IN:
            stage.business(f"whole-{way_in}", stand_ins.urls, way_in)
            every_command(stage)
            faults = FAULTS if full_proof or way_in == "oauth" else FAULTS[1::6]
            for number, fault in enumerate(faults):
                stand_ins.reset()
                stage.business(f"{way_in}-{number}", stand_ins.urls, way_in)
                stage.run("submit", "-", stdin=packet())
                skip = number % 3  # the first request, the second, the third
                for vendor in ALL:
                    stand_ins.faults.add(**fault, vendor=vendor, skip=skip, count=4)
                deliver_and_look(stage)
                issued |= set(stand_ins.zendesk.account.issued_tokens)
                cases += len(ALL)
    assert issued
    assert found(stage, *issued) == []
    places = list(stage.everything())
    evidence(
        "Secrets",
        "No token of any kind is in any output, log, ledger or file, under every fault and error of the vendors.",
        cases=cases,
        commands=stage.commands,
        places_searched=len(places),
        megabytes=round(sum(len(content) for _, content in places) / 1e6, 1),
        canaries=len(CANARIES) + len(issued) + 1,
        forms=Search(CANARIES).forms,
        hits=0,
    )


def every_command(stage: Stage) -> None:
    """Each command at least once, with what goes well and what does not."""
    (Path.cwd() / "packet.json").write_text(packet(1))
    (Path.cwd() / "bad.json").write_text('{"id": "bad", "urgency": 5}')
    (Path.cwd() / "inbox").mkdir()
    (Path.cwd() / "inbox" / "a.json").write_text(packet(2))
    (Path.cwd() / "inbox" / "b.json").write_text("{")
    os.utime(Path.cwd() / "inbox" / "b.json", (1, 1))
    for form in ("full", "concise", "json", "github"):
        stage.run("check", "--online", "--format", form)
    stage.run("submit", "packet.json", "bad.json", "--json")
    stage.run("preview", "packet.json")
    stage.run("preview", "packet.json", "--json")
    stage.run("route", "packet.json")
    deliver_and_look(stage, both=True)
    stage.run("release", "case-1")
    stage.run("dead", "retry", "case-1")
    stage.run("dead", "drop", "case-1")
    stage.run("doctor")
    stage.run("doctor", "--json")
    stage.run("schema", "config")
    stage.run("init", "--yes", "--force", "--config", "new.toml")


class _Echo(BaseHTTPRequestHandler):
    """A vendor or a proxy that repeats the whole request in its errors, in the words of all three vendors."""

    status = 400

    def do_any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        said = (
            f"{self.headers.get('Authorization')} is wrong; {self.rfile.read(length).decode('utf-8', 'replace')[:300]}"
        )
        body = json.dumps(
            {
                "error": said,
                "description": said,
                "details": {"base": [{"description": said}]},
                "error_description": said,
                "status": "error",
                "message": said,
                "category": said,
                "correlationId": said,
                "errors": [{"message": said}],
                "ok": False,
                "needed": said,
                "provided": said,
                "response_metadata": {"messages": [said]},
            }
        ).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Request-Id", f"{self.headers.get('Authorization')}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_any

    def log_message(self, *arguments: Any) -> None:
        """Nothing."""


@contextmanager
def echoing(status: int) -> Iterator[dict[str, str]]:
    handler = type("Echo", (_Echo,), {"status": status})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield dict.fromkeys(ALL, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("way_in", WAYS_IN)
@pytest.mark.parametrize("status", [200, 400, 401, 422, 500])
def test_a_vendor_that_repeats_the_token_in_its_error_does_not_bring_it_in(
    status: int, way_in: str, stage: Stage
) -> None:
    with echoing(status) as urls:
        stage.business("echo", urls, way_in)
        stage.run("check", "--online")
        stage.run("submit", "-", stdin=packet())
        deliver_and_look(stage)
    assert found(stage) == []


class Crash(Exception):
    """A foreign error whose text holds what it should not."""


@pytest.mark.parametrize("place", ["in a connector", "in the command", "in the database"])
def test_a_crash_tells_where_it_was_and_never_its_text(
    place: str, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*arguments: Any, **options: Any) -> None:
        try:
            raise Crash(" ".join(CANARIES.values()))
        except Crash as error:
            raise RuntimeError(f"wrapped: {error}") from error

    with Sandbox(limits=False) as stand_ins:
        stage.business("crash", stand_ins.urls, "oauth")
        stage.run("submit", "-", stdin=packet())
        target = {
            "in a connector": "handoff_connectors.transport.PolicySession.send_once",
            "in the command": "handoff_core.client.Handoff.sync",
            "in the database": "handoff_core.ledger.claims.take",
        }[place]
        monkeypatch.setattr(target, crash)
        for verbosity in ((), ("-v",), ("-vv",)):
            stage.run(*verbosity, "sync")
        stage.run("show", "case-1")
    heard = "".join(text for _, text in stage.heard)
    assert "RuntimeError" in heard
    assert found(stage) == []


def test_work_and_demo_as_processes_of_their_own_tell_no_token(stage: Stage) -> None:
    start = [sys.executable, "-c", "from handoff_core.cli.main import main; main()"]
    with Sandbox(limits=False) as stand_ins:
        stage.business("work", stand_ins.urls, "client credentials")
        (Path.cwd() / "inbox").mkdir()
        (Path.cwd() / "inbox" / "a.json").write_text(packet())
        stand_ins.faults.add("status", vendor="zendesk", status=401, skip=1)
        work = subprocess.Popen([*start, "-vv", "work"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        deadline = time.monotonic() + 30
        while stand_ins.log.counts["slack"] < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        work.send_signal(signal.SIGTERM)
        stage.heard.append(("handoff work", work.communicate(timeout=60)[0]))
        issued = set(stand_ins.zendesk.account.issued_tokens)
    assert work.returncode == 0
    assert issued
    done = subprocess.run([*start, "demo", "--no-stay"], capture_output=True, text=True, check=False)
    stage.heard.append(("handoff demo", done.stdout + done.stderr))
    assert done.returncode == 0
    assert found(stage, *issued) == []


@pytest.mark.parametrize(
    "write",
    [
        lambda token: token,
        lambda token: f"Bearer {token}",
        lambda token: token[:14],
        lambda token: token[-14:],
        lambda token: base64.b64encode(f"agent/token:{token}".encode()).decode(),
        lambda token: base64.b64encode(f"user:{token}".encode()).decode(),
        lambda token: base64.urlsafe_b64encode(f"x{token}".encode()).decode(),
        lambda token: token.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D"),
        lambda token: json.dumps({"a": json.dumps({"b": token})}),
        lambda token: token.encode().hex(),
        lambda token: f"{token[:20]}\n{token[20:]}",
        lambda token: f'"{token[:9]}" + "{token[9:18]}" + "{token[18:]}"',
        lambda token: token[::-1],
        lambda token: "".join(f"\\u{ord(sign):04x}" for sign in token),
    ],
)
def test_the_search_finds_a_planted_token_in_every_form(write: Any, tmp_path: Path) -> None:
    search = Search({"slack": CANARIES["SLACK_BOT_TOKEN"]})
    planted = f"12:00:00 INFO before {write(CANARIES['SLACK_BOT_TOKEN'])} after"
    assert list(search.hits("log", planted))
    assert list(search.hits("log", "12:00:00 INFO before after")) == []
