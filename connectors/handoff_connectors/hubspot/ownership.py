"""Which properties of a record are ours to write: those that still hold what we last wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

Ours = Callable[[str, str], bool]
"""Whether a property (name, its value now) holds what Handoff wrote."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write: ``patch`` by property name, ``""`` clears. ``kept``: properties that a person changed.

    ``ours``: every property that is ours once the patch is applied.
    """

    patch: Mapping[str, str]
    kept: tuple[str, ...]
    ours: frozenset[str]


@dataclass(frozen=True, slots=True)
class Policy:
    """How to treat what people may write too.

    ``fill_empty``: an empty property is free even when we had filled it before (contacts: people delete nothing there
    to make a point; on notes and tasks an owner that a person took off stays off). ``lasting``: never cleared.
    ``together``: groups that are written as a whole or not at all, such as the two parts of a name.
    """

    fill_empty: bool
    lasting: frozenset[str] = frozenset()
    together: tuple[frozenset[str], ...] = ()


def plan_of(
    current: Mapping[str, str], wanted: Mapping[str, str], seen: Mapping[str, str], ours: Ours, policy: Policy
) -> Plan:
    """Compare what the record holds with what it shall hold. All values are text; ``""`` is no value."""
    closed = _closed(current, wanted, seen, ours, policy)
    patch: dict[str, str] = {}
    kept: list[str] = []
    owned: set[str] = set()
    for name, value in wanted.items():
        now = current.get(name, "")
        if name in closed:
            kept.append(name)
        elif now == value:
            if name in seen or ours(name, now):
                owned.add(name)
        else:
            patch[name] = value
            owned.add(name)
    for name in seen:
        if name in wanted or not ours(name, current.get(name, "")):
            continue
        if name in policy.lasting:
            owned.add(name)
        elif current.get(name, ""):
            patch[name] = ""
    return Plan(patch, tuple(kept), frozenset(owned))


def _closed(
    current: Mapping[str, str], wanted: Mapping[str, str], seen: Mapping[str, str], ours: Ours, policy: Policy
) -> Set[str]:
    closed = {name for name, value in wanted.items() if not _free(name, value, current, seen, ours, policy)}
    for group in policy.together:
        if group & closed or any(
            current.get(name, "") and not ours(name, current[name]) for name in group if name not in wanted
        ):
            closed |= {name for name in group if name in wanted and current.get(name, "") != wanted[name]}
    return closed


def _free(
    name: str, value: str, current: Mapping[str, str], seen: Mapping[str, str], ours: Ours, policy: Policy
) -> bool:
    now = current.get(name, "")
    if now == value or ours(name, now):
        return True
    return not now and (policy.fill_empty or not seen.get(name))
