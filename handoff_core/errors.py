"""The error tree, grouped by what is to be done about an error.

HandoffError
├── DeliveryError            a request to a vendor did not succeed
│   ├── Transient            nothing happened there: try again later
│   │   ├── RateLimited      the same, at a time that the vendor names
│   │   └── PreparedExpired  what was uploaded for the request is gone: look up, prepare anew, send under a new key
│   ├── Unknown              sent, answer lost: look up by key before anything else
│   ├── AuthFailed           the account is stopped: park it, a person must act
│   ├── Refused              the vendor will never take this request: dead, a person looks
│   └── Gone                 the record was deleted, closed or merged by a person
├── ConfigError              the configuration is wrong (exit code 78)
├── PacketInvalid            a packet that cannot be accepted
└── StoreUnavailable         the ledger cannot be reached or written (exit code 69)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class HandoffError(Exception):
    """Anything that Handoff raises on purpose."""


class DeliveryError(HandoffError):
    """A request to a vendor did not succeed.

    ``text`` says what, where and what to do, and never holds a secret or a customer's words.
    ``request_id`` is the vendor's own id of the request, where it gave one.
    """

    def __init__(self, text: str, *, status: int | None = None, request_id: str | None = None) -> None:
        self.text = text
        self.status = status
        self.request_id = request_id
        super().__init__(text if request_id is None else f"{text} (vendor's request id {request_id})")


class Transient(DeliveryError):
    """Certain that nothing was changed there; the same request may be sent again later."""


class RateLimited(Transient):
    """The vendor asks to wait. ``retry_after`` is in seconds; ``limit_class`` is the class of call, None = all."""

    def __init__(
        self,
        text: str,
        *,
        retry_after: float,
        limit_class: str | None = None,
        status: int | None = 429,
        request_id: str | None = None,
    ) -> None:
        super().__init__(text, status=status, request_id=request_id)
        self.retry_after = retry_after
        self.limit_class = limit_class


class PreparedExpired(Transient):
    """Something that was prepared (an upload token) is no longer accepted: look up, then prepare anew."""


class Unknown(DeliveryError):
    """The request left this machine and its outcome is not known. Never send it again blindly."""


class AuthFailed(DeliveryError):
    """The token is refused, lacks a scope, or the account's daily limit is used up: the account is parked.

    ``until`` is seconds from now after which one probe may be tried; None = the delivery loop decides.
    """

    def __init__(
        self, text: str, *, until: float | None = None, status: int | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(text, status=status, request_id=request_id)
        self.until = until


class Refused(DeliveryError):
    """The vendor will not take this request however often it is sent. The text says what to change."""


class GoneWhy(StrEnum):
    """What a person did to the record."""

    DELETED = "deleted"
    """Deleted or archived: made anew at most once, as generation 2."""
    CLOSED = "closed"
    """Closed for good (Zendesk): followed up by a new ticket as generation 2."""
    MERGED = "merged"
    """Merged into another record (Zendesk): ``target`` is the id of that record."""


class Gone(DeliveryError):
    """The record is no longer there to be written."""

    def __init__(self, text: str, *, why: GoneWhy = GoneWhy.DELETED, target: str | None = None) -> None:
        super().__init__(text)
        self.why = why
        self.target = target


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a packet: where (a dotted path), what, and what to write instead."""

    path: str
    text: str
    fix: str


class PacketInvalid(HandoffError):
    """A packet that cannot be accepted; ``problems`` holds every reason at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.path or 'packet'}: {p.text}" for p in self.problems))


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One finding about a configuration file. ``line`` and ``column`` count from 1; 0 = the file as a whole.

    ``severity`` is ``error`` (the file does not load), ``warning``, ``note`` (a vendor would not tell), or
    ``hint`` (all works, and something is left to answer or to fill in).
    """

    file: str
    line: int
    column: int
    key: str
    text: str
    fix: str
    severity: str = "error"

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {key}{self.text} {self.fix}".rstrip()


class ConfigError(HandoffError):
    """A configuration that does not load; ``problems`` holds every reason at once."""

    def __init__(self, problems: Sequence[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class StoreUnavailable(HandoffError):
    """The ledger cannot be reached, read or written. The text says where it is and what to do."""
