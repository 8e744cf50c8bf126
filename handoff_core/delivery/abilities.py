"""What a connector can do beyond the protocol that all of them implement.

Asked several times a record; ``isinstance`` with a protocol compares every method each time, so the answer is kept.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeGuard

from handoff_core.connector import DoubtsReplay, Erases, FindsOwners, Prepares, Replays, Retires


def prepares(connector: Any) -> TypeGuard[Prepares]:
    """Whether it needs requests before a body is complete."""
    return _has(connector.__class__, Prepares)


def replays(connector: Any) -> TypeGuard[Replays]:
    """Whether its vendor de-duplicates a creation by a key of ours."""
    return _has(connector.__class__, Replays)


def doubts_replay(connector: Any) -> TypeGuard[DoubtsReplay]:
    """Whether its vendor may have forgotten a key."""
    return _has(connector.__class__, DoubtsReplay)


def retires(connector: Any) -> TypeGuard[Retires]:
    """Whether it can take a duplicate out of the way."""
    return _has(connector.__class__, Retires)


def finds_owners(connector: Any) -> TypeGuard[FindsOwners]:
    """Whether it looks owners up by e-mail."""
    return _has(connector.__class__, FindsOwners)


def erases(connector: Any) -> TypeGuard[Erases]:
    """Whether it can erase what it wrote."""
    return _has(connector.__class__, Erases)


@cache
def _has(kind: type, ability: Any) -> bool:
    return issubclass(kind, ability)
