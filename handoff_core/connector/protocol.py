"""What a connector does, and what it may do besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable

from handoff_core.connector.context import Context
from handoff_core.connector.erasure import Erased, Erasure, Trace
from handoff_core.connector.record import Operation, Payload, Remote, Write
from handoff_core.connector.settings import DestinationSettings, Limit
from handoff_core.connector.view import Owner, View


class Connector(Protocol):
    """One vendor. Class attributes describe it; instances talk to it."""

    title: ClassVar[str]
    """The vendor's own spelling, shown to people."""
    settings_model: ClassVar[type[DestinationSettings]]
    limits: ClassVar[Mapping[str, Limit]]
    """Rate limit per class of call on the vendor's smallest plan. ``post:C1`` falls under the class ``post``."""
    rank: ClassVar[int]
    """A non-critical first record waits up to 2 s for the links of siblings with a lower rank."""

    def __init__(self, context: Context) -> None: ...

    @classmethod
    def account(cls, settings: DestinationSettings, secret: Callable[[str], str]) -> str:
        """The account that limits and tokens belong to, without any secret in it (``acme``, or a short hash)."""

    def render(self, view: View) -> Sequence[Payload]:
        """What this destination's records shall hold, in the order in which they are written. Pure."""

    def cost(self, operation: Operation, payload: Payload) -> Mapping[str, int]:
        """How many calls of which class an operation makes at most."""

    def find(self, write: Write) -> Sequence[Remote]:
        """Every active record under ``write.payload.key``; never by a search index. Empty = not there (yet)."""

    def create(self, write: Write) -> Remote:
        """Make the record. Unknown when the answer was lost."""

    def update(self, write: Write) -> Remote:
        """Bring our own fields of ``write.remote_id`` to the payload; a person's changes stay."""

    def close(self) -> None:
        """Give back sockets."""


@runtime_checkable
class Prepares(Protocol):
    """Needs requests before its body is complete (uploads); the body is then frozen and committed."""

    def prepare(self, write: Write) -> bytes | None:
        """The exact bytes to send for ``write.payload``; None = this kind needs none. Safe to repeat."""


@runtime_checkable
class Replays(Protocol):
    """The vendor de-duplicates a creation by a key of ours."""

    def replay_window(self, payload: Payload) -> float:
        """Seconds after the first send in which sending the same bytes again is safe; 0 = never, inf = always."""


@runtime_checkable
class DoubtsReplay(Protocol):
    """Replays, but cannot always tell whether the vendor would know our key again."""

    def doubts_replay(self, write: Write) -> bool:
        """Whether the key that ``write`` was sent with may mean nothing to the vendor when this connector sends it.

        The same bytes are then sent again only when the lost request can no longer arrive or come into sight.
        """


@runtime_checkable
class FindsOwners(Protocol):
    """Looks an owner up by e-mail."""

    def find_owner(self, email: str) -> str | None:
        """The vendor's id of the person; None = nobody there has that address."""


@runtime_checkable
class Retires(Protocol):
    """Can take a duplicate of ours out of the way."""

    def retire(self, write: Write, keep: Remote) -> None:
        """Retire the record ``write.remote_id`` in favour of ``keep``."""


@runtime_checkable
class Erases(Protocol):
    """Can erase what it wrote. A connector without it is named to people as one whose records Handoff cannot erase.

    ``erasure`` and ``trace`` are asked before any network is there; ``erase`` is asked when no word of the packet is
    left. What the connector remembers about one record stands in the account's memory under a name that ends with
    the record's remote id or its key, so that it goes with the packet.
    """

    @classmethod
    def erasure(cls, kind: str) -> Erasure:
        """What becomes of a record of this kind, in plain words. Pure."""

    @classmethod
    def trace(cls, payload: Payload, seen: Mapping[str, Any]) -> Trace:
        """What ``erase`` and ``find`` will need of a record, without its words. Pure.

        ``payload``: of the open intent, else with kind and key alone. ``seen``: as after our last write, or {}.
        """

    def erase(self, write: Write) -> Erased:
        """Erase the record ``write.remote_id``: our words go, what people wrote stays. Safe to repeat.

        ``write.payload`` and ``write.seen`` are the trace's. One that is gone already is as good as erased. What the
        token may not do is Refused, never AuthFailed: it stops this erasure, not the account.
        """


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of ``handoff check --online``. ``ok`` None = not possible to tell. ``fix`` says what to do."""

    subject: str
    ok: bool | None
    text: str
    fix: str = ""
    key: str = ""
    """The configuration key it concerns, below ``destinations.<name>``; empty = the table itself."""


@runtime_checkable
class Checks(Protocol):
    """Can be asked whether it would work."""

    def check(self, owners: Sequence[Owner], *, set_up: bool = False) -> Sequence[CheckResult]:
        """Token, scopes, fields, channels, owners. ``set_up``: also make what is missing there and may be made."""


@runtime_checkable
class SetUpFiles(Protocol):
    """Has files that a person needs once, before the first run (an app manifest); ``handoff init`` writes them."""

    @classmethod
    def set_up_files(cls, name: str) -> Mapping[str, str]:
        """Text by file name, for a business called ``name``. No secrets; the person is told what to do with each."""
