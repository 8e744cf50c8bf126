"""What an answer of HubSpot that is not a success means for the delivery loop."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, Final

from handoff_core.errors import AuthFailed, DeliveryError, Gone, RateLimited, Refused, Transient, Unknown

GENERAL: Final = "general"
"""Every call but a search."""
SEARCH: Final = "search"
"""Searches: a bucket of their own, five a second and account."""

SECONDLY_WAIT: Final = 1.0
"""Seconds to wait after "You have reached your secondly limit."; HubSpot's own Node client waits as long."""
TEN_SECONDLY_WAIT: Final = 10.0
"""Seconds to wait after TEN_SECONDLY_ROLLING; HubSpot's own Node client waits as long."""
LONGEST_WAIT: Final = 60.0
"""Seconds that a Retry-After of a 429 is believed at most."""
MILLISECONDS_FROM: Final = 1000.0
"""A Retry-After above this is taken as milliseconds: HubSpot's texts name both units (2026-11)."""
DAILY_PROBE: Final = 900.0
"""Seconds after which a used-up day is tried again; it ends at midnight in the account's own time zone."""
MIGRATION_WAIT: Final = 60.0
"""Seconds to wait after a 477 without Retry-After."""
LONGEST_MIGRATION: Final = 86_400.0
"""Seconds that a 477 (the account moves between data centres) names at most: 24 hours (HubSpot docs, errors)."""
LOCKED_WAIT: Final = 2.0
"""Seconds to wait at least after a 423 (HubSpot docs, errors)."""

_NO_NAMES: Final = frozenset({"values", "value", "name", "names", "group", "is", "does", "was"})
"""Words that follow "property" in HubSpot's messages without being a property's name."""
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
_EXISTING: Final = re.compile(r"Existing ID:\s*(\d{1,20})")
_NAMED: Final = re.compile(r'\\?"name\\?"\s*:\s*\\?"([a-z][a-z0-9_]{0,99})\\?"')
_PROPERTY: Final = re.compile(r'[Pp]roperty (?:\\?"|named |name )?\\?"?([a-z][a-z0-9_]{0,99})')


class Conflict(Refused):
    """Another record holds that value of a unique property; ``existing`` is its id where HubSpot says it."""

    def __init__(self, text: str, *, existing: str | None, request_id: str | None) -> None:
        super().__init__(text, status=409, request_id=request_id)
        self.existing = existing


class Rejected(Refused):
    """HubSpot does not take the values; nothing was written. ``properties`` are the names that it complains about.

    ``not_unique``: it will not upsert by the property that was named, whatever the property's definition says.
    """

    def __init__(
        self,
        text: str,
        *,
        status: int,
        properties: frozenset[str],
        request_id: str | None,
        not_unique: bool = False,
    ) -> None:
        super().__init__(text, status=status, request_id=request_id)
        self.properties = properties
        self.not_unique = not_unique

    def is_about_the_key(self, name: str) -> bool:
        """Whether the property ``name``, by which it was to be upserted, is what it refuses."""
        return self.not_unique or name in self.properties


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked, in words that hold neither secrets nor customers' words: ``creating a note``.

    ``repeatable``: nothing depends on when it arrives, so that a lost answer is no unknown outcome. An update is not:
    the vendor may apply it after a newer one.
    """

    doing: str
    token_env: str
    limit_class: str = GENERAL
    repeatable: bool = True


@dataclass(frozen=True)
class Answer:
    """What came back: header names in small letters, the body as it was sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def json(self) -> dict[str, Any] | None:
        """The body as a JSON object; None when it is none."""
        try:
            parsed = json.loads(self.body)
        except ValueError:  # UnicodeDecodeError is one: error pages come in any encoding
            return None
        return parsed if isinstance(parsed, dict) else None


def lost(call: Call, what: str, *, status: int | None = None, request_id: str | None = None) -> DeliveryError:
    """The answer is lost or is none of HubSpot's: unknown for a creation or an update, else to be asked again."""
    kind = Transient if call.repeatable else Unknown
    return kind(f"HubSpot, {call.doing}: {what}.", status=status, request_id=request_id)


def error_of(call: Call, answer: Answer, now: float) -> DeliveryError:
    """The error that an answer outside of 200 to 299 means. ``now``: epoch seconds, for a Retry-After with a date."""
    body = answer.json or {}
    status, request_id = answer.status, request_id_of(answer)
    where = f"HubSpot, {call.doing}"
    if status == 429:
        return _limited(call, answer, body, now)
    if status == 477:
        wait = _retry_after(answer, now)
        seconds = MIGRATION_WAIT if wait is None else min(max(wait, 1.0), LONGEST_MIGRATION)
        text = f"{where}: the account is being moved to another data centre (HTTP 477)."
        return RateLimited(text, retry_after=seconds, status=status, request_id=request_id)
    if status == 423:
        text = f"{where}: the record is locked by another change (HTTP 423)."
        return RateLimited(
            text, retry_after=LOCKED_WAIT, limit_class=call.limit_class, status=status, request_id=request_id
        )
    if status == 401:
        text = f"{where}: the token in {call.token_env} is refused (HTTP 401). Put a valid access token there."
        return AuthFailed(text, status=status, request_id=request_id)
    if status == 403:
        return AuthFailed(_forbidden(call, where, body), status=status, request_id=request_id)
    if status == 404:
        return Gone(f"{where}: HubSpot does not have it, or it was archived (HTTP 404).")
    if status == 409 and "already" in _message(body).lower():
        found = _EXISTING.search(_message(body))
        text = f"{where}: another record has that value already (HTTP 409). Correct it, or merge the two records."
        return Conflict(text, existing=found[1] if found else None, request_id=request_id)
    if status == 409:
        # Two writes to one record at once are refused with the same status as a value that is taken.
        text = f"{where}: another change of the record is under way (HTTP 409). It is tried again."
        return Transient(text, status=status, request_id=request_id)
    if status >= 500 or status == 408 or status < 200:
        return lost(call, f"HubSpot could not answer (HTTP {status})", status=status, request_id=request_id)
    if status < 400:
        text = f"{where}: HubSpot answered with a redirect (HTTP {status}), which is not followed. Check base_url."
        return Transient(text, status=status, request_id=request_id)
    return rejected(where, body, status, request_id)


