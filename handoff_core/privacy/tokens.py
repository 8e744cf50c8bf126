"""What stands in place of a value that is withheld: within one packet the same value, the same token."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from handoff_core.privacy.kinds import Kind

WORDS: Final[Mapping[Kind, str]] = {
    Kind.CARD: "card",
    Kind.IBAN: "IBAN",
    Kind.NATIONAL_ID: "national id",
    Kind.SECRET: "secret",
    Kind.EMAIL: "email",
    Kind.PHONE: "phone",
}
ONE_AND_MANY: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.CARD: ("card number", "card numbers"),
    Kind.IBAN: ("IBAN", "IBANs"),
    Kind.NATIONAL_ID: ("national id", "national ids"),
    Kind.SECRET: ("secret", "secrets"),
    Kind.EMAIL: ("e-mail address", "e-mail addresses"),
    Kind.PHONE: ("phone number", "phone numbers"),
}
_ENDING: Final = frozenset({Kind.CARD, Kind.IBAN})
"""Kinds whose last four signs are shown, as on a receipt: the customer and the reader can tell two apart."""
TOKEN: Final = re.compile(
    r"\[(?:(?:card|IBAN) ending \w{4}(?:, \d+)?|(?:national id|secret|email|phone) \d+|[\w .'-]{1,80} withheld)\]"
)
"""Every marker and token."""


@dataclass
class Tokens:
    """Tokens in the order in which values are first met. A conversation only grows, so its tokens stay."""

    given: dict[tuple[Kind, str], str] = field(default_factory=dict)
    _numbers: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    """How many were given by kind, and of kinds whose ending is shown, by that."""

    def token(self, kind: Kind, key: str) -> str:
        """``[phone 1]``, ``[card ending 4242]``, ``[card ending 4242, 2]`` for another one with the same end."""
        known = self.given.get((kind, key))
        if known is None:
            known = self._new(kind, key)
            self.given[kind, key] = known
        return known

    def _new(self, kind: Kind, key: str) -> str:
        ending = key[-4:] if kind in _ENDING else ""
        self._numbers[kind, ending] += 1
        number = self._numbers[kind, ending]
        if not ending:
            return f"[{WORDS[kind]} {number}]"
        return f"[{WORDS[kind]} ending {ending}]" if number == 1 else f"[{WORDS[kind]} ending {ending}, {number}]"

    def counts(self) -> dict[Kind, int]:
        """How many different values of each kind were replaced."""
        return {kind: count for kind in Kind if (count := sum(one is kind for one, _ in self.given))}


def marker(what: str) -> str:
    """``[name withheld]``: what stands in place of a field that is withheld."""
    return f"[{what} withheld]"


def is_withheld(text: str | None) -> bool:
    """Whether a text is nothing but one marker or token, so that it must not be written where a value belongs."""
    return text is not None and TOKEN.fullmatch(text.strip()) is not None
