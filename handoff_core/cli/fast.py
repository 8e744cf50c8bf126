"""The first question of a scheduled run, "is anything to be done?", on the standard library alone.

Whatever is not certain (another option, a changed configuration, a file in the inbox, PostgreSQL, an error) is
left to the whole program, which answers every case and every error. So nothing here prints an error.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from handoff_core.config.source import digest_of, is_folder, read_env, read_source
from handoff_core.errors import ConfigError
from handoff_core.inbox.names import candidates
from handoff_core.ledger.names import nothing_due, open_read_only, remembered_config, waits_long
from handoff_core.ledger.sqlite import driver

if TYPE_CHECKING:
    import sqlite3

_SQLITE = "sqlite:///"
_STATES = ("retrying", "unknown", "parked", "dead")


def nothing_to_sync(arguments: Sequence[str], environ: Mapping[str, str]) -> int | None:
    """Print the result and return 0 when no business of this ``sync`` has anything to do; None = run the program."""
    asked = _plain_sync(arguments)
    if asked is None:
        return None
    configs, as_json = asked
    found = [_idle(path, time.monotonic()) for path in _files(configs, environ)]
    idle = [one for one in found if one is not None]
    if not idle or len(idle) < len(found) or len({one["business"] for one in idle}) < len(idle):
        return None
    for one in idle:
        print(_json(one) if as_json else _line(one))
    return 0


def _json(one: Mapping[str, object]) -> str:
    # Costs as much time as all the rest of this file, and a timer's job does not ask for it.
    import json

    return json.dumps(one)


def _line(one: Mapping[str, object]) -> str:
    """The same in words."""
    rest = [f"{one[state]} {state}" for state in ("waiting", *_STATES, "held") if one[state]]
    return f"{one['business']}: nothing due" + (f" ({', '.join(rest)})" if rest else "")


def _plain_sync(arguments: Sequence[str]) -> tuple[list[str], bool] | None:
    """The ``--config`` values and ``--json`` of a ``sync`` without further options; None for anything else."""
    configs: list[str] = []
    commands: list[str] = []
    as_json = False
    rest = iter(arguments)
    for argument in rest:
        if argument == "--config":
            configs.append(next(rest, ""))
        elif argument.startswith("--config="):
            configs.append(argument.removeprefix("--config="))
        elif argument == "--json":
            as_json = True
        elif argument == "--time-budget":
            # The whole program judges the value; with nothing due it changes nothing as long as it is well formed.
            if not _is_duration(next(rest, "")):
                return None
        else:
            commands.append(argument)
    if commands != ["sync"] or "" in configs:
        return None
    return configs, as_json


def _is_duration(text: str) -> bool:
    """Whether ``text`` is a plain duration such as ``50s``; other spellings are judged by the whole program."""
    number, unit = text[:-1], text[-1:]
    return len(text) < 8 and number.isascii() and number.isdigit() and int(number) > 0 and unit in ("s", "m", "h")


def _files(configs: Sequence[str], environ: Mapping[str, str]) -> list[Path]:
    """The configuration files, folders opened up; empty in any doubt."""
    named = list(configs) or [environ.get("HANDOFF_CONFIG") or "handoff.toml"]
    files: list[Path] = []
    for name in named:
        path = Path(name)
        if is_folder(path):
            files += sorted(one for one in path.glob("*.toml") if not one.name.startswith("."))
        else:
            files.append(path)
    return files


def _idle(path: Path, started: float) -> dict[str, object] | None:
    """What ``--json`` prints for a business with nothing to do; None when it may have something to do."""
    try:
        source = read_source(path)
        settings = source.document
        business = _text(settings, "business", "id", None)
        url = _text(settings, "store", "url", "sqlite:///handoff.db")
        if business is None or url is None or not url.startswith(_SQLITE):
            return None
        if "inbox" in settings:
            inbox = _text(settings, "inbox", "path", "inbox")
            if inbox is None or candidates(source.beside(inbox)):
                return None
        with closing(open_read_only(source.beside(url.removeprefix(_SQLITE)))) as connection:
            # One transaction, so that the counts belong to the moment of the answer.
            connection.execute("BEGIN")
            if remembered_config(connection, business) != digest_of(source, read_env(source)):
                return None
            now = time.time()
            if not nothing_due(connection, business, now) or waits_long(connection, now):
                return None
            states, held = _counts(connection, business)
    except (ConfigError, OSError, ValueError, driver().Error):
        return None
    return {
        "business": business,
        "taken": 0,
        "refused": 0,
        "delivered": 0,
        "waiting": states.get("pending", 0) + states.get("sending", 0),
        **{state: states.get(state, 0) for state in _STATES},
        "held": held,
        "outcomes": 0,
        "escalated": 0,
        "unanswered": 0,
        "asked_to_wait": [],
        "exit": 0,
        "seconds": round(time.monotonic() - started, 3),
    }


def _counts(connection: sqlite3.Connection, business: str) -> tuple[dict[str, int], int]:
    states: dict[str, int] = {}
    # Two questions, because each is answered by a partial index of its own.
    for condition in ("state IN ('pending', 'sending', 'retrying', 'unknown')", "state IN ('dead', 'parked')"):
        states |= dict(
            connection.execute(
                f"SELECT state, count(*) FROM deliveries WHERE business = ? AND {condition} GROUP BY state", (business,)
            ).fetchall()
        )
    held = connection.execute(
        "SELECT count(*) FROM packets WHERE business = ? AND held AND NOT closed", (business,)
    ).fetchone()
    return states, int(held[0])


def _text(settings: Mapping[str, object], table: str, key: str, default: str | None) -> str | None:
    found = settings.get(table, {})
    value = found.get(key, default) if isinstance(found, dict) else None
    return value if isinstance(value, str) and value and "\0" not in value else None
