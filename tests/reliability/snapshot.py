"""The whole state of the stand-ins, kept and put back, so that many cases can begin at the same moment."""

from __future__ import annotations

import copy
import hashlib
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from handoff_connectors.sandbox.server import Sandbox

_PACKAGE = "handoff_connectors.sandbox."
Kept = dict[int, dict[str, Any]]


@dataclass(frozen=True)
class Snapshot:
    """What every vendor held at a moment."""

    kept: Kept

    @property
    def digest(self) -> str:
        """The same for the same state."""
        return hashlib.sha256(pickle.dumps([*self.kept.values()])).hexdigest()


def take(sandbox: Sandbox) -> Snapshot:
    """Keep the state; no request may be under way."""
    return Snapshot(_copied(sandbox, {id(one): _state(one) for one in _holders(sandbox)}))


def put_back(sandbox: Sandbox, snapshot: Snapshot) -> None:
    """Make the state what it was: records, limits and idempotency keys; no faults, an empty request log."""
    fresh = _copied(sandbox, snapshot.kept)
    for one in _holders(sandbox):
        one.__dict__.update(fresh[id(one)])
    sandbox.faults.clear()
    sandbox.log.clear()


def _copied(sandbox: Sandbox, kept: Kept) -> Kept:
    """A deep copy in which what never changes, and what others hold on to, stays the same object."""
    memo: dict[int, Any] = {id(one): one for one in _holders(sandbox)}
    return copy.deepcopy(kept, memo)


def _state(holder: object) -> dict[str, Any]:
    return {name: value for name, value in vars(holder).items() if _is_state(value)}


def _is_state(value: object) -> bool:
    if isinstance(value, dict):
        return not any(callable(one) for one in value.values())
    return isinstance(value, str | int | float | list | set | tuple | None)


def _holders(sandbox: Sandbox) -> Iterator[Any]:
    """The vendors, their states, and the parts of those: objects that stay, whose attributes change."""
    found: list[Any] = list(sandbox._vendors)
    for one in found:
        for value in vars(one).values():
            kind = type(value)
            part = kind.__module__.startswith(_PACKAGE) and not kind.__name__.endswith("Switches")
            if part and not hasattr(value, "now") and not any(value is other for other in found):
                found.append(value)
    return iter(found)
