"""A stage for the search for secrets: businesses whose every secret is a canary, and all that was said on it."""

from __future__ import annotations

import base64
import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from leaks import Hit, Search, canary

from handoff_core.cli.main import run
from handoff_core.testing.factories import make_object

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


@contextmanager
def open_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
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


def packet(number: int = 1) -> str:
    """A critical packet as JSON."""
    return json.dumps(make_object(id=f"case-{number}", owner=None, urgency={"level": "critical"}))


def found(stage: Stage, *more: str) -> list[Hit]:
    """Every leak on the stage. ``more``: secrets that came to be during the run."""
    values = CANARIES | {f"fetched {number}": token for number, token in enumerate(more)}
    values["basic"] = base64.b64encode(
        f"{CANARIES['ZENDESK_EMAIL']}/token:{CANARIES['ZENDESK_API_TOKEN']}".encode()
    ).decode()
    search = Search(values)
    return [hit for place, content in stage.everything() for hit in search.hits(place, content)]
