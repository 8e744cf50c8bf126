"""No token is printed, logged or stored, whatever goes wrong: every secret is a canary, and everything is searched."""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from leaks import Hit, Search, canary

from handoff_connectors.sandbox.server import Sandbox
from handoff_core.cli.main import run
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.testing.factories import make_object
from proof.plugin import Record

CANARIES = {
    "ZENDESK_TOKEN": canary("zendesk oauth"),
    "ZENDESK_CLIENT_ID": canary("zendesk client id", "client-"),
    "ZENDESK_CLIENT_SECRET": canary("zendesk client secret"),
    "ZENDESK_EMAIL": "canary.agent.8c1f5e02d7@acme.example",
    "ZENDESK_API_TOKEN": canary("zendesk api token"),
    "HUBSPOT_TOKEN": canary("hubspot", "pat-na1-"),
    "SLACK_BOT_TOKEN": canary("slack", "xoxb-"),
}
IN_FILE = ("ZENDESK_CLIENT_SECRET", "HUBSPOT_TOKEN", "ZENDESK_API_TOKEN")
"""These stand in the env file, the others in the environment."""
WAYS_IN = {
    "oauth": 'token_env = "ZENDESK_TOKEN"',
    "client credentials": 'auth = { kind = "client_credentials", client_id_env = "ZENDESK_CLIENT_ID", '
    'client_secret_env = "ZENDESK_CLIENT_SECRET" }',
    "api token": 'auth = { kind = "api_token", email_env = "ZENDESK_EMAIL", token_env = "ZENDESK_API_TOKEN" }',
}
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
TOML = """
[business]
id = "acme-plumbing"
name = "Acme Plumbing"
[secrets]
env_file = "secrets.env"
[inbox]
path = "inbox"
[owners.dana]
name = "Dana Fields"
email = "dana@acme.example"
[destinations.desk]
connector = "zendesk"
base_url = "{zendesk}"
{way_in}
brief_field = 360010
settle = "1s"
timeout = "300ms"
[destinations.crm]
connector = "hubspot"
base_url = "{hubspot}"
token_env = "HUBSPOT_TOKEN"
settle = "1s"
timeout = "300ms"
[destinations.alerts]
connector = "slack"
base_url = "{slack}"
token_env = "SLACK_BOT_TOKEN"
channel = "C0ALERTS"
settle = "1s"
timeout = "300ms"
[routing]
fallback = "dana"
"""
ALL = ("zendesk", "hubspot", "slack")


@dataclass
class Stage:
    """A folder with businesses in it; all that commands print is kept in ``heard``, all logs in a file."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    heard: list[tuple[str, str]] = field(default_factory=list)
    commands: int = 0

    def business(self, name: str, urls: dict[str, str], way_in: str) -> Path:
        """A business with an empty ledger; the folder it stands in becomes the working folder."""
        home = self.folder / name
        home.mkdir()
        path = home / "handoff.toml"
        path.write_text(TOML.format(way_in=WAYS_IN[way_in], **urls))
        (home / "secrets.env").write_text("".join(f"{one}={CANARIES[one]}\n" for one in IN_FILE))
        (home / "secrets.env").chmod(0o600)
        self.monkeypatch.chdir(home)
        return path

    def run(self, *arguments: str, stdin: str = "") -> int:
        """Run a command in this process."""
        out, err = io.StringIO(), io.StringIO()
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        self.monkeypatch.setattr(sys, "stdout", out)
        self.monkeypatch.setattr(sys, "stderr", err)
        logging.getLogger("handoff").handlers.clear()
        try:
            code = run(list(arguments))
        finally:
            self.monkeypatch.undo_streams()  # type: ignore[attr-defined]
        self.heard.append((f"handoff {' '.join(arguments)}", out.getvalue() + err.getvalue()))
        self.commands += 1
        return code

    def everything(self) -> Iterator[tuple[str, bytes | str]]:
        """Whatever was printed or written, but the file in which the secrets were given."""
        yield from self.heard
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.name != "secrets.env":
                yield str(path.relative_to(self.folder)), path.read_bytes()


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A stage with the canaries in the environment, and every logger of the process written to a file."""
    for name, value in CANARIES.items():
        if name not in IN_FILE:
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("NO_COLOR", "1")
    streams = (sys.stdin, sys.stdout, sys.stderr)

    def undo_streams() -> None:
        sys.stdin, sys.stdout, sys.stderr = streams

    monkeypatch.undo_streams = undo_streams  # type: ignore[attr-defined]
    (tmp_path / "stage").mkdir()
    log = logging.FileHandler(tmp_path / "stage" / "debug.log", encoding="utf-8")
    root = logging.getLogger()
    before = root.level
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    yield Stage(tmp_path / "stage", monkeypatch)
    root.removeHandler(log)
    root.setLevel(before)
    log.close()
    handoff = logging.getLogger("handoff")
    handoff.handlers.clear()
    handoff.setLevel(logging.NOTSET)


