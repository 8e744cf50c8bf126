"""Forgetting: the plan of an erasure gathered from ledger and inbox, and carried out as far as no network is needed.

The inbox's files go first, then, in one transaction, the packet's words and whatever was to be delivered; from then on
the packet is erased, whatever dies. The records at the vendors are erased by the next ``sync`` or ``work``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from handoff_core.config import Config
from handoff_core.connector import Erases, Erasure
from handoff_core.delivery.route_text import StoredRoute
from handoff_core.delivery.trace import trace_of
from handoff_core.inbox.change import ids_of
from handoff_core.inbox.erase import SIDES, WAITING, Swept, sweep
from handoff_core.inbox.names import REFUSED, TAKEN
from handoff_core.ledger import customers, erasures, moves, packets, trail
from handoff_core.ledger.names import State
from handoff_core.ledger.rows import RecordRow, StoredPacket
from handoff_core.ledger.store import Ledger, Scrubbed
from handoff_core.ledger.transaction import Transaction
from handoff_core.privacy.erasure import CustomerKey, customer_in, planned, remaining, without_transcript
from handoff_core.privacy.settings import RetentionSettings
from handoff_core.views import ErasedPacket, ErasureRecord, ErasureResult

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a packet's id looks like."""
TRANSCRIPT = '"transcript"'
"""What a body holds that has a conversation."""
BATCH = 50
"""Packets that ``prune`` erases in one transaction, so that other workers do not wait for long."""
DRAFT_LANE = "support"
"""Lane of the row that refuses a packet which the ledger never had: a draft's may not be decided yet."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Files of the inbox folder by the id of the packet that they hold."""

    swept: Swept
    files: dict[str, list[str]] = field(default_factory=dict)

    def of(self, packet_id: str) -> tuple[str, ...]:
        return tuple(self.files.get(packet_id, ()))


def forget(
    config: Config, ledger: Ledger, ids: Sequence[str], customer: str | None, *, plan: bool, now: float
) -> ErasureResult:
    """Erase packets by id, and all of one customer; ``plan``: only say what would be erased where.

    ValueError when ``customer`` is blank.
    """
    key = None if customer is None else CustomerKey.of(customer, config.region)
    going = dict.fromkeys([*ids, *(_ids_of_customer(config, ledger, key) if key else ())])
    found = _sweep(config, frozenset(going), key, write=not plan, now=now)
    going.update(dict.fromkeys(found.files))
    business = config.business.id
    unknown: list[str] = []
    told: list[tuple[str, str]] = []
    lines: list[ErasedPacket] = []
    with ledger.read() if plan else ledger.write() as tx:
        for packet_id in going:
            if not packet_id:
                lines.append(ErasedPacket("", "file", {}, found.of("")))
                continue
            one = _Erasure(tx, config, packet_id, frozenset(going), found.of(packet_id), now)
            if not one.is_known:
                unknown.append(packet_id)
                continue
            lines.append(one.line())
            others = tuple(dict.fromkeys(other for other, *_ in customers.telling_of(tx, business, packet_id)))
            told += [(packet_id, other) for other in others if other not in going]
            if not plan:
                one.carry_out()
        if not plan:
            for other in dict.fromkeys(other for _, other in told):
                moves.render_again(tx, business, other, now=now)
    scrubbed = scrub(ledger) if lines and not plan else Scrubbed()
    stays = (
        *(word for line in lines for record in line.records for word in record.stays),
        *(_told_by(packet_id, other) for packet_id, other in told),
    )
    words = remaining((*_words(scrubbed, again=False), *stays)) if lines else ()
    return ErasureResult(
        planned=plan,
        packets=tuple(lines),
        stays=words,
        unknown=tuple(unknown),
        unfinished=(*found.swept.left, *_words(scrubbed, again=True)),
    )


def _told_by(packet_id: str, other: str) -> str:
    return (
        f"{other} of the same customer tells of {packet_id}: the next `handoff sync` writes its records anew without "
        f"that; a note that cannot be changed keeps it, until {other} is forgotten too."
    )


