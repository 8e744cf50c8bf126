"""Names and the one question that a scheduled run asks first; the standard library only.

``handoff sync`` with nothing due must not pay for importing a database toolkit, so the question whether anything
is due is asked here with the SQLite module itself.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from handoff_core.ledger.sqlite import driver

if TYPE_CHECKING:
    import sqlite3

SCHEMA_VERSION = 8
CONFIG_DIGEST = "config_digest"
"""Row of ``meta``, one per business (``config_digest:<business>``): digest of the configuration that last loaded."""

SCRUB_DUE = "scrub"
"""Row of ``meta``: something was erased, and the database's files are still to be rid of its bytes."""
CLOCK_MARK = "clock"
"""Row of ``meta``: the latest time at which a run began, in seconds since the epoch."""
SET_BACK_TOLERANCE = 60.0
"""Seconds by which a clock may fall behind that mark before it counts as set back: clocks are corrected a little."""


class State(StrEnum):
    """Where a delivery stands; of its records, the worst counts."""

    PENDING = "pending"
    """Something is to be written, now or at its due time."""
    SENDING = "sending"
    """Claimed by a worker under a lease; its due time is the end of the lease."""
    RETRYING = "retrying"
    """The vendor could not be reached or asked to wait; due later."""
    UNKNOWN = "unknown"
    """The vendor may or may not have the record; a keyed look-up will tell."""
    PARKED = "parked"
    """The account is stopped (token refused, daily limit); the clock stands still."""
    DELIVERED = "delivered"
    """Every record holds the newest revision."""
    DEAD = "dead"
    """Given up or refused: a person looks."""
    DROPPED = "dropped"
    """A person decided that it is not to be delivered."""
    ERASED = "erased"
    """Erased; nothing is ever made anew."""


LONG_WAIT = 3_600.0
"""Seconds from which on a wait that a vendor asked for is told to people."""

ERASING = "erasing"
"""State of a record that is still to be erased at its vendor."""
KEPT = "kept"
"""State of a record whose packet retention erased: it stays at its vendor, until somebody forgets the packet."""

PRIORITIES = (0, 1, 2)
"""0 critical or a change of urgency or owner, 1 a first record, 2 all that comes after it."""
ACTIVE = (State.PENDING, State.SENDING, State.RETRYING, State.UNKNOWN)
"""States in which a due time means something."""


def needs_a_look(column: str = "state") -> str:
    """That a person may have to look at a delivery, as SQL: in the words of its index."""
    return f"{column} IN ('{State.DEAD.value}', '{State.PARKED.value}')"


def is_parked(column: str = "state") -> str:
    """That a delivery is parked, as SQL: with the words of the index that holds it."""
    return f"{needs_a_look(column)} AND {column} = '{State.PARKED.value}'"


def is_open(table: str = "") -> str:
    """That a packet is open, as SQL: in the words of its index, since SQLAlchemy's own are others on SQLite.

    The bound holds of every packet. Without it SQLite finds an index of all packets as good: that one begins with the
    business too.
    """
    return f"NOT {table}closed AND {table}updated_at >= 0"


def is_active(column: str = "state") -> str:
    """That a delivery is active, as SQL: written out as its index has it, or the database would not use the index.

    Not IN with a list: for that SQLite makes a table of its own whenever a row is written.
    """
    return "(" + " OR ".join(f"{column} = '{state.value}'" for state in ACTIVE) + ")"


WORST_FIRST = (
    State.DEAD,
    State.PARKED,
    State.UNKNOWN,
    State.RETRYING,
    State.SENDING,
    State.PENDING,
    State.DROPPED,
    State.ERASED,
    State.DELIVERED,
)


def config_digest(config: bytes, env_file: bytes) -> str:
    """The digest under which a configuration that loaded is remembered."""
    return hashlib.sha256(len(config).to_bytes(8, "big") + config + env_file).hexdigest()


def open_read_only(path: Path) -> sqlite3.Connection:
    """A plain connection that cannot write. ``driver().Error`` when there is no such database.

    It is the ledger's own SQLite: two libraries that open one file in one process drop each other's locks.
    """
    connection: sqlite3.Connection = driver().connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5.0)
    return connection


def nothing_due(connection: sqlite3.Connection, business: str, now: float) -> bool:
    """True when this business has nothing to deliver or erase now, nobody who had to acknowledge by now, no parked
    account to probe, and nothing to scrub.
    """
    due = connection.execute(
        f"SELECT 1 FROM deliveries WHERE business = ? AND {is_active()} AND due_at <= ? LIMIT 1",
        (business, now),
    ).fetchone()
    if due is not None:
        return False
    waited = connection.execute(
        "SELECT 1 FROM packets WHERE business = ? AND acknowledge_at <= ? LIMIT 1", (business, now)
    ).fetchone()
    if waited is not None:
        return False
    parked = connection.execute(
        f"SELECT 1 FROM deliveries WHERE business = ? AND {is_parked()} LIMIT 1", (business,)
    ).fetchone()
    scrub = connection.execute("SELECT 1 FROM meta WHERE name = ?", (SCRUB_DUE,)).fetchone()
    return parked is None and scrub is None and not _was_set_back(connection, business, now)


def waits_long(connection: sqlite3.Connection, now: float) -> bool:
    """Whether a vendor asked for a wait that people are told of."""
    row = connection.execute("SELECT 1 FROM buckets WHERE parked_until > ? LIMIT 1", (now + LONG_WAIT,)).fetchone()
    return row is not None


def _was_set_back(connection: sqlite3.Connection, business: str, now: float) -> bool:
    """Whether what is due lies in the future only because the clock has gone back (``ledger/set_back.py``)."""
    mark = connection.execute("SELECT value FROM meta WHERE name = ?", (CLOCK_MARK,)).fetchone()
    taken = connection.execute(
        f"SELECT max(updated_at) FROM packets WHERE business = ? AND {is_open()}", (business,)
    ).fetchone()
    latest = max(float(mark[0]) if mark else 0.0, taken[0] or 0.0)
    return now <= latest - SET_BACK_TOLERANCE


def remembered_config(connection: sqlite3.Connection, business: str) -> str | None:
    """The digest of the configuration that last loaded for this business, if the schema is today's."""
    rows = dict(
        connection.execute(
            "SELECT name, value FROM meta WHERE name IN ('schema_version', ?)", (f"{CONFIG_DIGEST}:{business}",)
        ).fetchall()
    )
    return rows.get(f"{CONFIG_DIGEST}:{business}") if rows.get("schema_version") == str(SCHEMA_VERSION) else None
