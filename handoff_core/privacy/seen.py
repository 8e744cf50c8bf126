"""Which fields of a packet a destination was shown: names, never values."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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


def fields_in(packet: Packet, body: Mapping[str, Any], sent: Collection[str] | None = None) -> tuple[str, ...]:
    """Those of ``fields_of`` whose value stands in the body of a record that holds only some of them (a contact).

    ``sent``: names of the body's fields that were written, on whichever level; None = all of them. What holds a value
    in another form (a number with its country code, first and last name apart) counts as holding it.
    """
    written = tuple(_leaves(body, sent))
    leaves = [leaf for leaf in map(_plain, written) if leaf]
    not_addresses = [_plain(one) for one in written if "@" not in one and _plain(one)]
    customer = packet.customer
    # A promise to "Maria" is not in a contact because her name is.
    own = {_plain(word) for text in _leaves(customer, None) for word in (text, *text.split())}
    names = []
    for name in fields_of(packet):
        besides = frozenset() if name.startswith("customer.") else frozenset(own)
        # "maria@lindqvist.example" is no name.
        among = not_addresses if name == "customer.name" else leaves
        if _stands_in(name, _value_of(packet, name), among, besides):
            names.append(name)
    return tuple(names)


def _stands_in(name: str, value: Any, leaves: Sequence[str], besides: frozenset[str]) -> bool:
    if name == "customer.phone":
        number = "".join(one for one in str(value) if one.isdigit())[-_SAME_NUMBER:]
        return bool(number) and any(number in leaf for leaf in leaves)
    if name == "customer.name":
        whole, words = _plain(str(value)), {_plain(word) for word in str(value).split()}
        return any(leaf in words or whole in leaf or (" " in str(value) and whole.endswith(leaf)) for leaf in leaves)
    texts = [plain for text in _leaves(value, None) if (plain := _plain(text))]
    shortest = _SHORTEST if not name.startswith("customer.") else 1
    return any(
        text == leaf or (len(text) >= _SHORTEST and text in leaf) or (len(leaf) >= _CUT and text.startswith(leaf))
        for text in texts
        if len(text) >= shortest and text not in besides
        for leaf in leaves
    )


def _value_of(packet: Packet, name: str) -> Any:
    group, _, inner = name.partition(".")
    if group == "facts" and inner:
        return tuple(fact.words for fact in packet.facts if fact.name == inner)
    value = getattr(packet, group)
    return getattr(value, inner) if inner else value


def _leaves(value: Any, sent: Collection[str] | None) -> Iterator[str]:
    """Every text and number of a value; of a mapping only what stands under a name of ``sent``."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(one, None if sent is None or key in sent else sent)
    elif isinstance(value, Part):
        for name in type(value).model_fields:
            yield from _leaves(getattr(value, name), sent)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _leaves(one, sent)
    elif value is not None and sent is None:
        yield str(value)


def _plain(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


_SAME_NUMBER: Final = 7
"""Last digits by which a telephone number is known again, with and without its country code."""
_SHORTEST: Final = 4
"""Letters and digits of a value that counts as part of a longer text; a shorter one stands in many by chance."""
_CUT: Final = 20
"""Letters and digits of a text that counts as the beginning of a value that had to be cut."""


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