def prune(config: Config, ledger: Ledger, *, plan: bool, now: float) -> ErasureResult:
    """Do what ``[retention]`` says: erase old closed packets from the ledger, and conversations out of younger ones."""
    business, retention = config.business.id, config.retention or RetentionSettings()
    lines: list[ErasedPacket] = []
    going: list[str] = []
    shortened: list[str] = []
    waiting = _waiting(config, now=now)  # before the ledger is read: what is taken meanwhile is news there
    with ledger.read() as tx:
        drafts: tuple[str, ...] = ()
        if retention.packets is not None:
            for packet_id, may_go in erasures.closed_before(tx, business, now - retention.packets):
                if may_go and packet_id not in waiting:
                    going.append(packet_id)
                else:
                    keeps = _NOT_TAKEN if may_go else _NOT_SETTLED
                    lines.append(ErasedPacket(packet_id, "erase", {}, keeps=keeps))
            drafts = erasures.abandoned_drafts(tx, business, now - retention.packets)
        if retention.transcripts is not None:
            kept = {*going, *waiting, *(line.id for line in lines)}
            before = now - retention.transcripts
            for packet_id, may_go in erasures.closed_before(tx, business, before, holding=TRANSCRIPT):
                bodies = erasures.bodies_of(tx, business, packet_id).values()
                if may_go and packet_id not in kept and any(map(without_transcript, bodies)):
                    shortened.append(packet_id)
    for some in _batches(going):
        with ledger.read() if plan else ledger.write() as tx:
            before = now - (retention.packets or 0.0)
            lines += _prune_packets(tx, config, some, before=before, plan=plan, now=now)
    # The files of what went, after it went: a packet that was opened again meanwhile keeps its own. Whatever a crash
    # leaves behind is found by the next run, which looks for all that was ever erased.
    with ledger.read() as tx:
        gone = erasures.erased_ids(tx, business) | {line.id for line in lines if line.keeps is None}
    old = (TAKEN, REFUSED)
    found = _sweep(config, gone, None, write=not plan, now=now, shortened=frozenset(shortened), sides=old)
    lines = [replace(line, files=found.of(line.id)) for line in lines]
    for some in _batches(shortened):
        with ledger.read() if plan else ledger.write() as tx:
            before = now - (retention.transcripts or 0.0)
            lines += _prune_transcripts(tx, config, some, found, before=before, plan=plan, now=now)
    for draft_id in drafts:
        with ledger.read() if plan else ledger.write() as tx:
            before = now - (retention.packets or 0.0)
            if draft_id not in erasures.abandoned_drafts(tx, business, before, draft_id):
                continue
            lines.append(ErasedPacket(draft_id, "draft", {"draft": 1}))
            if not plan:
                erasures.forget_draft(tx, business, draft_id)
    scrubbed = scrub(ledger) if not plan and any(line.keeps is None for line in lines) else Scrubbed()
    return ErasureResult(
        planned=plan,
        packets=tuple(lines),
        stays=remaining(_words(scrubbed, again=False), local=True) if lines else (),
        unfinished=(*found.swept.left, *_words(scrubbed, again=True)),
    )


def scrub(ledger: Ledger) -> Scrubbed:
    """Rid the database's files of what was erased; what could not be done now is done by a later ``sync``."""
    found = ledger.scrub()
    if not found.again:
        with ledger.write() as tx:
            erasures.was_scrubbed(tx)
    return found


def _words(scrubbed: Scrubbed, *, again: bool) -> tuple[str, ...]:
    return (scrubbed.left,) if scrubbed.left and scrubbed.again is again else ()


_NOT_SETTLED = "it is not wholly delivered, or waits for a person: see `handoff show`"
_NOT_TAKEN = "news of it lies in the inbox, for the next `handoff sync`"