def packet(number: int = 1, **overrides: Any) -> str:
    return json.dumps(make_object(id=f"case-{number}", owner=None, urgency={"level": "critical"}, **overrides))


def found(stage: Stage, *more: str) -> list[Hit]:
    """Every leak on the stage. ``more``: secrets that came to be during the run."""
    values = CANARIES | {f"fetched {number}": token for number, token in enumerate(more)}
    values["basic"] = base64.b64encode(
        f"{CANARIES['ZENDESK_EMAIL']}/token:{CANARIES['ZENDESK_API_TOKEN']}".encode()
    ).decode()
    search = Search(values)
    return [hit for place, content in stage.everything() for hit in search.hits(place, content)]


def deliver_and_look(stage: Stage, *, both: bool = False) -> None:
    """One packet's way through every command that shows something of it."""
    stage.run("-vv", "sync", "--time-budget", "500ms")
    stage.run("sync", "--json", "--time-budget", "100ms")
    for number, name in enumerate(("status", "show case-1", "log case-1", "dead list", "dead show case-1")):
        forms = ((), ("--json",)) if both else ((), ("--json",))[number % 2 :][:1]
        for form in forms:
            stage.run(*name.split(), *form)


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
            "in the database": "handoff_core.ledger.deliveries.claim",
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


MISPLACED = {
    "a token": ('token_env = "ZENDESK_TOKEN"', "token = '{}'"),
    "a token for its variable": ('token_env = "ZENDESK_TOKEN"', "token_env = '{}'"),
    "a token as a table": ('token_env = "ZENDESK_TOKEN"', "auth = {{ kind = 'api_token', token = '{}' }}"),
    "a token as a kind": ('token_env = "ZENDESK_TOKEN"', "auth = {{ kind = '{}' }}"),
    "a token as a number's key": ("brief_field = 360010", "brief_field = '{}'"),
    "a token as a duration": ('settle = "1s"', "settle = '{}'"),
    "a token as a channel": ('channel = "C0ALERTS"', "channel = '{}'"),
    "a token in the address": ('base_url = "http', "base_url = 'https://{}@acme.example'\n#"),
    "a token in an expression": ("brief_field = 360010", "fields = {{ 360002 = '{}' }}"),
    "a password in the store": ("[inbox]", "[store]\nurl = 'postgresql://handoff:{}@db.example/x'\n[inbox]"),
    "a token as a broken line": ("[inbox]", "HUBSPOT_TOKEN={}\n[inbox]"),
    "a token as an owner's e-mail": ('email = "dana@acme.example"', "email = '{}'"),
    "a token as a time zone": ("[secrets]", "timezone = '{}'\n[secrets]"),
    "a token as an unknown key": ("[secrets]", "password = '{}'\n[secrets]"),
}


@pytest.mark.parametrize("name", MISPLACED)
def test_a_secret_in_the_wrong_place_of_the_configuration_is_never_repeated(name: str, stage: Stage) -> None:
    """pydantic keeps what it refuses in its errors (``input``): nothing of that may come out."""
    old, new = MISPLACED[name]
    secret = canary("misplaced")
    path = stage.business("misplaced", dict.fromkeys(ALL, "http://127.0.0.1:9"), "oauth")
    text = path.read_text()
    assert old in text
    secrets_file = path.rename(path.with_name("secrets.env"))
    path.write_text(text.replace(old, new.format(secret), 1))
    for form in ("full", "concise", "json", "github"):
        stage.run("check", "--format", form)
    stage.run("-vv", "sync")
    assert any(text for _, text in stage.heard)
    search = Search({"misplaced": secret})
    places = [one for one in stage.everything() if one[0] != "misplaced/handoff.toml"]
    assert [hit for place, content in places for hit in search.hits(place, content)] == []
    assert secrets_file.exists()


def test_nothing_that_holds_a_secret_shows_it_by_its_repr(stage: Stage) -> None:
    with Sandbox(limits=False) as stand_ins:
        path = stage.business("repr", stand_ins.urls, "api token")
        with Handoff(load(path)) as handoff:
            handoff.sync()
            ones = [
                handoff,
                handoff.config,
                handoff.config.secrets,
                *handoff.config.destinations.values(),
                *(handoff._lanes or ()),
                *(one for lane in handoff._lanes or () for one in lane.destinations),
                *(one.connector for lane in handoff._lanes or () for one in lane.destinations),
                *(one.connector.__dict__ for lane in handoff._lanes or () for one in lane.destinations),
            ]
            stage.heard += [(type(one).__name__, f"{one!r} {one}") for one in ones]
    assert found(stage) == []


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
