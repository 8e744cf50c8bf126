"""What an automation imports: submit packets, run the scheduled job, look at what became of them."""

from __future__ import annotations

import json
import os
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from handoff_core.clock import Clock, SystemClock
from handoff_core.config import Config, load
from handoff_core.connector import Checks
from handoff_core.delivery.accept import accept, refused
from handoff_core.delivery.acknowledge import acknowledge_packet
from handoff_core.delivery.approve import approve_packet
from handoff_core.delivery.assessed import Assessed, assess_packet
from handoff_core.delivery.chain import Moved
from handoff_core.delivery.job import FaultPoint
from handoff_core.delivery.preview import preview_packet
from handoff_core.delivery.release import release_packet
from handoff_core.delivery.result import Progress, SyncResult
from handoff_core.delivery.run import Runs
from handoff_core.delivery.stalled import account_waits
from handoff_core.errors import ConfigError, DeliveryError, PacketInvalid
from handoff_core.forget import forget, prune, scrub
from handoff_core.inbox import InboxBatch, take_inbox
from handoff_core.ledger import erasures, inbox_files, moves, queries, records, settings, trail
from handoff_core.ledger.names import State
from handoff_core.ledger.store import Ledger
from handoff_core.live import Live
from handoff_core.packet import Packet
from handoff_core.privacy.erasure import erased_on
from handoff_core.receipt import Receipt, ReceiptStatus
from handoff_core.show import audit_lines, remote_fields, show_packet, status_lines
from handoff_core.views import (
    AccountWait,
    AuditLine,
    DeadLine,
    ErasureResult,
    HandoffStatus,
    LogLine,
    OnlineResult,
    PreviewRecord,
    Shown,
)

WORK_PAUSE = 1.0
"""Seconds between two looks of ``work`` when nothing is due."""


