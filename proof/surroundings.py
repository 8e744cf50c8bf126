"""Where a proof ran: versions, machine, commit. Nothing that names a person or a host."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from handoff_core.ledger.sqlite import BUNDLED, driver, journal_choice

ROOT = Path(__file__).parents[1]
_SDKS = {"zenpy": "Zendesk", "hubspot-api-client": "HubSpot", "slack-sdk": "Slack"}


@dataclass(frozen=True)
class Commit:
    """What was tested. ``changed``: the tree held changes that no commit has. ``id`` None: not under git."""

    id: str | None
    changed: bool = False

    def __str__(self) -> str:
        if self.id is None:
            return "not known (no git here)"
        return f"{self.id} with uncommitted changes" if self.changed else self.id


def commit(root: Path = ROOT) -> Commit:
    """The commit that is checked out."""
    try:
        found = subprocess.run(["git", "-C", root, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True)
        if found.returncode:
            return Commit(None)
        changed = subprocess.run(["git", "-C", root, "status", "--porcelain"], capture_output=True, text=True)
    except FileNotFoundError:
        return Commit(None)
    return Commit(found.stdout.strip(), bool(changed.stdout.strip()))


def versions() -> dict[str, str]:
    """What takes part, by name."""
    choice = journal_choice()
    journal = f"journal mode {choice.journal_mode}, synchronous {choice.synchronous}: {choice.why}"
    return {
        "Handoff": _version("handoff"),
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "SQLite": f"{driver().sqlite_version} ({'Python' if driver() is sqlite3 else BUNDLED}); {journal}",
        **{f"{vendor}'s SDK": f"{package} {_version(package)}" for package, vendor in _SDKS.items()},
    }


def postgres_version() -> str:
    """The version of the PostgreSQL that the tests start: the newest whose binaries are here."""
    if os.environ.get("HANDOFF_TEST_POSTGRES_URL"):
        return "the server that HANDOFF_TEST_POSTGRES_URL names"
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if not binaries:
        return "not installed"
    told = subprocess.run([binaries[-1], "--version"], capture_output=True, text=True, check=True).stdout
    return told.removeprefix("postgres (PostgreSQL)").strip()


def machine() -> dict[str, str]:
    """Processor, memory and system."""
    processor = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), None)
    system = next(
        (line.partition("=")[2].strip('"') for line in _lines("/etc/os-release") if line.startswith("PRETTY_NAME=")),
        platform.system(),
    )
    return {
        "Processor": f"{processor}, {os.cpu_count()} cores",
        "Memory": "not known" if memory is None else f"{memory / 1024**2:.1f} GiB",
        "System": f"{system}, kernel {platform.release()}",
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
