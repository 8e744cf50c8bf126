"""The kinds of single values that a packet is made of, and what each of them refuses.

Nothing is converted in silence: ``"5"`` is no number and ``true`` is no number either. A message never repeats
the value that it refuses, since that may be a customer's words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator
from pydantic_core import PydanticCustomError

LONGEST_URL = 2_000
"""Characters in a url; what every browser and all three vendors take."""
LARGEST_INTEGER = 2**63 - 1
"""The largest whole number that JSON readers and databases keep exactly (64 bit, signed)."""

_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,30})?"
    r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_UNSAFE_IN_URL = re.compile(r"[\s\x00-\x20\x7f-\x9f\\<>\"`{}|^\u2028\u2029]")
_EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
_LATEST = datetime(9999, 12, 30, tzinfo=UTC)


def refusal(text: str, fix: str) -> PydanticCustomError:
    """The error that a check of a packet raises; ``problems_of`` turns it into a Problem with this text and fix."""
    return PydanticCustomError("handoff", "{text}", {"text": text, "fix": fix})


def parse_time(text: str) -> datetime:
    """The moment that an RFC 3339 text with an offset names, in its own offset. ValueError for anything else.

    Digits of a second below a microsecond are dropped. A leap second (``:60``) is the moment after ``:59``.
    """
    if _TIME.fullmatch(text) is None:
        raise ValueError("not RFC 3339 with an offset")
    leap = timedelta(seconds=1 if text[17:19] == "60" else 0)
    moment = datetime.fromisoformat((text[:17] + "59" + text[19:] if leap else text).upper())
    if not _EARLIEST < moment < _LATEST - leap:  # so that showing it in any time zone stays within the calendar
        raise ValueError("outside of the years 1 to 9999")
    return moment + leap


def format_time(moment: datetime) -> str:
    """RFC 3339, in the moment's own offset: ``2026-11-20T17:30:00+01:00``, ``…Z`` for UTC."""
    text = moment.isoformat()
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def _time(value: Any) -> datetime:
    try:
        if isinstance(value, str):
            return parse_time(value)
        if isinstance(value, datetime):
            return _in_fixed_offset(value)
    except (ValueError, OverflowError):
        pass
    raise refusal(
        "is not a time with an offset", 'Write RFC 3339, e.g. "2026-11-20T17:30:00Z" or "2026-11-20T11:30:00-06:00".'
    )


def _in_fixed_offset(moment: datetime) -> datetime:
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("no offset")
    if not _EARLIEST < moment < _LATEST:
        raise ValueError("outside of the years 1 to 9999")
    if offset % timedelta(minutes=1):  # RFC 3339 knows no seconds in an offset (local mean times have them)
        return moment.astimezone(UTC)
    return moment.replace(tzinfo=timezone(offset) if offset else UTC)


def _clean(text: str) -> str:
    if "\x00" in text:
        raise refusal("holds the character NUL (U+0000)", "Take it out; no system can store it.")
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise refusal(
                "holds half of a surrogate pair, which is not a character", "Send the text as valid Unicode."
            ) from None
    return text


def _text(value: Any) -> Any:
    # A text with half a surrogate pair does not even reach pydantic's own check in one piece.
    return _clean(value) if isinstance(value, str) else value


def _not_blank(text: str) -> str:
    if not text.strip():
        raise refusal("is blank", "Write at least a few words.")
    return text


def _url(text: str) -> str:
    fix = 'Write the full address, e.g. "https://desk.example/tickets/42".'
    if len(text) > LONGEST_URL:
        raise refusal(f"is longer than {LONGEST_URL:,} characters", "Link to a shorter address of the same record.")
    if _UNSAFE_IN_URL.search(text):
        raise refusal("holds a space, a control character or another sign that no url may hold", "Percent-encode it.")
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise refusal("is not a url", fix) from None
    if parts.scheme not in ("http", "https"):
        raise refusal("is not an http or https url", fix)
    if not host:
        raise refusal("names no host", fix)
    if "@" in parts.netloc:
        raise refusal("holds a user name or password", "Leave out everything before the @; a link must not log in.")
    return text


def _identifier(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_INTEGER:
        return str(value)
    return _text(value)


def _scalar(value: Any) -> Any:
    fix = "Write a text, a finite number, true or false."
    if isinstance(value, str):
        return str(_clean(value))
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise refusal("is a whole number of more than 64 bits", "Write it as text.")
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise refusal("is not a finite number", fix)
        return value
    raise refusal("is neither text nor a number nor true or false", fix)


Text = Annotated[str, BeforeValidator(_text, json_schema_input_type=str), Strict()]
"""Any Unicode text without NUL."""
Sentence = Annotated[
    str,
    BeforeValidator(_text, json_schema_input_type=str),
    Strict(),
    AfterValidator(_not_blank),
    Field(json_schema_extra={"pattern": r"\S"}),
]
"""A text that says something."""
Identifier = Annotated[str, BeforeValidator(_identifier, json_schema_input_type=str | int), Strict()]
"""Another system's id; a whole number is taken too and held as text."""
Time = Annotated[datetime, BeforeValidator(_time, json_schema_input_type=datetime)]
"""A moment with an offset. Written as RFC 3339 text, held as an aware datetime in that offset."""
Url = Annotated[
    str,
    BeforeValidator(_text, json_schema_input_type=str),
    Strict(),
    AfterValidator(_url),
    Field(json_schema_extra={"format": "uri", "pattern": "^https?://", "maxLength": LONGEST_URL}),
]
"""An http(s) address with a host and without a password."""
Scalar = Annotated[str | int | float | bool, BeforeValidator(_scalar, json_schema_input_type=str | int | float | bool)]
"""Text, a finite number, or true/false."""
Share = Annotated[float, Strict(), Field(ge=0, le=1, allow_inf_nan=False)]
"""A number from 0 to 1."""
TurnNumber = Annotated[int, Strict(), Field(ge=0, le=LARGEST_INTEGER)]
"""The place of a turn in the transcript, counted from 0."""


class Part(BaseModel):
    """What all groups of the packet have in common: frozen, no unknown keys, and ``null`` means "not given"."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and None in values.values():
            return {name: value for name, value in values.items() if value is not None}
        return values