class Handoff:
    """One configured business: its ledger and its destinations. A context manager.

    ``threads`` = 1 drains all accounts in the calling thread. ``at`` is for crash tests: called at named points.
    """

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock | None = None,
        ledger: Ledger | None = None,
        threads: int = 8,
        random_number: Callable[[], float] = random.random,
        at: FaultPoint = lambda name: None,
    ) -> None:
        self.config = config
        self._clock = clock or SystemClock()
        self.ledger = ledger or Ledger(config.store_url, clock=self._clock)
        self._runs = Runs(config, self.ledger, self._clock, threads=threads, random=random_number, at=at)
        with self.ledger.write() as tx:
            settings.remember_config(tx, config.business.id, config.digest)

    @classmethod
    def from_config(
        cls, path: str | os.PathLike[str], *, environ: Mapping[str, str] | None = None, clock: Clock | None = None
    ) -> Self:
        """The business of one file. ConfigError, with every problem; StoreUnavailable when the ledger does not open."""
        return cls(load(path, environ), clock=clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back sockets and the ledger."""
        self._runs.close()
        self.ledger.close()

    def submit(self, packet: Packet) -> Receipt:
        """Accept one packet; durable when it returns, no network. The receipt tells stale, unchanged and conflict."""
        assessed = self._assess(packet)
        with self.ledger.write() as tx:
            return accept(tx, self.config, assessed, now=self.ledger.now())

    def submit_text(self, text: bytes | str) -> Receipt:
        """Accept one packet from its JSON; one that is invalid gets the receipt ``refused`` and is not stored."""
        try:
            packet = Packet.from_json(text)
        except PacketInvalid as error:
            return refused(_id_in(text), *error.problems)
        return self.submit(packet)

    def already_taken(self, name: str, sha256: str) -> bool:
        """Whether the inbox took a file of this name and content before."""
        with self.ledger.read() as tx:
            return inbox_files.was_taken(tx, self.config.business.id, name, sha256)

    def erased_ids(self) -> frozenset[str]:
        """Ids of every packet that was erased: what an inbox file still says of them is not kept."""
        with self.ledger.read() as tx:
            return erasures.erased_ids(tx, self.config.business.id)

    def take(self, batch: InboxBatch) -> tuple[Receipt, ...]:
        """Accept every packet of an inbox file, and remember the file, in one transaction."""
        receipts: list[Receipt] = []
        with self.ledger.write() as tx:
            for packet in batch.packets:
                receipts.append(accept(tx, self.config, self._assess(packet), now=self.ledger.now()))
            if any(receipt.status not in (ReceiptStatus.REFUSED, ReceiptStatus.CONFLICT) for receipt in receipts):
                # A file of which nothing was taken goes to refused/ each time that it is dropped.
                inbox_files.mark_taken(tx, self.config.business.id, batch.name, batch.sha256, now=self.ledger.now())
        return tuple(receipts)

    def sync(
        self,
        *,
        time_budget: float | None = None,
        inbox: bool = True,
        reconcile: bool = False,
        on_progress: Callable[[Progress], None] | None = None,
        stop: threading.Event | None = None,
    ) -> SyncResult:
        """Take the inbox, move on what nobody acknowledged, deliver what is due, for at most ``time_budget`` seconds.

        ``reconcile``: after the ledger was restored, look every record up before it is made. ConfigError, after
        everything that is due was delivered, when the inbox cannot be opened.
        """
        began = self._clock.now()
        until = None if time_budget is None else began + time_budget
        taken = refused_count = faults = 0
        unusable: ConfigError | None = None
        if inbox and self.config.inbox_path is not None:
            try:
                inbox_result = take_inbox(self.config.inbox_path, self, clock=self._clock, until=until)
                taken, refused_count, faults = inbox_result.taken, inbox_result.refused, inbox_result.faults
            except ConfigError as error:
                unusable = error  # what is in the ledger already does not wait for the inbox
        if reconcile:
            with self.ledger.write() as tx:
                moves.look_first_everywhere(tx, self.config.business.id)
        moved = Moved()
        tally = self._runs.run(moved, until=until, on_progress=on_progress, stop=stop)
        with self.ledger.read() as tx:
            scrub_due = erasures.wants_scrub(tx)
        if tally.erased or scrub_due:
            # Also a worker that was sending when the erasure came may have written something after it was scrubbed.
            scrub(self.ledger)
        if unusable is not None:
            raise unusable
        result = self._runs.result(taken, refused_count, tally, moved, self._clock.now() - began)
        return replace(result, exit=1, stuck=faults) if faults else result

    def work(
        self, stop: threading.Event, on_result: Callable[[SyncResult], None] | None = None, pause: float = WORK_PAUSE
    ) -> None:
        """``sync`` again and again until ``stop`` is set; the request that is under way is finished."""
        while not stop.is_set():
            result = self.sync(stop=stop)
            if on_result is not None and any(
                (result.taken, result.refused, result.delivered, result.erased, result.escalated, result.exit)
            ):
                on_result(result)
            stop.wait(pause)

    def preview(self, packet: Packet, destination: str | None = None) -> tuple[PreviewRecord, ...]:
        """Every record as it would be made: no network, no ledger."""
        return preview_packet(self.config, self._assess(packet), self._clock, destination)

    def route(self, packet: Packet) -> Assessed:
        """Who would own the packet and where it would go, and what a reader could not answer."""
        return self._assess(packet)

    def live(self, packet_id: str, **fields: Any) -> Live:
        """A draft in the ledger, gathered during a conversation; another process may resume it by its id."""
        return Live(self, packet_id, fields)

    def status(self, packet_id: str | None = None) -> tuple[HandoffStatus, ...]:
        """Open handoffs, or the one that is named."""
        with self.ledger.read() as tx:
            return status_lines(tx, self.config, packet_id, now=self.ledger.now())

    def show(self, packet_id: str) -> Shown | None:
        """One handoff with its packet, records and links; None when there is no such packet."""
        with self.ledger.read() as tx:
            return show_packet(tx, self.config, packet_id, now=self.ledger.now())

    def log(self, packet_id: str) -> tuple[LogLine, ...]:
        """The audit trail of one handoff."""
        names = tuple(LogLine.__dataclass_fields__)
        with self.ledger.read() as tx:
            rows = queries.trail_rows(tx, self.config.business.id, packet_id)
        return tuple(LogLine(**{name: row[name] for name in names} | {"fields": remote_fields(row)}) for row in rows)

    def audit(self, packet_id: str, field: str | None = None) -> tuple[AuditLine, ...]:
        """Who was shown which fields of a packet when; with ``field`` only that one, or those below it."""
        with self.ledger.read() as tx:
            rows = queries.trail_rows(tx, self.config.business.id, packet_id)
        return audit_lines(rows, field)

    def release(self, packet_id: str, *, owner: str | None = None) -> Receipt:
        """Let a held packet go to its routed owner, or to ``owner``."""
        with self.ledger.write() as tx:
            return release_packet(tx, self.config, packet_id, owner, now=self.ledger.now())

    def approve(
        self, packet_id: str, *, by: str, reject: bool = False, note: str | None = None, draft: str | None = None
    ) -> Receipt:
        """Write down that ``by`` accepts, or with ``reject`` does not accept, the draft of an outbound reply.

        ``by`` is an owner's id, name or e-mail address, and must be the approver. ``draft`` is the code of the draft
        that was read, as the records show it: refused when it has changed since. Without it the newest draft is meant,
        and it is refused unless every record shows that one. Handoff sends nothing: a person does.
        """
        with self.ledger.write() as tx:
            return approve_packet(
                tx, self.config, packet_id, by, reject=reject, note=note, draft=draft, now=self.ledger.now()
            )

    def forget(self, *ids: str, customer: str | None = None, plan: bool = False) -> ErasureResult:
        """Erase packets, and with ``customer`` (e-mail, telephone number or account_id) all of his; for good.

        The ledger's words and the inbox's files are gone when it returns; the records at the vendors are erased by the
        next ``sync`` or ``work``. ``plan``: only say what would be erased where, and what cannot be.
        """
        return forget(self.config, self.ledger, ids, customer, plan=plan, now=self.ledger.now())

    def prune(self, *, plan: bool = False) -> ErasureResult:
        """Do what ``[retention]`` says, in the ledger and the inbox's files; the vendors' records stay."""
        return prune(self.config, self.ledger, plan=plan, now=self.ledger.now())

    def acknowledge(self, packet_id: str, *, by: str | None = None) -> Receipt:
        """Somebody has taken it: the owner ``by``, who owns it from then on, else the owner who was asked."""
        with self.ledger.write() as tx:
            return acknowledge_packet(tx, self.config, packet_id, by, now=self.ledger.now())

    def dead(self) -> tuple[DeadLine, ...]:
        """What was given up or refused."""
        with self.ledger.read() as tx:
            rows = queries.dead_rows(tx, self.config.business.id)
        return tuple(
            DeadLine(
                row["packet_id"],
                row["destination"],
                row["updated_at"],
                row["wanted"],
                row["reason"],
                row["summary"] if row["erased_at"] is None else erased_on(row["erased_at"]),
            )
            for row in rows
        )

    def retry(self, packet_id: str, destination: str | None = None) -> int:
        """Try dead or dropped deliveries of a packet again; gives how many."""
        return self._move(packet_id, destination, (State.DEAD, State.DROPPED), State.PENDING, "retry")

    def drop(self, packet_id: str, destination: str | None = None) -> int:
        """Decide that dead or parked deliveries are not to be made; gives how many. ``retry`` takes it back.

        What is still on its way is never dropped: a mistyped id must not lose a live case.
        """
        return self._move(packet_id, destination, (State.DEAD, State.PARKED), State.DROPPED, "drop")

    def check_online(self, *, set_up: bool = False) -> tuple[OnlineResult, ...]:
        """Ask each destination whether it would work; ``set_up`` also makes what is missing there and may be made."""
        from handoff_core.connector import CheckResult

        results: list[OnlineResult] = []
        for one in self._runs.open_destinations():
            owners = tuple(self.config.people(one.name).values())
            try:
                connector = one.connector
                if isinstance(connector, Checks):
                    found = connector.check(owners, set_up=set_up)
                    results.extend(OnlineResult(one.name, result) for result in found)
            except DeliveryError as error:
                results.append(OnlineResult(one.name, CheckResult("account", False, str(error), "see the message")))
            finally:
                one.close()
        return tuple(results)

    def account_waits(self) -> tuple[AccountWait, ...]:
        """The accounts whose vendor asked to wait for more than an hour."""
        with self.ledger.read() as tx:
            return account_waits(tx, self.config, now=self.ledger.now())

    def waiting(self) -> int:
        """How many deliveries are not at their end."""
        return self._runs.waiting()

    def _assess(self, packet: Packet) -> Assessed:
        return assess_packet(self.config, packet, now=self._clock.now())

    def _move(self, packet_id: str, destination: str | None, was: tuple[State, ...], state: State, what: str) -> int:
        business = self.config.business.id
        with self.ledger.write() as tx:
            now = self.ledger.now()
            if state is State.DROPPED and erasures.erased_at(tx, business, packet_id) is not None:
                state = State.ERASED  # a person has erased by hand what Handoff could not
            names = moves.set_state(tx, business, packet_id, destination, was=was, state=state, now=now)
            for name in names:
                records.revive_records(tx, business, packet_id, name)
                trail.note(
                    tx, business, packet_id, at=now, revision=0, destination=name, what=what, outcome=state.value
                )
        return len(names)


def _id_in(text: bytes | str) -> str | None:
    """The id that an invalid packet's JSON carries, for its receipt; None when it cannot be read."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    packet_id = found.get("id") if isinstance(found, dict) else None
    return packet_id if isinstance(packet_id, str) and len(packet_id) <= 64 and packet_id.isprintable() else None
