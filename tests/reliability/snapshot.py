"""The whole state of the stand-ins, kept and put back, so that many cases can begin at the same moment."""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from handoff_connectors.sandbox.server import Sandbox

_PACKAGE = "handoff_connectors.sandbox."


@dataclass(frozen=True)
class Snapshot:
    """What every vendor held at a moment, pickled: what never changes and what others hold on to is named only."""

    kept: bytes

    @property
    def digest(self) -> str:
        """The same for the same state."""
        return hashlib.sha256(self.kept).hexdigest()


def take(sandbox: Sandbox) -> Snapshot:
    """Keep the state; no request may be under way."""
    holders = list(_holders(sandbox))
    numbers = {id(one): number for number, one in enumerate(holders)}
    out = io.BytesIO()
    pickler = pickle.Pickler(out, protocol=pickle.HIGHEST_PROTOCOL)
    pickler.persistent_id = lambda one: numbers.get(id(one))  # type: ignore[method-assign]
    pickler.dump([_state(one) for one in holders])
    return Snapshot(out.getvalue())


def put_back(sandbox: Sandbox, snapshot: Snapshot) -> None:
    """Make the state what it was: records, limits and idempotency keys; no faults, an empty request log."""
    holders = list(_holders(sandbox))
    unpickler = pickle.Unpickler(io.BytesIO(snapshot.kept))
    unpickler.persistent_load = lambda number: holders[number]  # type: ignore[method-assign]
    for one, state in zip(holders, unpickler.load(), strict=True):
        one.__dict__.update(state)
    sandbox.faults.clear()
    sandbox.log.clear()


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