@dataclass
class _Erasure:
    """One packet's erasure within a transaction. ``remotely``: its records at the vendors are erased too."""

    tx: Transaction
    config: Config
    packet_id: str
    going: frozenset[str]
    files: tuple[str, ...]
    now: float
    remotely: bool = True
    stored: StoredPacket | None = None
    can_be_refused: bool = True
    """Whether a later packet of this id could be taken at all; else no row is needed to refuse it."""
    rows: dict[str, tuple[RecordRow, ...]] = field(default_factory=dict)
    shared: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        business = self.config.business.id
        stored = packets.find_packet(self.tx, business, self.packet_id)
        if stored is None or stored.id != self.packet_id:
            self.can_be_refused = stored is None and ID.fullmatch(self.packet_id) is not None
            return
        self.stored = stored
        erasures.lock(self.tx, business, self.packet_id)
        self.rows = erasures.records_of(self.tx, business, self.packet_id)
        if self.remotely and stored.erased_at is None:
            for destination, rows in self.rows.items():
                for row in rows:
                    others = erasures.sharing(self.tx, business, self.packet_id, destination, row, self.going)
                    if others:
                        self.shared[destination, row.kind] = others

    @property
    def is_known(self) -> bool:
        """Whether there is anything to erase, or it was erased already."""
        draft = erasures.has_draft(self.tx, self.config.business.id, self.packet_id)
        return self.stored is not None or draft or bool(self.files)

    def line(self) -> ErasedPacket:
        """What there is, and what becomes of it."""
        at = None if self.stored is None else self.stored.erased_at
        rows = erasures.count_rows(self.tx, self.config.business.id, self.packet_id) if at is None else {}
        records = tuple(self._records()) if self.remotely else ()
        return ErasedPacket(self.packet_id, "erase", rows, self.files, records, erased_at=at)

    def carry_out(self) -> None:
        """Erase it."""
        business, tx = self.config.business.id, self.tx
        if self.stored is not None and self.stored.erased_at is not None:
            for destination in self.rows:
                erasures.erase_remotely(tx, business, self.packet_id, destination, now=self.now)
            erasures.forget_draft(tx, business, self.packet_id)
            return
        if not self.can_be_refused:
            return
        traces = {destination: tuple(self._traces(destination, rows)) for destination, rows in self.rows.items()}
        erasures.erase(
            tx,
            business,
            self.packet_id,
            known=self.stored is not None,
            lane=self.stored.lane if self.stored is not None else DRAFT_LANE,
            route=self._route(),
            traces=traces,
            now=self.now,
        )
        for destination, rows in self.rows.items():
            if destination in self.config.places:
                names = [name for row in rows for name in (row.remote_id, row.previous_id, row.key) if name]
                erasures.forget_memory(tx, self.config.account_of(destination), names)
        trail.note(
            tx,
            business,
            self.packet_id,
            at=self.now,
            revision=self.stored.revision if self.stored is not None else 0,
            what="forget" if self.remotely else "prune",
            outcome="erased",
        )

    def _records(self) -> Iterator[ErasureRecord]:
        for destination, rows in self.rows.items():
            kind = self._connector(destination)
            for row in rows:
                trace = trace_of(kind or object, row)
                if trace is None or row.state == State.ERASED:
                    continue
                yield planned(
                    destination,
                    None if kind is None else str(getattr(kind, "title", kind.__name__)),
                    row.kind,
                    row.remote_id,
                    row.url,
                    _erasure_of(kind, row.kind),
                    shared_with=self.shared.get((destination, row.kind), ()),
                    doubtful=trace.state == State.UNKNOWN,
                )

    def _traces(self, destination: str, rows: Iterable[RecordRow]) -> Iterator[RecordRow]:
        kind = self._connector(destination)
        for row in rows:
            others = self.shared.get((destination, row.kind))
            if others:
                erasures.hand_over(self.tx, self.config.business.id, others[0], destination, row)
                continue
            trace = trace_of(kind or object, row, remotely=self.remotely)
            if trace is not None:
                yield trace

    def _connector(self, destination: str) -> type | None:
        configured = self.config.places.get(destination)
        return None if configured is None else configured.connector_class

    def _route(self) -> str:
        """Who owned it last, without the words that say why."""
        if self.stored is None:
            return StoredRoute(self.config.routing.fallback, "erased", ()).to_text()
        there = StoredRoute.from_text(self.stored.route)
        return StoredRoute(there.owner_id, "erased", there.destinations).to_text()


