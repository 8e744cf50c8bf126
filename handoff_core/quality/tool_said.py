"""What a tool that gives no name of a call says that it changed, in words or as an event."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handoff_core.quality.tool_calls import Call
from handoff_core.quality.tool_subjects import parts_of
from handoff_core.quality.tool_words import DONE, OF_THE_AI, TO_A_PERSON

_SENTENCE = 300
"""Characters up to which a result in words says what was done; a longer one is a page or a record that was read."""
_TABLE = re.compile(r"\||\t|\bselect\b.*\bfrom\b|(?:\n.*){3}", re.IGNORECASE)
"""Rows that were read."""
_DONE = re.compile(
    r"\b(?P<verb>refunded|cancelled|canceled|rescheduled|booked|rebooked|scheduled|reserved|issued|charged|unlocked|"
    r"replaced|deactivated|activated|deleted|removed|upgraded|downgraded|waived|credited|shipped|dispatched|submitted|"
    r"exchanged|created|updated|changed|moved|switched|paused|resumed|held|extended|renewed|sent|added)\b",
    re.IGNORECASE,
)
_PLANS = frozenset({"booked", "rebooked", "scheduled", "rescheduled", "moved", "reserved"})
"""A day after these is when it will be, not when it was done."""
_HISTORY_BEFORE = re.compile(
    r"\b(?:not|never|cannot|can|could|may|if|last|had been|previously|already|since|when|are|to be|history|past|"
    r"earlier|ago|who|which|that|n't)\b",
    re.IGNORECASE,
)
_WAS = re.compile(r"\b(?:was|were)\b", re.IGNORECASE)
_YOURS = re.compile(r"^\W*your\b", re.IGNORECASE)
_NOW = re.compile(r"\s*(?:successfully|now|just now|today|to\b|from\b|until\b)", re.IGNORECASE)
"""After the verb: what "was" so is so because of this very call."""
_BY_SYSTEM = re.compile(r"\s*by (?:the )?(?:system|api|bot|ai|assistant|agent|automation|workflow)\b", re.IGNORECASE)
_HISTORY_AFTER = re.compile(
    r"\s*(?:at|in|since|:|=)\s*\S*\d|\s*(?:by|since|last|if|when|within)\b|\s*\d{1,2} \w+ ago\b|"
    r"\s*(?:\w+ ){0,3}(?:ago|yesterday|last (?:week|month|year))\b",
    re.IGNORECASE,
)
"""After the verb: the tool tells when something was done, so it was not done now."""
_ON_A_DAY = re.compile(r"\s*on\s*\S*\d", re.IGNORECASE)
_EVENT_KEYS = ("event", "event_type", "eventType")


def changed_by_words(call: Call) -> str:
    """The verb, as ``cancelled``, with which a result without a call's name says what it changed; else empty."""
    if call.name or call.failed:
        return ""
    if isinstance(call.result, Mapping):
        return _of_event(call.result)
    if not call.text or len(call.text) > _SENTENCE or _TABLE.search(call.text):
        return ""
    return next((one["verb"].casefold() for one in _DONE.finditer(call.text) if _is_now(call.text, one)), "")


def _is_now(text: str, found: re.Match[str]) -> bool:
    before, after = text[: found.start()], text[found.end() :]
    verb = found["verb"].casefold()
    if _HISTORY_BEFORE.search(before) or not OF_THE_AI.isdisjoint(parts_of(text)):
        return False
    was = _WAS.search(before) is not None
    if was and not _YOURS.match(before) and not _NOW.match(after):
        return False
    if _ON_A_DAY.match(after):
        return verb in _PLANS and not was and not before.strip()
    return _BY_SYSTEM.match(after) is not None or _HISTORY_AFTER.match(after) is None


def _of_event(result: Mapping[str, object]) -> str:
    """``{"event": "visit.rescheduled"}``: what an event of a change is called after."""
    for key in _EVENT_KEYS:
        event = result.get(key)
        if isinstance(event, str) and (parts := parts_of(event)):
            own = not (OF_THE_AI | TO_A_PERSON | {"message"}).isdisjoint(parts)
            return parts[-1] if not own and len(parts) > 1 and _DONE.fullmatch(parts[-1]) else ""
    return ""


def verb_of(done: str) -> str:
    """``cancel`` for ``cancelled``."""
    return next((word for word, forms in DONE.items() if any(form.strip() == done for form in forms)), done)
