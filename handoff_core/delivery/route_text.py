"""A route as the ledger keeps it: JSON, so that every worker shows the same owner and the same reason."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any

from handoff_core.connector import Finding
from handoff_core.routing import AcknowledgeIn

_FINDING = tuple(one.name for one in fields(Finding))


@dataclass(frozen=True, slots=True)
class Taken:
    """Who acknowledged a packet, when, with which revision and through what (``command``, or a destination)."""

    by: str | None
    """An owner's id; None for a person whom the configuration does not know."""
    name: str
    at: float
    revision: int
    via: str


@dataclass(frozen=True, slots=True)
class Lapsed:
    """That an owner did not acknowledge in time, told by which revision. ``last``: nobody is left to ask next."""

    text: str
    revision: int
    last: bool


@dataclass(frozen=True, slots=True)
class StoredRoute:
    """Who owns a revision and why. ``routed_owner_id`` is who gets it once a held packet is released."""

    owner_id: str
    why: str
    destinations: tuple[str, ...]
    rule: str | None = None
    chain: tuple[str, ...] = ()
    acknowledge_within: float | None = None
    routed_owner_id: str | None = None
    routed_why: str | None = None
    acknowledge_in: str = AcknowledgeIn.CLOCK.value
    asked_at: float | None = None
    """When the first owner of the chain as it is now was asked; None where nobody was, or an older version did."""
    taken: Taken | None = None
    lapsed: Lapsed | None = None

    def to_text(self) -> str:
        """JSON."""
        values = {name: getattr(self, name) for name in _ROUTE}
        for name in ("taken", "lapsed"):
            values[name] = None if values[name] is None else asdict(values[name])
        return json.dumps(values, ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> StoredRoute:
        """The route that ``to_text`` wrote."""
        return _route_from(text)


_ROUTE = tuple(one.name for one in fields(StoredRoute))


@lru_cache(maxsize=256)
def _route_from(text: str) -> StoredRoute:
    values = json.loads(text)
    nested: dict[str, Any] = {"destinations": tuple(values["destinations"]), "chain": tuple(values.get("chain", ()))}
    if values.get("taken"):
        nested["taken"] = Taken(**values["taken"])
    if values.get("lapsed"):
        nested["lapsed"] = Lapsed(**values["lapsed"])
    return StoredRoute(**values | nested)


def findings_to_text(findings: tuple[Finding, ...]) -> str:
    """JSON."""
    return json.dumps([{name: getattr(one, name) for name in _FINDING} for one in findings], ensure_ascii=False)


@lru_cache(maxsize=256)
def findings_from_text(text: str) -> tuple[Finding, ...]:
    """The findings that ``findings_to_text`` wrote."""
    return tuple(Finding(**values) for values in json.loads(text))
