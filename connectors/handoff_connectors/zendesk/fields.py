"""A ticket's own fields: as the payload wants them, as Zendesk holds them, and whose value it is that stands there.

Fields are named as in Zendesk's JSON, custom fields ``field 360001``, so that ``seen`` and ``kept`` read well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

STANDARD: Final = ("subject", "priority", "type", "due_at", "group_id", "assignee_id")
"""What is written anew on later revisions. Never status, requester, form, brand or external_id."""
CLEARED: Final = frozenset({"due_at", "assignee_id"})
"""Standard fields that are emptied when the packet no longer has a value and ours still stands there."""

_CUSTOM: Final = re.compile(r"field (\d+)")


@dataclass(frozen=True, slots=True)
class Change:
    """What to write, and what a person's value is left in."""

    fields: Mapping[str, Any]
    kept: tuple[str, ...]


def wanted_fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """The payload's own fields by name."""
    fields = {name: body[name] for name in STANDARD if name in body}
    fields |= {custom_name(entry["id"]): entry["value"] for entry in body.get("custom_fields") or ()}
    return fields


def held_fields(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """The same fields as Zendesk shows them; a field that is not shown is absent."""
    fields = {name: ticket[name] for name in STANDARD if name in ticket}
    for entry in ticket.get("custom_fields") or ():
        if isinstance(entry, Mapping) and "id" in entry:
            fields[custom_name(entry["id"])] = entry.get("value")
    return fields


def custom_name(field_id: Any) -> str:
    """``field 360001``."""
    return f"field {field_id}"


def seen_fields(wanted: Mapping[str, Any], ticket: Mapping[str, Any]) -> dict[str, Any]:
    """Our own fields as Zendesk holds them now; what its answer does not show counts as what we sent."""
    held = held_fields(ticket)
    return {name: held.get(name, value) for name, value in wanted.items()}


def change_of(
    wanted: Mapping[str, Any],
    held: Mapping[str, Any],
    seen: Mapping[str, Any],
    tried: Mapping[str, Sequence[Any]],
    *,
    adopted: bool,
) -> Change:
    """What to write so that our own fields hold what is wanted, and nothing that a person set is lost.

    ``seen``: what stood there after our last write. ``tried``: what writes whose answers were lost may
    have left.
    ``adopted``: nothing is known of our last write, so every field that differs is written.
    """
    missing = {
        name: None for name in seen if name not in wanted and (name in CLEARED or _CUSTOM.fullmatch(name) is not None)
    }
    fields: dict[str, Any] = {}
    kept: list[str] = []
    for name, value in {**wanted, **missing}.items():
        if same(held.get(name), value):
            continue
        if adopted or _is_ours(name, held, seen, tried):
            fields[name] = value
        else:
            kept.append(name)
    return Change(fields, tuple(kept))


def _is_ours(name: str, held: Mapping[str, Any], seen: Mapping[str, Any], tried: Mapping[str, Sequence[Any]]) -> bool:
    """Whether what stands there is what we wrote last, or nothing."""
    if name == "group_id":
        # Zendesk fills the group itself when somebody is assigned, and takes the assignee away with another group:
        # the group is ours as long as no person has assigned somebody.
        if not _stands("assignee_id", held, seen, tried) and not is_empty(held.get("assignee_id")):
            return False
        if name not in seen and "assignee_id" in seen:
            return True
    return _stands(name, held, seen, tried) or (name not in seen and is_empty(held.get(name)))


def _stands(name: str, held: Mapping[str, Any], seen: Mapping[str, Any], tried: Mapping[str, Sequence[Any]]) -> bool:
    now = held.get(name)
    return (name in seen and same(now, seen[name])) or any(same(now, one) for one in tried.get(name, ()))


def body_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields by name as Zendesk's JSON; custom fields as a list with only these."""
    body: dict[str, Any] = {}
    custom: list[dict[str, Any]] = []
    for name, value in fields.items():
        match = _CUSTOM.fullmatch(name)
        if match:
            custom.append({"id": int(match[1]), "value": value})
        else:
            body[name] = value
    if custom:
        body["custom_fields"] = custom
    return body


def same(one: Any, other: Any) -> bool:
    """Whether two values are one to Zendesk: white space at the ends, spelling of times, numbers, empty values."""
    if is_empty(one) or is_empty(other):
        return is_empty(one) and is_empty(other)
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return bool(_plain(one) == _plain(other))


def is_empty(value: Any) -> bool:
    """Whether a field counts as not filled; an unticked checkbox does."""
    return value is None or value is False or value == "" or value == []


def normal(value: Any) -> str:
    """A value as text, the same for all spellings that are one to Zendesk."""
    return "\n".join(sorted(map(str, value))) if isinstance(value, list) else str(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return float(value)
    text = str(value).replace("\r\n", "\n").strip()
    if len(text) <= 40:
        try:
            return float(text)
        except ValueError:
            pass
        if "T" in text:
            try:
                return datetime.fromisoformat(text).timestamp()
            except ValueError:
                pass
    return "\n".join(line.rstrip() for line in text.split("\n"))
