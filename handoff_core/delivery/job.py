"""One claimed delivery at work: its rows, its lease, its slots. Every write to the ledger names the fence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from handoff_core.connector import Operation, Payload, Remote
from handoff_core.delivery.destination import OpenDestination
from handoff_core.delivery.payload_text import payload_from_text, payload_to_text
from handoff_core.delivery.slot import NoSlot, take_slot
from handoff_core.delivery.trace import trace_of
from handoff_core.delivery.view import fields_in_body, links_final, links_mark, shown_fields
from handoff_core.ledger import accounts, deliveries, erasures, records, trail
from handoff_core.ledger.names import State
from handoff_core.ledger.rows import Claim, RecordRow, Sibling, Work
from handoff_core.ledger.store import Ledger
from handoff_core.ledger.transaction import Transaction

FaultPoint = Callable[[str], None]
"""Called with the name of each point at which a crash test may end the worker."""
LEASE_RESERVE = 5.0
"""No request begins with less than ``timeout`` plus this many seconds of lease left."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a successful request gave. ``url``: the first address of the delivery, which siblings wait for."""

    row: RecordRow
    what: str
    revision: int
    fields: tuple[str, ...]
    url: str | None
    body: Mapping[str, Any] | None = None
    """What was sent of a record that holds only some of the packet; None where it shows the packet."""


