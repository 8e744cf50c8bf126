"""Whether the result of a tool says that its call failed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from handoff_core.quality.english import words

STATUS = re.compile(
    r"\b(?:HTTP(?:/\d(?:\.\d)?)?\s*|(?:status|response)(?: code)?\s*[:=]?\s*)(?P<code>[1-5]\d\d)\b|"
    r"(?:->|=>|→|:)\s*(?P<after>[1-5]\d\d)\b",
    re.IGNORECASE,
)
"""An HTTP status in words."""
_BARE_STATUS = re.compile(
    r"(?:40[0-9]|41[0-9]|42[2-9]|50[0-5])(?:$|[:\s-]+(?:no\b|not\b|bad\b|forbidden|unauthori|conflict|gone|too many|"
    r"internal|service|gateway|time|unprocess|error|invalid|missing|denied|payment|locked|method|precondition))",
    re.IGNORECASE,
)
"""A status without a word before it, which must not be taken for an amount."""
_FAILED_START = re.compile(
    r"^\W*(?:\w+ ?)?(?:error(?! (?:rates?|messages|codes)\b)|"
    r"exception|traceback|failure|failed|fatal|timeout|timed out|unauthori[sz]ed|"
    r"forbidden|denied|"
    r"invalid|not found|no such|bad request|cannot|could not|couldn['’]t|unable)\b",
    re.IGNORECASE,
)
_FAILED_WORDS = re.compile(
    r"\b(?:timed out|time-?out|not found|no such|does not exist|could not|couldn['’]t|cannot|can['’]t|unable to|"
    r"was (?:declined|rejected|refused|denied)|(?:is|are|was) not (?:available|eligible|allowed|permitted|reachable)|"
    r"declined|rejected|refused|failed|failure|access denied|permission denied|unauthori[sz]ed|forbidden|"
    r"unavailable|service down|internal server error|rate limit(?:ed)?|exception|error (?:code )?[A-Z]*\d+|"
    r"no (?:matching |such )?(?:customer|user|account|order|booking|reservation|appointment|record|match|contact|"
    r"member|patient|client|subscription|invoice|ticket|payment|policy)(?:s|es)?(?: was| were| is)? found)\b",
    re.IGNORECASE,
)
_MORE_FAILED = re.compile(
    r"\bno longer (?:available|valid|possible|active|offered|exists?)\b|"
    r"\b(?:shipment|parcel|package|order|letter|item|delivery)\b[^.!?\n]{0,30}\blost (?:by|in|on|at)\b|"
    r"\bstatus\s*[=:]\s*[\"']?(?:busy|no[-_ ]?answer|failed|error|rejected|declined|timeout|unreachable)\b|"
    r"\b(?:Fehler(?:code|meldung)?\s*:|fehlgeschlagen|abgelehnt|nicht (?:gefunden|möglich|verfügbar|erreichbar)|"
    r"(?:Frist|Zeit(?:limit)?) (?:ist )?(?:abgelaufen|überschritten)|Zeitüberschreitung|ungültig)",
    re.IGNORECASE,
)
"""Failures that are told in other words, or in German, whose tools speak so."""
_NOT_FAILED = re.compile(
    r"\b(?:no|0|zero|without|not|never) (?:\w+ )?(?:errors?|failures?|failed)\b|\b0 failed\b", re.IGNORECASE
)
_IF = re.compile(r"\b(?:if|when|whenever|in case|unless|should|after|before|once)\b[^.!?\n]*$", re.IGNORECASE)
"""Before the words of a failure: an article or a rule speaks of one that may come."""
_PAGE = re.compile(
    r"^\W*(?:kb|knowledge base|help|faq|policy|article|guide|manual|documentation)\b[\w -]*:", re.IGNORECASE
)
ERROR_KEYS = ("error", "errors", "error_message", "errorMessage", "exception", "error_code", "fault")
"""Keys whose value says what went wrong."""
_BAD = words(
    "error failed failure fail denied rejected declined timeout not_found unauthorized forbidden exception unavailable"
)
_SHORT = 400
"""Characters up to which a result in words is searched for a failure; a longer text is a page that was read."""


def is_failure(result: Any) -> bool:
    """Whether a result says that the call failed. Words inside of a JSON record are not taken for it."""
    if isinstance(result, str):
        return _in_words(result.strip())
    if isinstance(result, Mapping):
        return _in_object(result)
    return False


def is_pending(result: Any) -> bool:
    """Whether a result says that a change is asked for and not made: it waits for a review or a queue."""
    if not isinstance(result, Mapping):
        return False
    for key in ("status", "state", "result", "outcome"):
        word = result.get(key)
        if isinstance(word, str):
            return _PENDING.match(word.strip()) is not None
    return len(result) == 1 and is_pending(next(iter(result.values())))


_PENDING = re.compile(
    r"(?:pending[_ -]?(?:review|approval|confirmation|authori[sz]ation|manager\w*)?|"
    r"(?:in|under|awaiting|needs|requires|waiting[_ -]for)[_ -](?:review|approval|confirmation)|requested|queued)$",
    re.IGNORECASE,
)
"""Processing is no wait: what is being processed is made."""


def begins_with_failure(text: str) -> bool:
    """Whether a text says first of all that something failed: ``Traceback (most recent call last)`` is no call."""
    return _FAILED_START.match(text) is not None


def code_of(status: re.Match[str]) -> int:
    """The number that ``STATUS`` found."""
    return int(status["code"] or status["after"])


def _in_words(text: str) -> bool:
    if not text or _NOT_FAILED.search(text) or _PAGE.match(text):
        return False
    status = STATUS.match(text)
    if status is not None:
        return code_of(status) >= 400
    if _FAILED_START.match(text) is not None or _BARE_STATUS.match(text) is not None:
        return True
    return len(text) <= _SHORT and any(
        not _IF.search(text[: one.start()])
        for pattern in (_FAILED_WORDS, _MORE_FAILED)
        for one in pattern.finditer(text)
    )


def _in_object(result: Mapping[str, Any]) -> bool:
    if any(_says_error(result.get(key)) for key in ERROR_KEYS):
        return True
    if any(str(result.get(key)).casefold() in ("false", "0") for key in ("success", "ok", "succeeded", "successful")):
        return True
    if any(_is(result.get(key), "true") for key in ("is_error", "isError", "failed", "has_error")):
        return True
    for key in ("status", "result", "outcome", "state"):
        word = result.get(key)
        if isinstance(word, str) and word.casefold().replace(" ", "_") in _BAD and not _is_record(result):
            return True
    code = next(
        (result[key] for key in ("status_code", "statusCode", "http_status", "code", "status") if key in result), 0
    )
    if isinstance(code, int) and not isinstance(code, bool) and 400 <= code <= 599:
        return True
    return len(result) == 1 and isinstance(inner := next(iter(result.values())), Mapping) and _in_object(inner)


def _is(value: Any, word: str) -> bool:
    return str(value).casefold() == word


def _says_error(value: Any) -> bool:
    return bool(value) and not (isinstance(value, str) and value.casefold() in ("none", "null", "no", "false", "ok"))


def _is_record(result: Mapping[str, Any]) -> bool:
    """Whether a JSON object is the record of something, whose status is its own: a payment that was declined."""
    return any(key.endswith("_id") or key == "id" for key in result) and len(result) > 3
