"""The fault menu: what can go wrong between Handoff and a vendor, one word each, aimed at chosen requests."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal


class Fault(StrEnum):
    """What happens to a request."""

    DROP_BEFORE = "drop_before"
    """The connection is closed; nothing was applied."""
    APPLY_THEN_DROP = "apply_then_drop"
    """Applied, then the connection is closed without an answer."""
    APPLY_THEN_500 = "apply_then_500"
    """Applied, then answered with the vendor's 500."""
    APPLY_LATE = "apply_late"
    """The connection is closed at once; applied ``seconds`` later by the stand-ins' clock."""
    LIMITED = "429"
    """Refused with 429; ``form`` says how Retry-After is written."""
    OK_WITH_ERROR_BODY = "200_with_error_body"
    """Status 200 with an error in the JSON body."""
    HTML_502 = "html_502"
    """A gateway's HTML page under 502."""
    HTML_200 = "html_200"
    """An HTML page (a login or maintenance page) under 200."""
    EMPTY_200 = "empty_200"
    """Status 200 with no body."""
    HALF_BODY = "half_body"
    """Applied; the answer's body breaks off in the middle."""
    SLOW = "slow"
    """Applied; the answer comes ``seconds`` late (real time)."""
    RESET = "reset"
    """The connection is reset (RST); nothing was applied."""
    HANG = "hang"
    """No answer, ever; the connection stays open until the client leaves."""
    REDIRECT = "redirect"
    """302 to another origin."""
    STALE_SEARCH = "stale_search"
    """Listings and searches show the state of ``seconds`` ago."""
    DUPLICATE_HITS = "duplicate_hits"
    """Listings and searches show every hit twice."""
    PARTIAL_207 = "partial_207"
    """The last input of a batch is not applied; answered with 207 (HubSpot)."""
    HUMAN_EDIT = "human_edit"
    """A person edits the record's text just before the request."""
    MERGED = "merged"
    """A person merges the record into another just before the request."""
    DELETED = "deleted"
    """A person deletes the record just before the request."""
    CLOSED = "closed"
    """A person closes the record just before the request."""
    CLOCK_SKEW = "clock_skew"
    """The vendor's clock is wrong by ``seconds`` from this request on."""
    STATUS = "status"
    """Refused with the status ``status`` (401, 403, 409, 423, 503 …) and the vendor's error body."""


HUMAN = frozenset({Fault.HUMAN_EDIT, Fault.MERGED, Fault.DELETED, Fault.CLOSED})
APPLIED = frozenset(
    {
        Fault.APPLY_THEN_DROP,
        Fault.APPLY_THEN_500,
        Fault.HTML_200,
        Fault.EMPTY_200,
        Fault.HALF_BODY,
        Fault.SLOW,
        Fault.STALE_SEARCH,
        Fault.DUPLICATE_HITS,
        Fault.PARTIAL_207,
        Fault.CLOCK_SKEW,
    }
    | HUMAN
)
"""Faults under which the request takes effect, unless ``applied`` says otherwise."""

RetryAfterForm = Literal["seconds", "date", "fraction", "missing", "zero", "day"]

_SECONDS = {
    Fault.APPLY_LATE: 2.0,
    Fault.SLOW: 1.0,
    Fault.STALE_SEARCH: 3600.0,
    Fault.CLOCK_SKEW: 300.0,
    Fault.LIMITED: 2.0,
}


@dataclass
class Rule:
    """One planned fault.

    ``vendor`` and ``method`` may be ``*``; ``path`` is a regular expression searched in the path (no query, no
    ``.json``). The first ``skip`` matching requests pass, then ``count`` of them are hit (None = all).
    """

    fault: Fault
    vendor: str = "*"
    method: str = "*"
    path: str = ""
    skip: int = 0
    count: int | None = 1
    seconds: float = 0.0
    form: RetryAfterForm = "seconds"
    status: int = 503
    code: str | None = None
    applied: bool = False
    seen: int = 0
    hits: int = 0

    def matches(self, vendor: str, method: str, path: str) -> bool:
        """Whether this rule is about such a request."""
        return (
            self.vendor in ("*", vendor)
            and self.method.upper() in ("*", method)
            and re.search(self.path, path) is not None
        )

    def as_json(self) -> dict[str, Any]:
        """The rule with its counters."""
        return {**self.__dict__, "fault": self.fault.value}


@dataclass
class Faults:
    """The rules in force, oldest first; the first that applies to a request is used, one a request."""

    rules: list[Rule] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self,
        fault: str,
        *,
        vendor: str = "*",
        method: str = "*",
        path: str = "",
        skip: int = 0,
        count: int | None = 1,
        seconds: float | None = None,
        form: RetryAfterForm = "seconds",
        status: int = 503,
        code: str | None = None,
        applied: bool | None = None,
    ) -> Rule:
        """Plan a fault. ValueError names the fault, the vendor or the expression that does not exist."""
        try:
            word = Fault(fault)
        except ValueError:
            raise ValueError(f"{fault!r} is no fault; use one of {', '.join(Fault)}") from None
        if vendor not in ("*", "zendesk", "hubspot", "slack"):
            raise ValueError(f"{vendor!r} is no vendor; use zendesk, hubspot, slack or *")
        if form not in ("seconds", "date", "fraction", "missing", "zero", "day"):
            raise ValueError(f"{form!r} is no form of Retry-After; use seconds, date, fraction, missing, zero or day")
        try:
            re.compile(path)
        except re.error as error:
            raise ValueError(f"path {path!r} is no regular expression: {error}") from None
        rule = Rule(
            fault=word,
            vendor=vendor,
            method=method,
            path=path,
            skip=skip,
            count=count,
            seconds=_SECONDS.get(word, 0.0) if seconds is None else seconds,
            form=form,
            status=status,
            code=code,
            applied=word in APPLIED if applied is None else applied,
        )
        with self._lock:
            self.rules.append(rule)
        return rule

    def next(self, vendor: str, method: str, path: str) -> Rule | None:
        """The rule that hits this request, counted; None = none."""
        with self._lock:
            for rule in self.rules:
                if not rule.matches(vendor, method, path):
                    continue
                rule.seen += 1
                if rule.seen > rule.skip and (rule.count is None or rule.hits < rule.count):
                    rule.hits += 1
                    return rule
        return None

    def clear(self) -> None:
        """No more faults."""
        with self._lock:
            self.rules.clear()


def parse_fault(text: str) -> dict[str, Any]:
    """``vendor:method:path:fault`` (the path may hold colons) as arguments of ``Faults.add``; ValueError else."""
    parts = text.split(":")
    if len(parts) < 4:
        raise ValueError(f"{text!r} is not vendor:method:path:fault, e.g. zendesk:POST:/tickets$:apply_then_drop")
    return {"vendor": parts[0], "method": parts[1] or "*", "path": ":".join(parts[2:-1]), "fault": parts[-1]}