@dataclass
class Job:
    """One delivery under lease. ``records`` is what the ledger holds now, kept in step with every write."""

    ledger: Ledger
    destination: OpenDestination
    claim: Claim
    work: Work
    lease: float
    lease_until: float
    at: FaultPoint
    and_then: Callable[[Transaction], None] | None = None
    """Called last in the transaction that ends a delivery well, or lets it wait for a slot."""
    records: dict[str, RecordRow] = field(default_factory=dict)
    plan: tuple[Payload, ...] = ()
    identities: dict[str, str | None] = field(default_factory=dict)
    told: int = 0
    url: str | None = None
    wrote: bool = False
    """Whether any record was written, so that the next update waits for its interval."""
    _told_stored: int = 0
    _result: Result | None = None
    in_hand: Counter[str] = field(default_factory=Counter)
    """Calls by class that are reserved already for what follows at once."""
    short: dict[tuple[str, bool], float] = field(default_factory=dict)
    """Classes of call of which this claim found no slot, for what is critical and for all else, and when there is one
    (epoch seconds)."""
    hurried: frozenset[str] | None = None
    """Kinds of the plan that a change of urgency or owner hurries. None: there is no plan yet, and all that is done
    before holds the change up."""
    holding: bool = False
    """Whether this claim has found or prepared something that only its memory knows."""
    _open: dict[str, str] = field(default_factory=dict)
    """Intents, by kind, that may have been carried out without the ledger knowing what came of it."""
    doubted: Payload | None = None
    """What another worker sent after it had lost the lease, once that must show."""

    def __post_init__(self) -> None:
        again = self.claim.look_again_at
        if again is not None and self.claim.doubted is not None and self.ledger.now() >= again:
            self.doubted = payload_from_text(self.claim.doubted)
        self.records = dict(self.work.records)
        self.told = self._told_stored = self.claim.told
        self.url = self.claim.url

    @property
    def _request_needs(self) -> float:
        """Seconds of lease without which no request begins."""
        return self.destination.destination.settings.timeout + LEASE_RESERVE

    def refs(self) -> dict[str, str]:
        """Remote ids by kind."""
        return {kind: row.remote_id for kind, row in self.records.items() if row.remote_id is not None}

    def record_of(self, payload: Payload) -> RecordRow:
        """The ledger's row for a payload; a new one when there is none."""
        return self.records.get(payload.kind) or RecordRow(kind=payload.kind, key=payload.key)

    def hurries(self, payload: Payload) -> bool:
        """Whether a change of urgency or owner hurries this record: what is there shows it, and what was just found."""
        if not self.claim.urgent:
            return False
        return self.hurried is None or payload.kind in self.hurried or payload.kind in self.refs()

    def shows_change(self) -> bool:
        """Whether every record that a change of urgency or owner hurries is written."""
        hurried = [one for one in self.plan if self.hurries(one)]
        rows = [self.record_of(one) for one in hurried]
        return bool(hurried) and all(
            row.remote_id is not None and row.state == "current" and (one.once or row.digest == one.digest)
            for one, row in zip(hurried, rows, strict=True)
        )

    def keep_lease(self) -> None:
        """Renew the lease when a further request would outlast it. LeaseLost when another worker has it."""
        if self.lease_until - self.ledger.now() >= self._request_needs:
            return
        with self._transaction():
            return

    def allow(self, operation: Operation, payload: Payload, *, times: int = 1) -> None:
        """Renew the lease and take a slot for an operation that is safe to repeat. NoSlot when there is none now.

        ``times``: so often in a row, of which this is the first; the slots of the others are kept for them.
        """
        with self._transaction() as tx:
            wait = take_slot(self, tx, operation, payload, times=times)
        self._wait(wait)
        self.holding = self.holding or operation in ("find", "prepare")

    def intend(self, operation: Operation, payload: Payload, row: RecordRow) -> RecordRow:
        """Commit the intent to write ``payload``: lease, slot and intent in one transaction. NoSlot as in ``allow``."""
        with self._transaction() as tx:
            wait = take_slot(self, tx, operation, payload)
            if wait == 0:
                row = self._save_intent(tx, operation, payload, row)
        if wait != 0:
            self._wait(wait)
            with self._transaction() as tx:
                row = self._save_intent(tx, operation, payload, row)
        self.holding = False
        self._open[row.kind] = row.intent or ""
        self.records[row.kind] = row
        self.at("after_intent")
        return row

    def settle(
        self, payload: Payload, row: RecordRow, remote: Remote, *, what: str, revision: int, current: bool = True
    ) -> RecordRow:
        """Keep what a successful request gave; it is committed with the next intent or with the delivery's end.

        A worker that dies in between leaves an intent without a result, which is looked up like any other. Not
        ``current``: the record's content is still to be written.
        """
        self.at("after_reply")
        now = self.ledger.now()
        row = replace(
            row,
            state="current",
            remote_id=remote.id,
            url=remote.url or row.url,
            revision=revision,
            digest=payload.digest if current else None,
            seen=dict(remote.seen),
            kept=remote.kept,
            withheld=payload.withheld,
            edited=row.edited or remote.edited,
            written_at=now,
            confirm_at=None if row.confirm_at is None or now >= row.confirm_at else row.confirm_at,
            operation=None,
            intent=None,
            intent_revision=None,
            frozen=None,
            idempotency_key=None,
            first_sent_at=None,
            sent_at=None,
            reason=None,
        )
        if payload.told and what in ("created", "found"):
            self.told = max(self.told, revision)
        self.wrote = True
        self.records[row.kind] = row
        moved = row.previous_id is not None and what != "updated" and remote.url != self.url
        first_url = remote.url if (self.url is None or moved) and not payload.look_up_first else None
        if first_url is not None:
            self.url = first_url
        sent = payload.body if remote.sent is None else remote.sent
        self._result = Result(
            row, what, revision, tuple(sorted(sent)), first_url, payload.body if payload.look_up_first else None
        )
        return row

    def save(self, row: RecordRow, *, what: str, outcome: str, text: str | None = None) -> None:
        """Commit a record's new state that no successful request led to."""
        with self._transaction() as tx:
            records.save_record(tx, self.claim, row)
            partial = next((one for one in self.plan if one.kind == row.kind and one.look_up_first), None)
            self._tell(tx, row.kind, what, outcome, text=text, body=None if partial is None else partial.body)
        self._open.pop(row.kind, None)
        self.records[row.kind] = row

    def looked_again(self) -> None:
        """Commit that what another worker sent was looked for: without a slot for what follows, a next claim would look
        again, and so would every one after it."""
        with self._transaction() as tx:
            deliveries.settle_doubt(tx, self.claim)

    def lose(self) -> None:
        """After the lease was lost: what a request of ours made or overwrote all the same is looked for later.

        Nothing can keep a worker from sending that stood still between the check of its lease and the socket.
        """
        for kind, intent in self._open.items():
            with self.ledger.write() as tx:
                if erasures.erased_at(tx, self.claim.business, self.claim.packet_id) is not None:
                    self._own_up(tx, kind)
                    continue
                deliveries.doubt(tx, self.claim, intent, at=self.ledger.now() + self.destination.certainty)
                text = "a worker may have sent this after it had lost its lease; it is looked for later"
                self._tell(tx, kind, "delivery", "doubted", text=text)

    def _own_up(self, tx: Transaction, kind: str) -> None:
        """The packet was erased while a request of ours was on its way: what it made is to be erased too."""
        row = self.records[kind]
        intent = self._open[kind]
        asked = self.destination.destination.connector_class
        trace = trace_of(asked, replace(row, state="unknown", intent=intent or row.intent, sent_at=self.ledger.now()))
        if trace is not None:
            erasures.reopen(tx, self.claim, trace, at=self.ledger.now() + self.destination.certainty)
        text = "the packet was erased while this was being sent; what arrived is looked for and erased"
        self._tell(tx, kind, "delivery", "doubted", text=text)

    def forget(self, kind: str) -> None:
        """Remove a record that was never made."""
        with self._transaction() as tx:
            records.forget_record(tx, self.claim, kind)
        self.records.pop(kind, None)

    def clear_sending(self, tx: Transaction) -> None:
        """Take back the intents of requests that certainly changed nothing."""
        for kind, row in list(self.records.items()):
            if row.state == "sending":
                row = without_intent(row)
                records.save_record(tx, self.claim, row)
                self.records[kind] = row

    def end(
        self, state: State, *, due_at: float | None = None, outcome: str, text: str | None = None, **values: Any
    ) -> None:
        """Give the delivery back in ``state``, with a line in the trail and a word to the siblings."""
        now = self.ledger.now()
        with self._transaction(renew=False) as tx:
            deliveries.give_back(
                tx,
                self.claim,
                now=now,
                state=state,
                due_at=now if due_at is None else due_at,
                told=self.told,
                reason=text,
                put_off=None,
                **values,
            )
            self._tell(tx, None, "delivery", outcome, text=text)
            if self.url is None and state not in (State.PENDING, State.SENDING):
                self._wake_siblings(tx, settled=state)
            if self.and_then is not None and state in (State.DELIVERED, State.PENDING, State.ERASED):
                self.and_then(tx)

    def queue_up(self, wait: NoSlot) -> None:
        """Give the delivery back, to wait for a slot."""
        state = State.UNKNOWN if self.claim.was == State.UNKNOWN else State.PENDING
        with self._transaction(renew=False) as tx:
            deliveries.queue_up(
                tx,
                self.claim,
                revision=self.work.revision,
                now=self.ledger.now(),
                state=state,
                since=wait.since,
                priority=wait.priority,
                queue=wait.queue,
                told=self.told,
                shown=wait.shown,
            )
            if self.and_then is not None:
                self.and_then(tx)

    @contextmanager
    def _transaction(self, *, renew: bool = True) -> Iterator[Transaction]:
        """One transaction under our fence, with the result that is still to be written. LeaseLost, and nothing of it
        is written, when another worker has the delivery. The lease is renewed when half of it, or less than a request
        needs, is left; without ``renew`` the caller gives the delivery back, which asks for the fence itself."""
        result, self._result = self._result, None
        now = self.ledger.now()
        changed: dict[str, Any] = {} if result is None or result.url is None else {"url": result.url}
        if self.told != self._told_stored:
            changed["told"] = self.told
        short = self.lease_until - now < max(self.lease / 2, self._request_needs)
        until = now + self.lease if changed or (renew and short) else self.lease_until
        with self.ledger.write() as tx:
            deliveries.lock_packet(tx, self.claim)
            if changed or (renew and short):
                deliveries.renew(tx, self.claim, until=until, **changed)
            elif renew:
                deliveries.hold(tx, self.claim)
            self._observe(tx)
            if result is not None:
                records.save_record(tx, self.claim, result.row)
                row, fields, body = result.row, result.fields, result.body
                self._tell(tx, row.kind, result.what, "ok", fields=fields, revision=result.revision, body=body)
                if result.url is not None:
                    self._wake_siblings(tx)
                self.at("before_commit")
            yield tx
        self.lease_until = until
        self._told_stored = self.told
        if result is not None:
            self._open.pop(result.row.kind, None)
            self.at("after_commit")

    def _save_intent(self, tx: Transaction, operation: Operation, payload: Payload, row: RecordRow) -> RecordRow:
        now = self.ledger.now()
        row = replace(
            row,
            key=payload.key,
            parents=payload.needs,
            state="sending",
            operation=operation,
            intent=payload_to_text(payload),
            intent_revision=self.work.revision,
            sent_at=now,
            first_sent_at=row.first_sent_at or now,
        )
        records.save_record(tx, self.claim, row)
        return row

    def _wait(self, wait: float | NoSlot) -> None:
        if isinstance(wait, NoSlot):
            self.holding = False
            raise wait
        if wait > 0:
            self.destination.clock.sleep(wait)

    def _observe(self, tx: Transaction) -> None:
        seen = self.destination.observed
        if seen:
            limits = self.destination.limits
            accounts.observe(tx, self.destination.account, tuple(seen), limits, now=self.ledger.now())
            seen.clear()

    def _tell(
        self,
        tx: Transaction,
        kind: str | None,
        what: str,
        outcome: str,
        *,
        text: str | None = None,
        fields: tuple[str, ...] = (),
        revision: int | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        """A line of the trail. ``body``: what a record holds that has only some of the packet."""
        if kind is not None and (outcome == State.UNKNOWN.value or (outcome == "ok" and fields)):
            # A request whose answer was lost may have arrived: who may have seen a field counts as who has.
            policy = self.destination.config.policy(self.destination.name)
            packet, earlier = self.work.body, self.work.earlier
            shown = (
                shown_fields(packet, earlier, policy)
                if body is None
                else fields_in_body(packet, earlier, policy, body, fields or None)
            )
            fields = (*fields, *shown)
        trail.note(
            tx,
            self.claim.business,
            self.claim.packet_id,
            at=self.ledger.now(),
            revision=self.work.revision if revision is None else revision,
            destination=self.claim.destination,
            kind=kind,
            what=what,
            outcome=outcome,
            text=text,
            fields=fields,
        )

    def _wake_siblings(self, tx: Transaction, settled: State | None = None) -> None:
        """Render again where a link of ours would now be shown, and let waiting first records go."""
        every = deliveries.siblings(tx, self.claim.business, self.claim.packet_id)
        mine = self.claim.destination
        every = tuple(
            replace(one, url=self.url, state=settled or one.state) if one.destination == mine else one for one in every
        )
        stale = [
            one.destination
            for one in every
            if one.destination != mine and (_shows_old_links(one, every) or _waited_for_us(one, every))
        ]
        deliveries.wake(tx, self.claim.business, self.claim.packet_id, stale, now=self.ledger.now())


def without_intent(row: RecordRow) -> RecordRow:
    """The record as it stood before a request that certainly changed nothing."""
    return replace(
        row,
        state="current" if row.remote_id else "new",
        operation=None,
        intent=None,
        intent_revision=None,
        frozen=None,
        idempotency_key=None,
        first_sent_at=None,
        sent_at=None,
    )


def _shows_old_links(one: Sibling, every: tuple[Sibling, ...]) -> bool:
    """Not before every sibling has come or failed: one more write for all links, not one for each.

    What waits for a slot to make a further record may have one for this.
    """
    if one.state != State.DELIVERED and not (one.state == State.PENDING and one.queue is not None and one.url):
        return False
    if not links_final(every, one.destination):
        return False
    return one.links_seen != links_mark(every, one.destination)


def _waited_for_us(one: Sibling, every: tuple[Sibling, ...]) -> bool:
    """A first record that waits for links may go when nothing of lower rank is still about to come."""
    if one.state != State.PENDING or one.url is not None or one.attempts:
        return False
    return not any(
        other.url is None and other.state in (State.PENDING, State.SENDING) and other.rank < one.rank for other in every
    )
