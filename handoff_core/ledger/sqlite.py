"""How SQLite is set up for a ledger: which library, journal mode by its version, explicit durability."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

_FIXED_IN = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""Versions that carry the fix of the WAL-reset bug (sqlite.org/wal.html); each later patch of the same line too."""
BUNDLED = "pysqlite3"
"""A package with a SQLite of its own, of the same interface as Python's module."""


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


@cache
def driver() -> ModuleType:
    """Python's sqlite3, or pysqlite3 where it is installed and has a SQLite in which WAL is safe and Python's has not.

    Most systems still come with a SQLite in which it is not, and a commit to the rollback journal takes four times
    as long as one to the WAL.
    """
    if wal_is_safe(sqlite3.sqlite_version_info):
        return sqlite3
    try:
        bundled = import_module(f"{BUNDLED}.dbapi2")
    except ImportError:
        return sqlite3
    return bundled if wal_is_safe(bundled.sqlite_version_info) else sqlite3


def journal_choice(version: tuple[int, int, int] | None = None) -> JournalChoice:
    """WAL where it is safe, else the rollback journal; both sync at every commit. Default: the version in use."""
    version = version or driver().sqlite_version_info
    text = ".".join(map(str, version))
    if wal_is_safe(version):
        return JournalChoice("wal", "FULL", f"SQLite {text} carries the fix of the WAL-reset bug")
    return JournalChoice(
        "delete", "EXTRA", f"SQLite {text} can lose commits in a WAL file that two processes checkpoint at once"
    )
