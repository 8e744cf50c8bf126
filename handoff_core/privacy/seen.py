"""Which fields of a packet a destination was shown: names, never values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final

from handoff_core.packet import Packet
from handoff_core.packet.scalars import Part
from handoff_core.privacy.tokens import is_withheld

SHOWN: Final = "packet."
"""What a packet's field begins with in the audit trail, beside the names of the vendor's own fields."""
_GROUPS: Final = frozenset({"customer", "details", "privacy"})
"""Groups whose fields are named one by one; of any other group the name alone."""
_NOT_TOLD: Final = frozenset({"schema_", "id", "revision", "made_at"})


def fields_of(packet: Packet) -> tuple[str, ...]:
    """``customer.email``, ``facts.order_id``, ``transcript`` …: every field with a value that is not withheld."""
    return tuple(sorted({name for field in type(packet).model_fields for name in _fields(packet, field)}))


def _fields(packet: Packet, name: str) -> Iterator[str]:
    value = getattr(packet, name)
    if name in _NOT_TOLD or not _holds(value):
        return
    if name == "facts":
        yield from (f"facts.{fact.name}" for fact in packet.facts if _holds(fact.value))
    elif name in _GROUPS:
        for inner in type(value).model_fields:
            if _holds(getattr(value, inner)):
                yield f"{name}.{inner}"
    else:
        yield name


def _holds(value: Any) -> bool:
    if value is None:
        return False
    if isinstance(value, str) and not isinstance(value, Enum):
        return bool(value.strip()) and not is_withheld(value)
    if isinstance(value, tuple):
        return any(_holds(one) for one in value)
    if isinstance(value, Mapping):
        return any(_holds(one) for one in value.values())
    if isinstance(value, Part):
        return any(_holds(getattr(value, name)) for name in type(value).model_fields)
    return True
