"""A vendor in memory, with a connector, for tests of whatever calls connectors.

``Desk`` keeps its records, shows them only after ``lag`` seconds, and can be told to fail: each entry of ``faults``
is used up by one request. Time is the clock's, so a test moves it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from handoff_core.clock import Clock
from handoff_core.connector import (
    Context,
    DestinationSettings,
    Erased,
    Erasure,
    Limit,
    Operation,
    Payload,
    Remote,
    Trace,
    View,
    Write,
)
from handoff_core.durations import Duration
from handoff_core.errors import AuthFailed, Gone, RateLimited, Refused, Transient, Unknown


@dataclass
class DeskRecord:
    """One remote record. ``deleted`` records are never shown."""

    id: str
    key: str
    body: Mapping[str, Any]
    made_at: float
    visible_at: float
    deleted: bool = False
    updates: int = 0


@dataclass
class Desk:
    """The vendor's side."""

    clock: Clock
    lag: float = 0.0
    limit: Limit = field(default_factory=lambda: Limit(1000.0, 1.0, 1000))
    records: list[DeskRecord] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    late: list[Callable[[], None]] = field(default_factory=list)

    def active(self, key: str) -> list[DeskRecord]:
        """Records under a key that a person could see."""
        return [record for record in self.records if record.key == key and not record.deleted]

    def make(self, key: str, body: Mapping[str, Any]) -> DeskRecord:
        """Make a record, as the vendor does when a request reaches it."""
        now = self.clock.now()
        record = DeskRecord(f"d{len(self.records) + 1}", key, dict(body), now, now + self.lag)
        self.records.append(record)
        return record

    def apply_late_requests(self) -> None:
        """Let requests whose sender is long gone take effect."""
        waiting, self.late = self.late, []
        for apply in waiting:
            apply()


class DeskSettings(DestinationSettings):
    """A desk's settings."""

    token_env: str = "DESK_TOKEN"
    settle: Duration = 10.0
    min_update_interval: Duration = 5.0


class DeskConnector:
    """Speaks to a ``Desk``. ``desks`` gives the desk of a destination; a test sets it on a subclass of its own."""

    title: ClassVar[str] = "Desk"
    settings_model: ClassVar[type[DestinationSettings]] = DeskSettings
    limits: ClassVar[Mapping[str, Limit]] = {"api": Limit(1000.0, 1.0, 1000)}
    rank: ClassVar[int] = 10
    desks: ClassVar[dict[str, Desk]] = {}

    def __init__(self, context: Context) -> None:
        self._context = context
        self._desk = self.desks[context.destination]

    @classmethod
    def account(cls, settings: DestinationSettings, secret: Callable[[str], str]) -> str:
        """One account a token."""
        assert isinstance(settings, DeskSettings)
        return secret(settings.token_env)

    def render(self, view: View) -> Sequence[Payload]:
        """One record, and one note at each change of owner."""
        links = {link.destination: link.url for link in view.links}
        earlier = [promise.text for one in view.earlier for promise in one.promises]
        record = Payload(
            kind="case",
            key=view.key,
            body={"summary": view.packet.summary, "owner": view.owner.id, "links": links}
            | ({"earlier": earlier} if earlier else {}),
            title=view.packet.summary,
            told=True,
        )
        payloads = [record]
        if view.told is not None and view.told.owner.id != view.owner.id:
            payloads.append(
                Payload(
                    kind=f"m{view.revision}",
                    key=f"{view.key}~m{view.revision}",
                    body={"note": f"owner {view.owner.name}"},
                    once=True,
                    told=True,
                    needs=("case",),
                )
            )
        return payloads

    def cost(self, operation: Operation, payload: Payload) -> Mapping[str, int]:
        """One call each."""
        return {"api": 1}

    def find(self, write: Write) -> Sequence[Remote]:
        """Records under the key that the vendor shows by now."""
        self._request("find", lambda: None)
        now = self._context.clock.now()
        return [
            Remote(record.id, url=f"https://desk.example/{record.id}", created_at=record.made_at, retirable=True)
            for record in self._desk.active(write.payload.key)
            if record.visible_at <= now
        ]

    def create(self, write: Write) -> Remote:
        """Make a record."""
        made: list[DeskRecord] = []
        self._request("create", lambda: made.append(self._desk.make(write.payload.key, write.payload.body)))
        return Remote(made[0].id, url=f"https://desk.example/{made[0].id}", seen=dict(write.payload.body))

    def update(self, write: Write) -> Remote:
        """Replace a record's body."""
        record = next((one for one in self._desk.records if one.id == write.remote_id), None)
        if record is None or record.deleted:
            self._desk.requests.append("update")
            raise Gone("the record was deleted")
        body = dict(write.payload.body)

        def apply() -> None:
            record.body = body
            record.updates += 1

        self._request("update", apply)
        return Remote(record.id, url=f"https://desk.example/{record.id}", seen=body)

    def retire(self, write: Write, keep: Remote) -> None:
        """Delete a duplicate."""
        for record in self._desk.records:
            if record.id == write.remote_id:
                record.deleted = True

    @classmethod
    def erasure(cls, kind: str) -> Erasure:
        """A desk forgets for good."""
        return Erasure("is deleted for good")

    @classmethod
    def trace(cls, payload: Payload, seen: Mapping[str, Any]) -> Trace:
        """Its id is enough."""
        return Trace(Payload(payload.kind, payload.key, {}, needs=payload.needs))

    def erase(self, write: Write) -> Erased:
        """Forget a record."""

        def apply() -> None:
            for record in self._desk.records:
                if record.id == write.remote_id:
                    record.deleted, record.body = True, {}

        self._request("erase", apply)
        return Erased()

    def close(self) -> None:
        """Nothing is open."""

    def _request(self, name: str, apply: Callable[[], None]) -> None:
        self._context.before_request()
        self._desk.requests.append(name)
        fault = self._desk.faults.pop(0) if self._desk.faults else ""
        if fault == "drop_before":
            raise Transient("the connection was refused")
        if fault == "429":
            raise RateLimited("asked to wait", retry_after=30.0)
        if fault == "refuse":
            raise Refused("the field is not accepted; change it")
        if fault == "auth":
            raise AuthFailed("the token is refused; renew it")
        if fault == "apply_late":
            self._desk.late.append(apply)
            raise Unknown("no answer")
        if fault == "lose":
            raise Unknown("no answer")
        apply()
        if fault == "apply_then_drop":
            raise Unknown("the answer was lost")
