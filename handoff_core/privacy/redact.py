"""A packet as one destination may see it, and in words what was withheld."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, TypeVar

from handoff_core.packet import Consent, Packet
from handoff_core.packet.details import Answer
from handoff_core.packet.enums import Sensitivity
from handoff_core.packet.parts import Customer, Event, Fact, Turn
from handoff_core.packet.scalars import Part
from handoff_core.privacy.consent import without_contact, without_sharing
from handoff_core.privacy.digits import called_phone
from handoff_core.privacy.fields import CLASSES, WITHHOLDABLE
from handoff_core.privacy.find import find
from handoff_core.privacy.kinds import Found, Kind
from handoff_core.privacy.known import KnownValues, names_in
from handoff_core.privacy.national_ids import may_be_named
from handoff_core.privacy.policy import Policy
from handoff_core.privacy.split import Split, find_split
from handoff_core.privacy.tokens import ONE_AND_MANY, Tokens, marker

P = TypeVar("P", bound=Part)

_NEVER_CHANGED: Final = frozenset({"schema_", "id"})
"""The case's own id stands in the keys of its records in every system: with another one they would be lost."""
_AS_IT_IS: Final = frozenset({"to", "owner", "producer", "customer.language", "customer.timezone"})
"""Names and codes that are not about the customer: a person of the business has an address there, and may."""
_ADDRESSES: Final = frozenset({"sources.url", "prior_contacts.url"})
_APART: Final = _ADDRESSES | _AS_IT_IS
_NOWHERE: Final = frozenset({Kind.CARD, Kind.IBAN, Kind.SECRET})
"""What has no place even there."""
_IDENTIFIERS: Final = frozenset({"customer.account_id", "details.order_id", "sources.record_id"})
_NOT_IN_IDENTIFIERS: Final = frozenset({Kind.PHONE, Kind.NATIONAL_ID})
"""What an id of another system only looks like."""
_WORDS_OF_NAME: Final = re.compile(r"[_-]+|(?<=[a-z])(?=[A-Z])")
"""What stands between the words of a name: ``social_security_number``, ``socialSecurityNumber``."""
_NOT_IN_MARKER: Final = re.compile(r"[^\w .'-]+")


@dataclass(frozen=True, slots=True)
class Redacted:
    """``withheld``: one line for each thing that the destination does not see, in plain words.

    ``about``: the texts about the packet, as the destination may see them, with the packet's own tokens.
    """

    packet: Packet
    withheld: tuple[str, ...]
    about: tuple[str, ...] = ()


def redact(packet: Packet, policy: Policy, about: Sequence[str] = ()) -> Redacted:
    """The packet as one destination may see it, and texts ``about`` it. Pure: same packet and policy, same answer.

    Nothing goes in silence: what is withheld is named, by its field or by its kind and number.
    """
    work = _Work(policy)
    if packet.privacy is not None and packet.privacy.consent.contact is Consent.DENIED:
        packet, named = without_contact(packet)
        work.withheld += named
    shared = packet.privacy is None or packet.privacy.consent.sharing is not Consent.DENIED
    shown = shared and policy.shows(Sensitivity.INTERNAL)
    work.meet(packet, shared=shown)
    if not shown:
        work.hide_customer(packet.customer)
        why = "public only" if shared else "the customer did not agree to sharing"
        packet, named = without_sharing(packet, why)
        work.withheld += named
    result = work.packet(packet)
    withheld = tuple(dict.fromkeys((*work.withheld, *work.counted())))
    return Redacted(result, withheld, tuple(work.text(one) for one in about))


