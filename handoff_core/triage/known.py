"""What is known so far: by the fields of a draft, and by what was said. Both are needed to say what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from handoff_core.triage.words import LONGEST, Words, word_set

_NAME: Final = re.compile(r"\b(?:[Mm]y name is|[Mm]y name['’]s|[Tt]his is|I['’]m|I am|[Ii]t['’]s) [A-Z][\w'’-]+")
_EMAIL: Final = re.compile(r"\S@\S+\.\w")
_PHONE: Final = re.compile(r"(?<![\w#-])\+?\(?\d(?:[\s().-]{0,2}\d){6,14}(?![\w-])")
_ADDRESS: Final = re.compile(
    r"\b\d+\w?,? (?:[A-Z][\w'’.-]+ ){1,3}(?:st|street|ave|avenue|rd|road|ln|lane|dr|drive|ct|court|blvd|boulevard|way|"
    r"place|pl|close|terrace)\b",
    re.IGNORECASE,
)
_ORDER: Final = re.compile(
    r"\b(?:order|ticket|case|booking|reference|account|invoice)\b[^.?!]{0,24}?#?\b[\w-]*\d{3}", re.IGNORECASE
)
_IDLE: Final = word_set(
    "hi hello hey good morning afternoon evening yes no ok okay please thanks thank you i a an the to is "
    "it and my of in on for me can could help with have need question there am this that do not want get "
    "name some"
)
_PLAIN_WORDS: Final = {
    "summary": "what the matter is",
    "attempts": "what was tried",
    "unknowns": "what makes it unclear",
    "customer": "who the customer is",
    "customer.name": "the customer's name",
    "customer.phone": "a phone number",
    "customer.email": "an e-mail address",
    "details.address": "the address",
    "details.order_id": "the order number",
}
ENOUGH: Final = 3
"""Words of substance with which a matter counts as told."""


def told_by(text: str, words: Words) -> set[str]:
    """The paths of a packet that a turn of the customer gives."""
    found = set()
    text = text[:LONGEST]
    if _NAME.search(text):
        found.add("customer.name")
    if "@" in text and _EMAIL.search(text):
        found.add("customer.email")
    if any(character.isdigit() for character in text):
        if _PHONE.search(text):
            found.add("customer.phone")
        if _ADDRESS.search(text):
            found.add("details.address")
        if _ORDER.search(text):
            found |= {"details.order_id", "facts.order_id", "facts.order_number"}
    if len({word for word in words.words if word not in _IDLE and len(word) > 1}) >= ENOUGH:
        found |= {"summary", "details.reason", "details.service_needed"}
    return found


def has_value(fields: Mapping[str, Any], path: str) -> bool:
    """Whether a draft says something at a path; filters of an expression do not matter."""
    value: Any = fields
    for part in path.partition("|")[0].strip().split("."):
        value = _step(value, part)
        if value is None:
            return False
    return value not in ("", [], {}, ()) and (not isinstance(value, str) or bool(value.strip()))


def _step(value: Any, part: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, list | tuple) and value:
        if part in ("first", "last"):
            return value[0 if part == "first" else -1]
        if part.isdecimal():
            return value[int(part)] if int(part) < len(value) else None
        named = [one for one in value if isinstance(one, Mapping) and part in (one.get("name"), one.get("label"))]
        return named[0].get("value", named[0]) if named else None
    return None


def missing(paths: Iterable[str], fields: Mapping[str, Any], told: set[str]) -> tuple[str, ...]:
    """The paths at which neither the draft nor the conversation says anything."""
    return tuple(path for path in paths if path not in told and not has_value(fields, path))


def in_words(path: str) -> str:
    """A path for people, with the path itself behind it."""
    plain = _PLAIN_WORDS.get(path)
    return f"{plain} ({path})" if plain else path
