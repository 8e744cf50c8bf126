"""The kinds of personal data that are found in free text, and their data class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handoff_core.packet.enums import Meaning, Sensitivity


class Kind(Meaning):
    """A kind of value that is recognised wherever it stands."""

    CARD = "card", "Numbers of payment cards."
    IBAN = "iban", "International bank account numbers."
    NATIONAL_ID = "national_id", "Social security, tax and identity numbers of persons."
    SECRET = "secret", "Passwords, PINs, security codes, API keys and tokens."
    EMAIL = "email", "E-mail addresses, also spoken ones."
    PHONE = "phone", "Phone numbers, also spoken ones."


CLASSES: Final[Mapping[Kind, Sensitivity]] = {
    Kind.CARD: Sensitivity.SENSITIVE,
    Kind.IBAN: Sensitivity.SENSITIVE,
    Kind.NATIONAL_ID: Sensitivity.SENSITIVE,
    Kind.SECRET: Sensitivity.SENSITIVE,
    Kind.EMAIL: Sensitivity.PERSONAL,
    Kind.PHONE: Sensitivity.PERSONAL,
}
"""A destination that may not see the class gets a token instead of the value."""


@dataclass(frozen=True, slots=True)
class Found:
    """One value in a text: ``text[start:end]``. ``key`` is its normal form: the same value, the same key."""

    start: int
    end: int
    kind: Kind
    key: str