@dataclass
class _Work:
    """One packet under redaction. ``values``, ``names``: what was learnt of withheld fields; ``known``: all of it."""

    policy: Policy
    tokens: Tokens = field(default_factory=Tokens)
    withheld: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    hidden: frozenset[Kind] = frozenset()
    """The kinds that are replaced."""
    _used: set[tuple[Kind, str]] = field(default_factory=set)
    known: KnownValues = field(default_factory=KnownValues)
    _split: tuple[Split, ...] = ()
    """What is spread over several turns of the transcript."""

    def __post_init__(self) -> None:
        self.hidden = self.policy.hidden

    def meet(self, packet: Packet, *, shared: bool) -> None:
        """Number the values in an order that later revisions keep, and learn the values of withheld fields.

        Not ``shared``: nothing above internal may be shown, whatever the destination may see otherwise.
        """
        customer = packet.customer
        texts = [] if customer is None else [customer.email or "", customer.phone or ""]
        before = len(texts)
        turns = packet.transcript
        texts += [turn.text for turn in turns]
        self._split = find_split(texts[before:], self.policy.region, lambda number: turns[number].speaker)
        whole: dict[int, list[Found]] = {}
        for split in self._split:
            whole.setdefault(before + split.completed, []).append(split.parts[0][1])
        for place, text in enumerate(texts):
            found: Iterable[Found] = find(text, self.policy.region)
            # A value in parts is numbered where it is whole: what was numbered before it was keeps its number.
            for one in (*whole[place], *found) if place in whole else found:
                if one.kind in self.hidden:
                    self.tokens.token(one.kind, one.key)
        if customer is not None:
            for name in ("name", "company", "account_id"):
                if self.policy.refuses(f"customer.{name}"):
                    self._learn(name, getattr(customer, name))
        for fact in packet.facts:
            above = not shared and fact.sensitivity in (Sensitivity.PERSONAL, Sensitivity.SENSITIVE)
            if above or self._refuses_fact(fact):
                self.values[fact.words.strip()] = self._fact_marker(fact)
        if packet.privacy is not None and (not shared or self.policy.refuses("privacy.sensitive")):
            self.values |= {entry.strip(): marker("sensitive remark") for entry in packet.privacy.sensitive}
        details = packet.details
        for name in () if details is None else type(details).model_fields:
            path = f"details.{name}"
            if self.policy.refuses(path) or (not shared and path in CLASSES):
                self.values |= {one.strip(): self._field_marker(path) for one in _texts(getattr(details, name))}
        self.known = KnownValues(self.values, self.names)

    def hide_customer(self, customer: Customer | None) -> None:
        """Take every value of the customer out of every text."""
        self.hidden = frozenset(Kind)
        if customer is not None:
            for name in ("name", "company", "account_id"):
                self._learn(name, getattr(customer, name))
        self.known = KnownValues(self.values, self.names)

    def packet(self, packet: Packet) -> Packet:
        """Every field in turn."""
        changes: dict[str, Any] = {}
        for name, _ in _fields(Packet, ""):
            value = getattr(packet, name)
            if value is None or value == ():
                continue
            if self.policy.refuses(name):
                changes[name] = self._refused(name, value)
                continue
            joined = self._without(value, self._split) if name == "transcript" and self._split else value
            new = self._value(joined, name)
            if new is not value:
                changes[name] = new
        return packet.model_copy(update=changes) if changes else packet

    def text(self, text: str) -> str:
        """A text that is no field of the packet, after ``packet``: so it changes no token there."""
        return self._text(text, "")

    def counted(self) -> Iterator[str]:
        """``2 phone numbers in the texts``: what tokens stand for."""
        for kind in Kind:
            count = sum(one is kind for one, _ in self._used)
            if count:
                yield f"{count} {ONE_AND_MANY[kind][count > 1]} (shown as tokens)"

    def _learn(self, name: str, value: str | None) -> None:
        if not value or not value.strip():
            return
        self.values[value.strip()] = marker(_SHORT[name])
        if name == "name":
            self.names |= {part: marker(_SHORT[name]) for part in names_in(value)}

    def _refused(self, name: str, value: Any) -> Any:
        """What stands in a top-level field that is withheld as a whole."""
        if not isinstance(value, tuple):
            self.withheld.append(WITHHOLDABLE[name])
            return marker(WITHHOLDABLE[name].removeprefix("the ")) if isinstance(value, str) else None
        # A conversation grows with every turn: a count of it would have each record written again for nothing.
        counted = f" ({len(value)})" if len(value) > 1 and name != "transcript" else ""
        self.withheld.append(WITHHOLDABLE[name] + counted)
        return ()

    def _part(self, part: P, path: str) -> P:
        changes: dict[str, Any] = {}
        for name, inner in _fields(type(part), path):
            value = getattr(part, name)
            if value is None or value == ():
                continue
            new = self._field(value, inner)
            if new is not value:
                changes[name] = new
        return part.model_copy(update=changes) if changes else part

    def _field(self, value: Any, path: str) -> Any:
        if not self.policy.refuses(path):
            return self._value(value, path)
        name = WITHHOLDABLE.get(path) or f"the {path.rpartition('.')[2].replace('_', ' ')}"
        self.withheld.append(name)
        if path in ("customer.email", "customer.phone"):
            return self._whole(value, Kind.EMAIL if path.endswith("email") else Kind.PHONE)
        if isinstance(value, str) and not isinstance(value, Enum):
            return self._field_marker(path)
        if path == "privacy.sensitive":
            return (marker("sensitive remark"),) if len(value) == 1 else (marker(f"{len(value)} sensitive remarks"),)
        return () if isinstance(value, tuple) else {} if isinstance(value, Mapping) else None

    def _field_marker(self, path: str) -> str:
        last = path.rpartition(".")[2]
        return marker(_SHORT.get(last, WITHHOLDABLE.get(path, last.replace("_", " ")).removeprefix("the ")))

    def _value(self, value: Any, path: str) -> Any:
        if type(value) is Turn:  # most are, and after them texts
            new = self._text(value.text, path)
            return value if new is value.text else value.model_copy(update={"text": new})
        if type(value) is str and path not in _APART:
            return self._text(value, path)
        if path in _AS_IT_IS:
            return self._as_it_is(value, path)
        if isinstance(value, Enum):
            return value
        if isinstance(value, str):
            return self._address(value) if path in _ADDRESSES else self._text(value, path)
        if isinstance(value, Fact):
            return self._fact(value)
        if isinstance(value, Part):
            return self._part(value, path)
        if isinstance(value, tuple):
            whole = value if len(value) == 1 or path == "transcript" else self._joined(value)
            return _same_or(value, tuple([self._value(one, path) for one in whole]))
        if isinstance(value, Mapping):
            return self._table(value, path)
        return value

    def _as_it_is(self, value: Any, path: str) -> Any:
        """A name or code, or a group of them, without what has no place anywhere."""
        if isinstance(value, Part):
            every = {name: one for name in type(value).model_fields if isinstance(one := getattr(value, name), str)}
            changes = {name: new for name, one in every.items() if (new := self._as_it_is(one, "")) is not one}
            return value.model_copy(update=changes) if changes else value
        found = find(value, self.policy.region)
        new = self._replaced(value, found, self.hidden & _NOWHERE) if found else value
        if path == "to" and new is not value:  # half an agent's address is nobody's
            self.withheld.append("the agent that it is meant for")
            return None
        return new

    def _table(self, table: Mapping[str, Any], path: str) -> Mapping[str, Any]:
        """A table of free names. Two names that become the same one stay two entries."""
        out: dict[str, Any] = {}
        same = True
        for key, one in table.items():
            name = shown = self._text(key, path)
            number = 1
            while shown in out or (shown != key and shown in table):
                number += 1
                shown = f"{name} ({number})"
            out[shown] = self._identity(key, one) if path == "customer.external_ids" else self._named(key, one, path)
            same = same and shown == key and out[shown] is one
        return table if same else out

    def _identity(self, system: str, identity: str) -> str:
        """An id in another system. That it looks like a number of a person counts only where its name says so too."""
        hint = _hint(system)
        hidden = self.hidden - _NOT_IN_IDENTIFIERS
        if called_phone(hint):
            hidden |= self.hidden & {Kind.PHONE}
        if may_be_named(hint):
            hidden |= self.hidden & {Kind.NATIONAL_ID}
        new: str = self._named(system, identity, "customer.external_ids", hidden)
        return new

    def _joined(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """A list of what was said or happened in a row, without what is spread over several of its entries."""
        name = _SAID.get(type(values[0]))
        if name is None:
            return values
        split = find_split([_said(one) for one in values], self.policy.region)
        return self._without(values, split) if split else values

    def _without(self, values: tuple[Any, ...], split: Sequence[Split]) -> tuple[Any, ...]:
        parts: dict[int, list[Found]] = {}
        for number, part in (one for each in split for one in (*each.parts, *each.echoes)):
            parts.setdefault(number, []).append(part)
        return tuple(
            one
            if number not in parts
            else _with(one, self._replaced(_said(one), sorted(parts[number], key=_START), self.hidden))
            for number, one in enumerate(values)
        )

    def _fact(self, fact: Fact) -> Fact:
        if self._refuses_fact(fact):
            why = f" ({fact.sensitivity.value})" if fact.sensitivity else ""
            self.withheld.append(f"the fact {self._fact_name(fact)}{why}")
            return self._with_name(fact.model_copy(update={"value": self._fact_marker(fact)}))
        new = self._named(fact.name, fact.value, f"facts.{fact.name}")
        part = self._with_name(fact if new is fact.value else fact.model_copy(update={"value": new}))
        source = self._text(part.source, "facts.source") if part.source else part.source
        return part if source is part.source else part.model_copy(update={"source": source})

    def _refuses_fact(self, fact: Fact) -> bool:
        return self.policy.refuses(f"facts.{fact.name}") or not self.policy.shows(
            fact.sensitivity or Sensitivity.INTERNAL
        )

    def _with_name(self, fact: Fact) -> Fact:
        name = self._text(fact.name, "facts.name")
        return fact if name is fact.name or not name.strip() else fact.model_copy(update={"name": name})

    def _fact_name(self, fact: Fact) -> str:
        """A fact's name as it may stand in a marker and in the list of what is withheld."""
        found = find(fact.name, self.policy.region)
        name = self._replaced(fact.name, found, self.hidden) if found else fact.name
        return " ".join(_NOT_IN_MARKER.sub(" ", name).split())

    def _fact_marker(self, fact: Fact) -> str:
        return marker(self._fact_name(fact)[:60] or "fact")

    def _named(self, name: str, value: Any, path: str, hidden: frozenset[Kind] | None = None) -> Any:
        """A value whose name says what it is: ``ssn: 536221234``. Numbers become text only where they are replaced.

        ``hidden``: the kinds that are replaced, where they are not those of the path.
        """
        if isinstance(value, bool) or value is None or (isinstance(value, float) and not value.is_integer()):
            return value
        words = f"{value:.0f}" if isinstance(value, float) else str(value)
        hint = _hint(name)
        new = self._text(hint + words, path, hidden)
        if new == hint + words:
            return value
        new = new[len(hint) :] if new.startswith(hint) else self._text(words, path, hidden)
        return value if new == words else new

    def _whole(self, value: str, kind: Kind) -> str:
        found = [one for one in find(value, self.policy.region) if one.kind is kind]
        key = found[0].key if found else value.strip().lower()
        self._used.discard((kind, key))
        return self.tokens.token(kind, key)

    def _text(self, text: str, path: str, hidden: frozenset[Kind] | None = None) -> str:
        found = find(text, self.policy.region)
        if found:  # in most texts nothing is
            if hidden is None:
                hidden = self.hidden - _NOT_IN_IDENTIFIERS if path in _IDENTIFIERS else self.hidden
            text = self._replaced(text, found, hidden)
        return self.known.taken_out_of(text)

    def _replaced(self, text: str, found: Iterable[Found], hidden: frozenset[Kind]) -> str:
        """``text`` with a token in the place of each value. In their order; of two that overlap, the first."""
        out: list[str] = []
        at = 0
        for one in found:
            if one.kind in hidden and one.start >= at:
                out += [text[at : one.start], self.tokens.token(one.kind, one.key)]
                self._used.add((one.kind, one.key))
                at = one.end
        return "".join([*out, text[at:]]) if out else text

    def _address(self, url: str) -> str | None:
        """A link is shown whole or not at all: half an address leads nowhere."""
        if any(one.kind in self.hidden and one.kind is not Kind.PHONE for one in find(url, "")):
            self.withheld.append("a link that holds personal values")
            return None
        return url


@lru_cache(maxsize=256)
def _fields(of: type[Part], path: str) -> tuple[tuple[str, str], ...]:
    """The names of a part's fields that are looked at, each with its path."""
    every = [(name, f"{path}.{name}" if path else name) for name in of.model_fields]
    return tuple((name, inner) for name, inner in every if inner not in _NEVER_CHANGED)


def _hint(name: str) -> str:
    """A name as the words before its value."""
    return f"{_WORDS_OF_NAME.sub(' ', name)}: "


def _texts(value: Any) -> Iterator[str]:
    """The texts of a details' field that stand for themselves: of enumerations, numbers and groups there are none."""
    if isinstance(value, str) and not isinstance(value, Enum):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)


_START: Final = attrgetter("start")
_SAID: Final[Mapping[type, str]] = {Turn: "text", Event: "text", Answer: "answer", str: ""}
"""Entries of lists in which one may go on where the one before ended, and the field that holds what was said."""


def _said(entry: Any) -> str:
    name = _SAID[type(entry)]
    return str(getattr(entry, name)) if name else str(entry)


def _with(entry: Any, said: str) -> Any:
    name = _SAID[type(entry)]
    return entry.model_copy(update={name: said}) if name else said


_SHORT: Final[Mapping[str, str]] = {"name": "name", "company": "company", "account_id": "account", "address": "address"}


def _same_or(old: Sequence[Any], new: tuple[Any, ...]) -> Any:
    return old if all(one is other for one, other in zip(old, new, strict=True)) else new
