"""What a call of the tool log is about: what it changes, which ids it shows, and how to name it to people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from handoff_core.quality.english import words
from handoff_core.quality.note import words_of
from handoff_core.quality.tool_calls import Call
from handoff_core.quality.tool_words import CHANGES, OF_THE_AI, PERSONAL_KEYS, READS, TO_A_PERSON

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ID_KEY = re.compile(
    r"(?:^|_)(?:id|ids|number|no|code|ref|reference|confirmation|sku|serial|ticket|case|order|reservation|"
    r"booking|invoice|"
    r"tracking|policy|claim|rma|key|pnr|locator|contract|subscription|transaction)$"
)
_ID = re.compile(r"#?(?=[\w.\-/]*[\d_])[A-Za-z0-9][\w.\-/]{2,63}")
_BARE_ID = re.compile(r"#?(?=[\w\-]*\d)[A-Za-z0-9][\w\-]{3,63}")
_IN_WORDS = re.compile(
    r"\b(?P<key>order|ticket|case|reservation|booking|account|invoice|confirmation|reference|rma|tracking|"
    r"policy|claim|quote|estimate|lead|deal|matter|patient|visit|shipment|parcel|lease|work order|request|payment|"
    r"customer|user|contract|subscription|appointment|job|refund|return|transaction|serial)"
    r"(?: (?:id|number|no\.?|code|ref(?:erence)?))?(?: (?:is|"
    r"was))?\s?[:#=]?\s?(?P<id>#?(?=[\w-]*\d)[A-Z0-9][\w-]{2,40})\b",
    re.IGNORECASE,
)
_NOT_AN_ID = re.compile(
    r"(?:19|20)\d\d(?:-\d\d)?(?:-\d\d)?(?:[T ].*)?|\d{1,2}[:.]\d\d.*|\d{1,2}/\d{1,2}(?:/\d+)?|"
    r"\d+(?:st|nd|rd|th|am|pm|h|min|s|d|x)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"@")
_LOCATOR = re.compile(r"[A-Z][A-Z0-9]{4,11}")
"""An id without digits, as airlines give them."""
_IN_SNAKE = re.compile(r"\b[a-z]+(?:_[a-z]+)*_\d{3,}\b")
_NO_ID_KEYS = frozenset({"error_code", "status_code", "country_code", "code", "currency_code", "order", "case"})
_LONG_NUMBER = re.compile(r"\d{12,}")


def parts_of(name: str) -> tuple[str, ...]:
    """The words that a tool's name is made of, in small letters. Names come again: what is short is kept."""
    return _kept_parts(name) if len(name) <= _LONGEST_KEPT else _parts(name)


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.casefold() for part in _PARTS.findall(name.replace("_", " ")))


_LONGEST_KEPT = 64
_kept_parts = lru_cache(maxsize=2048)(_parts)


def changing_verb(call: Call) -> str:
    """What a call by name changes (``cancel``); empty where it reads, or hands over to a person."""
    parts = parts_of(call.name.rpartition(".")[2].rpartition("/")[2] or call.name)
    if not parts or parts[0] in READS or not TO_A_PERSON.isdisjoint(parts) or not OF_THE_AI.isdisjoint(parts):
        return ""
    return next((part for part in parts if part in CHANGES), "")


def shown(call: Call) -> str:
    """A call for people: its name, and the ids that it was given."""
    ids = [masked(value) for _, value in ids_given(call)][:3]
    name = call.name or "A tool"
    return f"{name} ({', '.join(ids)})" if ids else name


def masked(value: str) -> str:
    """An id as a finding shows it: of a long number, which may be that of a card or an account, only the end."""
    return f"ending in {value[-4:]}" if _LONG_NUMBER.fullmatch(value) else value


def because(call: Call) -> str:
    """What a tool said of its failure, where that is short and holds nothing personal."""
    text = " ".join(call.text.split())
    if isinstance(call.result, Mapping):
        said = (call.result.get(key) for key in ("error", "error_message", "message", "reason"))
        text = next((" ".join(one.split()) for one in said if isinstance(one, str)), "")
    return f' ("{text}")' if 0 < len(text) <= 80 and not _PRIVATE.search(text) else ""


_PRIVATE = re.compile(r"@|\d{6}|\d{3}[ -]\d{3}")


def subject(call: Call) -> set[str]:
    """The words that tell what a call was about, from its name and from what an error says."""
    parts = {part for part in parts_of(call.name) if part not in READS and len(part) > 2}
    said = words_of(call.text or " ".join(str(value) for value in _values(call.result)))[:40]
    return {stem(word) for word in parts | {word for word in said if len(word) > 3 and word not in _EMPTY}}


_EMPTY = words(
    "error failed failure that this with from have been were could found cannot unable does please try again "
    "invalid status message code tool result"
)  # fmt: skip


