"""How SQLite is set up for a ledger: journal mode by version, explicit durability."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

_FIXED_IN = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""Versions that carry the fix of the WAL-reset bug (sqlite.org/wal.html); each later patch of the same line too."""


@dataclass(frozen=True, slots=True)
class JournalChoice:
    """The journal mode and durability level for one SQLite version, and why in a sentence."""

    journal_mode: str
    synchronous: str
    why: str


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether two processes may checkpoint one WAL file at once without losing commits."""
    if version >= _FIXED_IN[0]:
        return True
    return any(version[:2] == fixed[:2] and version >= fixed for fixed in _FIXED_IN[1:])


def journal_choice(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> JournalChoice:
    """WAL where it is safe, else the rollback journal; both sync at every commit."""
    text = ".".join(map(str, version))
    if wal_is_safe(version):
        return JournalChoice("wal", "FULL", f"SQLite {text} carries the fix of the WAL-reset bug")
    return JournalChoice(
        "delete", "EXTRA", f"SQLite {text} can lose commits in a WAL file that two processes checkpoint at once"
    )
