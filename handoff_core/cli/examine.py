"""What ``doctor`` looks at, one verdict a subject."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path

from handoff_core.cli.examine_ledger import examine_sqlite, sqlite_verdict
from handoff_core.cli.verdict import Verdict, rights_verdict
from handoff_core.config import Config
from handoff_core.connector import CONNECTORS
from handoff_core.ledger.sqlite import journal_choice

_PACKAGES = (
    "handoff",
    "click",
    "pydantic",
    "python-dotenv",
    "requests",
    "rich",
    "sqlalchemy",
    "tree-sitter",
    "urllib3",
)
_EXTRAS = {
    "zenpy": "zendesk",
    "hubspot-api-client": "hubspot",
    "slack-sdk": "slack",
    "psycopg": "postgres",
    "starlette": "sandbox",
    "uvicorn": "sandbox",
}
_OLDEST_YEAR = 2026  # this program was written then: an earlier clock is certainly wrong
_LATEST_YEAR = 2100
_CLOCK_LOOK = 0.05  # seconds over which the two clocks are compared
_CLOCK_DRIFT = 0.5  # seconds by which they may differ in that time

_CONNECT = 5  # seconds that a database server may take to answer


def examine_machine() -> Iterator[Verdict]:
    """Packages, Python, SQLite, the clock."""
    yield _python()
    for name in _PACKAGES:
        yield Verdict(name, None, _version(name) or "not found")
    for name, extra in _EXTRAS.items():
        found = _version(name)
        yield Verdict(name, None, found or f"not installed; pip install 'handoff[{extra}]' brings it")
    names = sorted({entry.name for entry in entry_points(group=CONNECTORS)})
    yield Verdict("connectors", bool(names), ", ".join(names) or "none", "" if names else "Reinstall Handoff.")
    yield sqlite_verdict(journal_choice())
    yield clock_verdict(*_clock_readings())


def clock_verdict(started: float, ended: float, passed: float) -> Verdict:
    """``started`` and ``ended`` are epoch seconds, ``passed`` what the monotonic clock measured between them."""
    year = time.gmtime(started).tm_year
    if not _OLDEST_YEAR <= year <= _LATEST_YEAR:
        return Verdict("clock", False, f"it says the year {year}", "Set the clock, and let NTP keep it.")
    if abs((ended - started) - passed) > _CLOCK_DRIFT:
        return Verdict(
            "clock", False, "it jumped while it was watched", "See that only one program (NTP) sets the clock."
        )
    return Verdict("clock", True, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)))


def examine_business(config: Config) -> Iterator[Verdict]:
    """The configuration file, its ledger, inbox and outboxes, and whether an idle run is answered quickly."""
    name = config.business.id
    yield Verdict(f"{name}: configuration", True, str(config.path))
    for warning in config.warnings:
        yield Verdict(f"{name}: warning", None, str(warning))
    if config.sqlite_path is None:
        yield _examine_postgresql(name, config.store_url)
    elif not config.sqlite_path.exists():
        yield Verdict(f"{name}: ledger", None, f"{config.sqlite_path} is not there yet; the first run makes it")
    else:
        yield from examine_sqlite(config, config.sqlite_path)
    outboxes = [(folder, f"outbox of {agent}") for agent, folder in config.outbox_folders.items()]
    for path, what in ((config.inbox_path, "inbox"), (_env_file(config), "file of secrets"), *outboxes):
        if path is not None and path.exists():
            yield rights_verdict(f"{name}: {what}", path)


def _examine_postgresql(name: str, url: str) -> Verdict:
    """Whether the server answers, and its version. Nothing is made there: the first run makes the tables."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    subject = f"{name}: ledger"
    try:
        engine = create_engine(
            url.replace("postgresql://", "postgresql+psycopg://", 1), connect_args={"connect_timeout": _CONNECT}
        )
    except ImportError:
        return Verdict(
            subject, False, "PostgreSQL, but psycopg is not installed", "Run: pip install 'handoff[postgres]'"
        )
    try:
        with engine.connect() as connection:
            server = str(connection.execute(text("SHOW server_version")).scalar_one())
    except SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", error)).split())
        return Verdict(
            subject,
            False,
            f"PostgreSQL cannot be reached: {reason}",
            "Check that it runs, that store.url names it, and that it lets this user in (PGPASSWORD or a pgpass file).",
        )
    finally:
        engine.dispose()
    return Verdict(subject, True, f"PostgreSQL {server}, reachable")


def _env_file(config: Config) -> Path | None:
    from handoff_core.config.source import env_path

    return env_path(config.source)


def _python() -> Verdict:
    return Verdict("Python", True, f"{platform.python_version()} ({platform.python_implementation()}, {sys.platform})")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _clock_readings() -> tuple[float, float, float]:
    started, from_ = time.time(), time.monotonic()
    time.sleep(_CLOCK_LOOK)
    return started, time.time(), time.monotonic() - from_
