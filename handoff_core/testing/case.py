"""The plumbing of the contract suite: one destination against a stand-in, as the delivery loop would use it."""

from __future__ import annotations

import base64
import binascii
import re
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from handoff_core.connector import (
    Connector,
    Context,
    DestinationSettings,
    Payload,
    Prepares,
    RecordedRequest,
    RecordState,
    Remote,
    Told,
    View,
    Write,
)
from handoff_core.packet import Packet
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.factories import make_view
from handoff_core.testing.stand_in import Server

_T = TypeVar("_T")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
SHORT_TIMEOUT = 1.0
"""The ``timeout`` of a destination whose vendor is about to hang, in real seconds."""
PATIENCE = 8.0
"""Real seconds after which a call without an answer counts as endless."""


@dataclass
class NotebookMemory:
    """A connector's memory, kept in a dict; nothing expires."""

    kept: dict[str, str] = field(default_factory=dict)

    def recall(self, name: str) -> str | None:
        """The remembered text, or None."""
        return self.kept.get(name)

    def remember(self, name: str, text: str, *, seconds: float) -> None:
        """Keep ``text``."""
        self.kept[name] = text


@dataclass
class Recording:
    """Keeps requests instead of sending them."""

    requests: list[RecordedRequest] = field(default_factory=list)

    def record(self, request: RecordedRequest) -> None:
        """Keep one request."""
        self.requests.append(request)


@dataclass
class Case:
    """A destination, its vendor's stand-in, and what a test does with them."""

    connector_class: type[Connector]
    settings: DestinationSettings
    secrets: Mapping[str, str]
    server: Server
    clock: FakeClock
    given_secrets: set[str] = field(default_factory=set)
    _memory: NotebookMemory = field(default_factory=NotebookMemory)
    _open: list[Connector] = field(default_factory=list)

    def secret(self, name: str) -> str:
        """A canary for every secret that the suite was not given."""
        value = self.secrets.get(name, f"canary-{name.lower()}-7f3a9c")
        self.given_secrets.add(value)
        return value

    def context(self) -> Context:
        """What a connector is given. Workers share their memory, as they share the ledger."""
        return Context(
            business="acme-plumbing",
            destination="desk",
            settings=self.settings,
            secret=self.secret,
            clock=self.clock,
            memory=self._memory,
        )

    def worker(self, **changes: Any) -> Connector:
        """A fresh instance, as another process would make one; ``changes`` replace parts of its context."""
        connector = self.connector_class(replace(self.context(), **changes))
        self._open.append(connector)
        return connector

    def lose_patience(self) -> None:
        """Give the workers made from now on a short timeout."""
        self.settings = self.settings.model_copy(update={"timeout": SHORT_TIMEOUT})

    def close(self) -> None:
        """Close every worker."""
        while self._open:
            self._open.pop().close()

    def view(self, packet: Packet | None = None, **overrides: Any) -> View:
        """What is to be rendered for a packet."""
        return make_view(packet, **overrides)

    def later_view(self, view: View, remotes: Mapping[str, Remote]) -> View:
        """The next revision of the same packet, which says something else in every place that a record may show."""
        old = view.packet.model_dump(mode="json", exclude_unset=True)
        news = {"revision": 2, "summary": "Water is back, but the boiler leaks now.", "goal": "A dry cellar"}
        due = {"text": "Bring a new gasket", "due": "2026-11-21T11:00:00-06:00"}
        packet = Packet.model_validate(old | news | {"next_action": due})
        keys = {payload.kind: payload.key for payload in self._rendered(view)}
        states = {
            kind: RecordState(kind, keys.get(kind, view.key), remote.id, remote.url, seen=remote.seen)
            for kind, remote in remotes.items()
        }
        return replace(
            view, packet=packet, revision=2, records=states, told=Told(view.packet, view.owner, view.revision)
        )

    def payload(self, kind: str, view: View | None = None) -> Payload:
        """What is to be written for a record of ``kind``."""
        payloads = self._rendered(view or self.view())
        found = next((payload for payload in payloads if payload.kind == kind), None)
        assert found is not None, f"render gives no {kind!r}, only {[payload.kind for payload in payloads]}"
        return found

    def needed(self, payload: Payload, view: View | None = None) -> dict[str, str]:
        """Make the records that ``payload`` needs; their remote ids by kind."""
        refs: dict[str, str] = {}
        worker = self.worker()
        for other in self._rendered(view or self.view()):
            if other.kind in payload.needs:
                refs[other.kind] = self.create(worker, other, refs).id
        return refs

    def write(self, connector: Connector, payload: Payload, refs: Mapping[str, str] | None = None) -> Write:
        """A creation whose bytes are prepared, as the delivery loop asks for it."""
        write = Write(payload, refs=refs or {}, since=self.clock.now())
        frozen = connector.prepare(write) if isinstance(connector, Prepares) else None
        return replace(write, frozen=frozen, idempotency_key=f"{payload.key}.r1.1")

    def create(self, connector: Connector, payload: Payload, refs: Mapping[str, str] | None = None) -> Remote:
        """Make a record."""
        return connector.create(self.write(connector, payload, refs))

    def find(self, connector: Connector, payload: Payload, refs: Mapping[str, str] | None = None) -> Sequence[Remote]:
        """Look a record up once its vendor has caught up."""
        self.server.catch_up()
        return connector.find(Write(payload, refs=refs or {}, since=self.clock.now() - 1.0))

    def leaked_by(self, text: str) -> str | None:
        """The first secret that stands in ``text``, also as base64; None = there is none."""
        plain = [text, *_decoded(text)]
        return next((secret for secret in sorted(self.given_secrets) if any(secret in part for part in plain)), None)

    def _rendered(self, view: View) -> Sequence[Payload]:
        return self.worker().render(view)


def shown(error: BaseException) -> str:
    """Everything that a log or a terminal could show of an error, its causes included."""
    return "\n".join([str(error), repr(error), *traceback.format_exception(error)])


def within(seconds: float, call: Callable[[], _T]) -> _T:
    """The call's result or its error; AssertionError when it does not return in so many real seconds."""
    results: list[_T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001 - carried over to the calling thread
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    started = time.monotonic()
    thread.start()
    thread.join(seconds)
    assert not thread.is_alive(), f"no result after {time.monotonic() - started:.0f} s: a request has no timeout"
    if errors:
        raise errors[0]
    return results[0]


def at_once(calls: Sequence[Callable[[], _T]]) -> list[_T]:
    """The results, in order, of calls that are made at the same time."""
    barrier = threading.Barrier(len(calls))
    results: dict[int, _T] = {}

    def run(place: int) -> None:
        barrier.wait()
        results[place] = calls[place]()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == len(calls), "one of the calls failed"
    return [results[place] for place in range(len(calls))]


def text_of(payload: Payload) -> str:
    """Every text of a payload's body, one a line. UnicodeEncodeError for half a surrogate pair."""
    text = "\n".join(_texts(payload.body))
    text.encode()
    return text


def attached(payload: Payload) -> str:
    """The text of a payload's attachments."""
    return "\n".join(attachment.content.decode("utf-8", "replace") for attachment in payload.attachments)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _decoded(text: str) -> list[str]:
    decoded: list[str] = []
    for word in _BASE64.findall(text):
        padded = word.rstrip("=") + "=" * (-len(word.rstrip("=")) % 4)
        try:
            decoded.append(base64.b64decode(padded.replace("-", "+").replace("_", "/")).decode("utf-8", "replace"))
        except (binascii.Error, ValueError):
            continue
    return decoded