def rejected(where: str, body: Mapping[str, Any], status: int, request_id: str | None) -> Rejected:
    """The error for values that HubSpot does not take. Its own words may quote the customer: only names are shown."""
    names = named_properties(body)
    code = _word(body.get("category")) or f"HTTP {status}"
    about = f" about the property {', '.join(sorted(names))}" if names else ""
    fix = "Correct the field in the destination's table, or the property in HubSpot." if names else "See handoff log."
    return Rejected(
        f"{where}: HubSpot refuses the values{about} ({code}). {fix}",
        status=status,
        properties=names,
        request_id=request_id,
        # "Unable to perform update/upsert by non-unique 0-1 property" names an object type, not always the property.
        not_unique="non-unique" in _message(body).lower(),
    )


def named_properties(body: Mapping[str, Any]) -> frozenset[str]:
    """Names of properties that an error body complains about, wherever in it they stand."""
    # "Property values were not valid: [{\"isValid\":false,…,\"name\":\"email\"}]" (seen in many issue threads), and
    # errors[].context.propertyName / .in, and "Property \"x\" does not exist".
    names = set(_NAMED.findall(_message(body)))
    names.update(_PROPERTY.findall(_message(body)))
    errors = body.get("errors")
    for error in errors if isinstance(errors, list) else ():
        if not isinstance(error, dict):
            continue
        names.update(_NAMED.findall(_message(error)))
        names.update(_PROPERTY.findall(_message(error)))
        context = error.get("context")
        given = [error.get("in")]
        if isinstance(context, dict):
            for key in ("propertyName", "properties", "name"):
                value = context.get(key)
                given.extend(value if isinstance(value, list) else [value])
        names.update(name for name in given if isinstance(name, str) and re.fullmatch(r"[a-z][a-z0-9_]{0,99}", name))
    return frozenset(names) - _NO_NAMES


def request_id_of(answer: Answer) -> str | None:
    """HubSpot's own id of the request, where it gave one."""
    body = answer.json or {}
    found = body.get("correlationId") or answer.headers.get("x-hubspot-correlation-id")
    return found if isinstance(found, str) and re.fullmatch(r"[0-9a-zA-Z-]{1,80}", found) else None


def _limited(call: Call, answer: Answer, body: Mapping[str, Any], now: float) -> DeliveryError:
    policy, words = str(body.get("policyName") or "").upper(), _message(body).lower()
    request_id = request_id_of(answer)
    if policy == "DAILY" or "daily limit" in words:
        text = (
            f"HubSpot, {call.doing}: the account's calls of this day are used up (HTTP 429, DAILY). Handoff goes on "
            "after midnight in the account's time zone; other software of the account may be using them."
        )
        return AuthFailed(text, until=DAILY_PROBE, status=429, request_id=request_id)
    if policy.startswith("TEN_SECONDLY") or "ten_secondly" in words or "ten secondly" in words:
        wait = TEN_SECONDLY_WAIT
    elif policy == "SECONDLY" or "secondly" in words or call.limit_class == SEARCH:
        wait = SECONDLY_WAIT
    else:
        wait = TEN_SECONDLY_WAIT
    named = _retry_after(answer, now)
    if named is not None:
        wait = min(max(named, 1.0), LONGEST_WAIT)
    text = f"HubSpot, {call.doing}: HubSpot asks to wait (HTTP 429, {_word(policy) or 'no policy named'})."
    return RateLimited(text, retry_after=wait, limit_class=call.limit_class, request_id=request_id)


def _retry_after(answer: Answer, now: float) -> float | None:
    text = answer.headers.get("retry-after", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            return parsedate_to_datetime(text).timestamp() - now
        except ValueError:
            return None
    if seconds != seconds:  # "nan" is a number to Python
        return None
    return seconds / 1000.0 if answer.status == 429 and seconds > MILLISECONDS_FROM else seconds


def _forbidden(call: Call, where: str, body: Mapping[str, Any]) -> str:
    scopes: list[str] = []
    errors = body.get("errors")
    for error in errors if isinstance(errors, list) else ():
        context = error.get("context") if isinstance(error, dict) else None
        for key in ("requiredGranularScopes", "requiredScopes"):
            value = context.get(key) if isinstance(context, dict) else None
            scopes.extend(one for one in value if isinstance(one, str)) if isinstance(value, list) else None
    needed = [scope for scope in dict.fromkeys(scopes) if re.fullmatch(r"[a-z0-9._-]{1,80}", scope)]
    fix = f"Add the scope {', '.join(needed)}" if needed else "Add the scope that this needs"
    return f"{where}: the token in {call.token_env} may not do this (HTTP 403). {fix} to the app, then renew the token."


def _message(body: Mapping[str, Any]) -> str:
    message = body.get("message")
    return message if isinstance(message, str) else ""


def _word(value: object) -> str:
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""
