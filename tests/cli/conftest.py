"""A business whose only system is a file: a connector of its own, announced by an entry point as any other is."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from handoff_core.cli.main import run

CONNECTOR = '''
"""Records are the lines of a file; a file named "refusing", "down", "locked" or "busy" next to it makes it fail."""
import json
import threading
from pathlib import Path

from handoff_core.connector import CheckResult, DestinationSettings, Limit, Payload, RecordedRequest, Remote
from handoff_core.errors import AuthFailed, RateLimited, Refused, Transient


WRITING = threading.Lock()


class Settings(DestinationSettings):
    file: str
    token_env: str = "NOTEBOOK_TOKEN"
    settle: float = 0.01
    min_update_interval: float = 0.0


class Notebook:
    title = "Notebook"
    settings_model = Settings
    limits = {"write": Limit(100000, 1.0, 100000)}
    rank = 0

    def __init__(self, context):
        self.context = context
        self.file = Path(context.settings.file)

    @classmethod
    def account(cls, settings, secret):
        return settings.file.replace("/", "_")[-40:]

    @classmethod
    def set_up_files(cls, name):
        return {"notebook-manifest.json": json.dumps({"name": name})}

    def render(self, view):
        body = {"summary": view.packet.summary, "owner": view.owner.name, "held": view.held}
        return [Payload(kind="page", key=view.key, body=body, title=view.packet.summary, text=f"For {view.owner.name}")]

    def cost(self, operation, payload):
        return {"write": 1}

    def find(self, write):
        return [Remote(id=key) for key in self._pages() if key == write.payload.key]

    def create(self, write):
        return self._write(write)

    def update(self, write):
        return self._write(write)

    def check(self, owners, *, set_up=False):
        refused = (self.file.parent / "refusing").exists()
        if (self.file.parent / "silent").exists():
            return [CheckResult("pages", None, "cannot be counted", "Look there.")]
        return [CheckResult("token", not refused, "is refused" if refused else "works", "Make a new one.", "token_env")]

    def close(self):
        pass

    def _write(self, write):
        if self.context.recorder is not None:
            token = self.context.secret("NOTEBOOK_TOKEN")
            self.context.recorder.record(
                RecordedRequest("PUT", "file:page", {"Authorization": "***"}, json.dumps(dict(write.payload.body)))
            )
            return Remote(id="1")
        if (self.file.parent / "refusing").exists():
            raise Refused("Notebook refuses the page: the pen is dry. Buy a pen.")
        if (self.file.parent / "down").exists():
            raise Transient("Notebook is closed.")
        if (self.file.parent / "locked").exists():
            raise AuthFailed("Notebook does not know the key. Renew it.")
        if (self.file.parent / "busy").exists():
            hours = float((self.file.parent / "busy").read_text())
            raise RateLimited("Notebook asks to wait.", retry_after=hours * 3600, limit_class="write")
        with WRITING:  # an account has two lanes
            pages = self._pages() | {write.payload.key: dict(write.payload.body)}
            self.file.write_text(json.dumps(pages))
        return Remote(id=write.payload.key, url=f"https://notebook.example/{write.payload.key}")

    def _pages(self):
        return json.loads(self.file.read_text()) if self.file.exists() else {}
'''

TOML = """
[business]
id = "{id}"
name = "{id}"
timezone = "America/Chicago"

[store]
url = "sqlite:///{id}.db"

[inbox]
path = "{id}-inbox"

[owners.dana]
name = "Dana Fields"
email = "dana@acme.example"

[owners.sam]
name = "Sam Reed"
email = "sam@acme.example"

[destinations.book]
connector = "notebook"
file = "{folder}/{id}-pages.json"

[routing]
fallback = "dana"

[[routing.rules]]
name = "sales"
when = {{ lane = ["sales"] }}
owner = "sam"
acknowledge_within = "15m"
then = ["dana"]
"""


@dataclass
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Standard output as one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Desk:
    """A folder with one business in it, and a way to run commands there."""

    folder: Path
    plugins: Path
    environ: dict[str, str] = field(default_factory=dict)
    call: Callable[..., Ran] | None = None

    def business(self, name: str = "acme") -> Path:
        """Write the configuration of a business; its file."""
        path = self.folder / ("handoff.toml" if name == "acme" else f"{name}.toml")
        path.write_text(TOML.format(id=name, folder=self.folder))
        return path

    def packet(self, file: str = "packet.json", **overrides: Any) -> str:
        """Write a packet; the file's name."""
        (self.folder / file).write_text(json.dumps(small(**overrides)))
        return file

    def drop(self, name: str, text: str, business: str = "acme") -> Path:
        """Put a file into the inbox."""
        inbox = self.folder / f"{business}-inbox"
        inbox.mkdir(exist_ok=True, mode=0o700)
        (inbox / name).write_text(text)
        return inbox / name

    def pages(self, business: str = "acme") -> dict[str, Any]:
        """What the notebook holds."""
        path = self.folder / f"{business}-pages.json"
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def run(self, *arguments: str, stdin: bytes = b"") -> Ran:
        """Run a command in this process."""
        assert self.call is not None
        return self.call(*arguments, stdin=stdin)

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start a command as a process of its own."""
        return subprocess.Popen(
            [sys.executable, *options.pop("python", ()), "-c", ENTRY, *arguments],
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def outside(self, *arguments: str, **options: Any) -> Ran:
        """Run a command as a process of its own."""
        process = self.start(*arguments, **options)
        out, err = process.communicate(timeout=60)
        return Ran(process.returncode, out, err)


ENTRY = "from handoff_core.cli.main import main; main()"


@pytest.fixture
def make() -> Callable[..., dict[str, Any]]:
    """Makes a small packet that is accepted."""
    return small


def small(**overrides: Any) -> dict[str, Any]:
    """A small packet that is accepted."""
    return {
        "id": "case-1",
        "lane": "support",
        "summary": "Boiler leaks",
        "next_action": {"text": "Call back"},
        "escalation": {"reason": "explicit_request", "text": "Asked for a person"},
        **overrides,
    }


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """An empty folder and the notebook connector."""
    plugins = tmp_path / "plugins"
    announced = plugins / "notebook-1.0.dist-info"
    announced.mkdir(parents=True)
    (plugins / "notebook_connector.py").write_text(CONNECTOR)
    (announced / "METADATA").write_text("Metadata-Version: 2.1\nName: notebook\nVersion: 1.0\n")
    (announced / "entry_points.txt").write_text("[handoff.connectors]\nnotebook = notebook_connector:Notebook\n")
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(plugins))
    monkeypatch.delitem(sys.modules, "notebook_connector", raising=False)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("HANDOFF_CONFIG", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("NOTEBOOK_TOKEN", "canary-7f3a9")

    def call(*arguments: str, stdin: bytes = b"") -> Ran:
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = run(list(arguments))
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    environ = {name: value for name, value in os.environ.items() if not name.startswith("HANDOFF")}
    paths = [str(plugins), *filter(None, [os.environ.get("PYTHONPATH")])]
    yield Desk(folder, plugins, {**environ, "PYTHONPATH": os.pathsep.join(paths)}, call)
    sys.modules.pop("notebook_connector", None)
    log = logging.getLogger("handoff")
    log.handlers.clear()
    log.setLevel(logging.NOTSET)