def _values(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _values(inner)
    elif isinstance(value, str | int):
        yield value


def stem(word: str) -> str:
    """The part of a word that its forms share: ``cancel`` for cancelled, ``issu`` for issue and issued."""
    for end in ("ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "s"):
        if word.endswith(end) and len(word) - len(end) > 2:
            word = word[: -len(end)]
            break
    word = word[:-1] if word.endswith(("e", "y")) and len(word) > 3 else word
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def ids_given(call: Call) -> list[tuple[str, str]]:
    return list(ids_in(call.given, deep=False))


def ids_in(values: Any, *, deep: bool) -> Iterator[tuple[str, str]]:
    """Names and values of what identifies something: at the top of an object, or inside of a single wrapper."""
    if not isinstance(values, Mapping):
        return
    wrapped = {name: value for name, value in values.items() if name not in _WRAPPER} if deep else {}
    if len(wrapped) == 1:
        (inner,) = wrapped.values()
        if isinstance(inner, list) and len(inner) == 1:
            inner = inner[0]
        if isinstance(inner, Mapping):
            yield from ids_in(inner, deep=True)
            return
    for name, value in values.items():
        key = _key(name)
        for one in value if isinstance(value, list) and len(value) <= 5 and not deep else (value,):
            if isinstance(one, bool) or not isinstance(one, str | int):
                continue
            text = str(one)
            if _is_id(key, text):
                yield name, text


_WRAPPER = frozenset({"ok", "success", "succeeded", "status", "code", "message", "error", "errors", "count", "total"})
"""What stands beside the one record of an answer, and is no part of it."""


_OF_THE_LOG = OF_THE_AI | words("message run")
"""Ids by which programs find their own lines again."""


def _key(name: str) -> str:
    return "_".join(parts_of(name))


def _is_id(key: str, text: str) -> bool:
    parts = set(key.split("_"))
    if (
        not PERSONAL_KEYS.isdisjoint(parts)
        or not _OF_THE_LOG.isdisjoint(parts)
        or _MAIL.search(text)
        or _NOT_AN_ID.fullmatch(text)
    ):
        return False
    if _ID_KEY.search(key) and key not in _NO_ID_KEYS:
        return _ID.fullmatch(text) is not None or _LOCATOR.fullmatch(text) is not None
    return key == "" and _BARE_ID.fullmatch(text) is not None and any(char.isalpha() or char == "#" for char in text)


@dataclass(frozen=True, slots=True)
class Established:
    """What identifies the customer or his matter. One of ``values`` in the note is enough: the others are beside it.

    ``found_by``: ids by which a reader finds it too, as that of the order in which an item was exchanged.
    """

    turn: int
    name: str
    values: tuple[str, ...]
    found_by: tuple[str, ...] = ()


def established(calls: Iterable[Call]) -> Iterator[Established]:
    """Whatever identifies the customer or his matter, as the tools were given or answered it."""
    for call in calls:
        if call.failed or not call.answered:
            continue
        changes = bool(changing_verb(call))
        given = ids_given(call)
        matters = tuple(value for name, value in given if _IN_A_RECORD.isdisjoint(parts_of(name)))
        for name, value in given:
            if changes or _OF_THE_SHOP.isdisjoint(parts_of(name)):
                beside = () if value in matters else matters
                yield Established(call.turn, name, (value,), beside)
        if isinstance(call.result, str | int) and not isinstance(call.result, bool):
            yield from _in_text(call, str(call.result).strip().strip('"'))
        elif changes or not _is_catalogue(call):
            for name, value in ids_in(_the_only(call.result), deep=True):
                if changes or _OF_GOODS.isdisjoint(parts_of(name)):
                    yield Established(call.turn, name, (value,))
            yield from _in_list(call)


def _in_text(call: Call, text: str) -> Iterator[Established]:
    if _BARE_ID.fullmatch(text) and any(char.isalpha() for char in text) and not _NOT_AN_ID.fullmatch(text):
        yield Established(call.turn, _noun(call), (text,))
        return
    for match in _IN_SNAKE.finditer(text[:1000]):
        yield Established(call.turn, "", (match[0],))
    for match in _IN_WORDS.finditer(text[:1000]):
        if not _NOT_AN_ID.fullmatch(match["id"]):
            yield Established(call.turn, match["key"].casefold(), (match["id"],))


def _the_only(result: Any) -> Any:
    """The one record of a list of one."""
    return result[0] if isinstance(result, list) and len(result) == 1 else result


def _in_list(call: Call) -> Iterator[Established]:
    """The ids of a few records that a call by name found: which of them is meant, the note has to say."""
    rows = call.result
    if isinstance(rows, Mapping):
        lists = [value for value in rows.values() if isinstance(value, list) and value]
        rows = lists[0] if len(lists) == 1 and not any(_is_id(_key(name), str(rows[name])) for name in rows) else None
    if not call.name or not isinstance(rows, list) or not 1 < len(rows) <= _FEW:
        return
    found: dict[str, list[str]] = {}
    for row in rows:
        for name, value in ids_in(row, deep=False):
            if _key(name) != "id" and _OF_GOODS.isdisjoint(parts_of(name)):
                found.setdefault(name, []).append(value)
    for name, values in found.items():
        if len(values) == len(rows):
            yield Established(call.turn, name, tuple(dict.fromkeys(values)))


_FEW = 5
"""Records of one list among which a reader would look for the customer's."""
_OF_GOODS = words("product item flight slot sku plan room hotel option variant location store branch article")
"""What can be had by anybody identifies nobody's matter."""
_IN_A_RECORD = _OF_GOODS | words("items payment method")
"""Ids that stand in the record of the order, beside it."""
_OF_THE_SHOP = words("product sku option variant")
"""What a call that reads was asked for of the same kind."""


def _is_catalogue(call: Call) -> bool:
    """Whether a result shows what could be had, not what the customer has."""
    return not _GOODS.isdisjoint(parts_of(call.name))


_GOODS = words(
    "product products catalog catalogue flights types options available availability slots rooms hotels cars plans "
    "restaurants stores branches locations articles faq prices inventory menu services offers knowledge"
)


def _noun(call: Call) -> str:
    nouns = [
        part
        for part in parts_of(call.name)
        if part not in READS and part not in ("by", "name", "zip", "email", "phone")
    ]
    return " ".join(nouns) or "id"