def _prune_packets(
    tx: Transaction, config: Config, ids: Iterable[str], *, before: float, plan: bool, now: float
) -> Iterator[ErasedPacket]:
    for packet_id in ids:
        if (packet_id, True) in erasures.closed_before(tx, config.business.id, before, packet_id):
            one = _Erasure(tx, config, packet_id, frozenset(), (), now, remotely=False)
            yield one.line()
            if not plan:
                one.carry_out()


def _prune_transcripts(
    tx: Transaction, config: Config, ids: Iterable[str], found: _Found, *, before: float, plan: bool, now: float
) -> Iterator[ErasedPacket]:
    business = config.business.id
    for packet_id in ids:
        if (packet_id, True) not in erasures.closed_before(tx, business, before, packet_id):
            continue
        shorter = {
            revision: body
            for revision, whole in erasures.bodies_of(tx, business, packet_id).items()
            if (body := without_transcript(whole)) is not None
        }
        yield ErasedPacket(packet_id, "transcript", {"revision": len(shorter)}, found.of(packet_id))
        if plan:
            continue
        for revision, body in shorter.items():
            erasures.replace_body(tx, business, packet_id, revision, body)
        erasures.forget_draft(tx, business, packet_id)
        trail.note(tx, business, packet_id, at=now, revision=max(shorter), what="prune", outcome="transcript erased")


def _erasure_of(connector: type | None, kind: str) -> Erasure | None:
    return connector.erasure(kind) if connector is not None and issubclass(connector, Erases) else None


def _ids_of_customer(config: Config, ledger: Ledger, key: CustomerKey) -> Iterator[str]:
    with ledger.read() as tx:
        for packet_id, body in erasures.bodies(tx, config.business.id):
            if key.is_of(customer_in(body), config.region):
                yield packet_id


def _sweep(
    config: Config,
    ids: frozenset[str],
    customer: CustomerKey | None,
    *,
    write: bool,
    now: float,
    shortened: frozenset[str] = frozenset(),
    sides: Sequence[str] = SIDES,
) -> _Found:
    """Take the packets out of the inbox's files; of those ``shortened`` the conversation alone."""
    if config.inbox_path is None:
        return _Found(Swept())
    files: dict[str, list[str]] = {}

    def note(packet_id: str, name: str) -> None:
        if name not in files.setdefault(packet_id, []):
            files[packet_id].append(name)

    def change(name: str, text: bytes) -> bytes | None:
        mine = ids_of(text)
        if not mine & ids and customer is not None and customer.is_of(customer_in(text), config.region):
            for packet_id in mine or {""}:
                note(packet_id, name)
            return None
        for packet_id in mine & ids:
            if text == b'{"id": "%b"}' % packet_id.encode():
                return text  # all that is kept of a late update
            note(packet_id, name)
            return None
        for packet_id in mine & shortened:
            shorter = without_transcript(text.decode("utf-8"))
            if shorter is not None:
                note(packet_id, name)
                return shorter.encode("utf-8")
        return text

    return _Found(sweep(config.inbox_path, change, now=now, write=write, sides=sides), files)


def _waiting(config: Config, *, now: float) -> frozenset[str]:
    """Ids of the packets in files that nobody has taken yet."""
    ids: set[str] = set()

    def note(name: str, text: bytes) -> bytes:
        ids.update(ids_of(text))
        return text

    if config.inbox_path is not None:
        sweep(config.inbox_path, note, now=now, write=False, sides=(WAITING,))
    return frozenset(ids)


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
