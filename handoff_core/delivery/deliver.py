"""One claimed delivery from start to end: resolve what is unknown, write each record, say what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from handoff_core.connector import Payload
from handoff_core.delivery.abilities import finds_owners
from handoff_core.delivery.approval import read_approval
from handoff_core.delivery.backoff import Backoff
from handoff_core.delivery.erase import erase_records, forget_memory, still_open
from handoff_core.delivery.job import Job
from handoff_core.delivery.route_text import StoredRoute
from handoff_core.delivery.slot import NoSlot, place_of
from handoff_core.delivery.stalled import moment
from handoff_core.delivery.upsert import Step, Unresolved, bring_up, look_again, resolve
from handoff_core.delivery.view import build_view, links_final, links_mark
from handoff_core.errors import AuthFailed, Gone, RateLimited, Refused, Transient, Unknown
from handoff_core.ledger import accounts, claims, deliveries, packets
from handoff_core.ledger.deliveries import LeaseLost
from handoff_core.ledger.names import State
from handoff_core.ledger.transaction import Transaction

RENDERINGS = 6
"""How often one claim renders again because a record turned out edited, merged or deleted."""
MUCH_SOONER = 10.0
"""Seconds by which the slot of a later record must come sooner, for the delivery to wait for that one."""
FAR_AWAY = 60.0
"""Seconds by which the slot of what is more urgent may come later, and the delivery still waits for that one."""
SHORTEST_WAIT = 1.0
"""Seconds waited at least when a vendor asks to wait, whatever it says."""
OWNER_REMEMBERED = 86_400.0
OWNER_MISSED = 3_600.0
"""Seconds for which a looked-up owner is remembered, and for which his absence is."""


class Ending(StrEnum):
    """How one claim ended."""

    DELIVERED = "delivered"
    """Every record holds the newest revision."""
    ERASED = "erased"
    """Every record of an erased packet is erased."""
    AGAIN = "again"
    """Something is still to be written, at its time."""
    RETRYING = "retrying"
    """The vendor could not be reached."""
    WAITING = "waiting"
    """The vendor asked to wait."""
    UNKNOWN = "unknown"
    """An outcome is still to be found out."""
    STOPPED = "stopped"
    """The account does not let us in."""
    DEAD = "dead"
    """A person has to look."""
    LOST = "lost"
    """Another worker has the lease."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a claim ended, and the error that ended it."""

    how: Ending
    error: Exception | None = None
    subject: tuple[str, str, str] = ("", "", "")
    """Business, packet and destination."""


def deliver(job: Job, backoff: Backoff, random: Callable[[], float]) -> Ended:
    """Bring every record of the delivery to the newest revision, or erase it, as far as it goes today."""
    try:
        with job.destination.under_lease(job.keep_lease):
            if job.work.erased_at is not None:
                erase_records(job)
                return _finish_erasure(job)
            skipped = _write_records(job, backoff)
        return _finish(job, skipped)
    except NoSlot as wait:
        return _queue_up(job, wait)
    except LeaseLost:
        return _lost(job)
    except Unresolved as error:
        text = "waiting until the vendor must show it"
        return _end(job, Ending.UNKNOWN, State.UNKNOWN, due_at=error.until, text=text)
    except RateLimited as error:
        return _wait(job, error)
    except AuthFailed as error:
        return _end(job, Ending.STOPPED, State.PARKED, text=str(error), error=error)
    except Unknown as error:
        open_intent = _has_open_intent(job)
        if not open_intent and backoff.exhausted(job.claim.first_attempt_at, job.ledger.now()):
            return _end(job, Ending.DEAD, State.DEAD, text=_given_up(job, error), error=error)
        state = State.UNKNOWN if open_intent else State.RETRYING
        delay = backoff.delay(job.claim.attempts + 1, random)
        soon = min(delay, job.destination.destination.settings.settle) if open_intent else delay
        return _end(
            job, Ending.UNKNOWN, state, due_at=job.ledger.now() + soon, text=str(error), error=error, tried=True
        )
    except Transient as error:
        return _retry(job, backoff, random, error)
    except (Refused, Gone) as error:
        return _end(job, Ending.DEAD, State.DEAD, text=str(error), error=error)


def broken(job: Job, backoff: Backoff, random: Callable[[], float], error: Exception) -> Ended:
    """End a claim that met a fault of our own: the packet is tried again, and others are not held up by it.

    Whether a request that had begun was carried out is not known. The text names the fault's kind only, since its
    words may hold a customer's.
    """
    for kind, row in list(job.records.items()):
        if row.state == "sending":
            job.records[kind] = replace(row, state="unknown")
    text = f"a fault in Handoff or a connector ({type(error).__name__}); run with -v and report it"
    ended = _retry(job, backoff, random, Transient(text))
    # The vendor has nothing to do with it: its account is not paused.
    return ended if ended.how is Ending.DEAD else Ended(ended.how)


def _write_records(job: Job, backoff: Backoff) -> tuple[Payload, ...]:
    """Write every record that is not current; gives those that could not be written."""
    for row in list(job.records.values()):
        if row.state in ("sending", "unknown"):
            resolve(job, row)
            absent = job.records[row.kind].state == "new" and row.operation == "create"
            if absent and backoff.exhausted(job.claim.first_attempt_at, job.ledger.now()):
                raise Transient(_never_there(job, row.reason))
    if job.doubted is not None and look_again(job, job.doubted):
        job.looked_again()
    _recall_told(job)
    _find_owners(job)
    for _ in range(RENDERINGS):
        _recall_told(job)
        view = build_view(job.destination.config, job.destination.destination, job.work, job.records, job.identities)
        job.plan = tuple(job.destination.connector.render(view))
        job.hurried = _hurried(job)
        skipped = []
        no_slot: NoSlot | None = None
        for payload in _in_turn(job):
            try:
                step = bring_up(job, payload)
            except NoSlot as wait:  # another record may need calls of which there are some
                no_slot = wait if no_slot is None or _goes_before(wait, no_slot) else no_slot
                continue
            except (Refused, Gone):
                # It would end the delivery; what only waits for its slot comes first.
                if no_slot is None:
                    raise
                continue
            if step is Step.AGAIN:
                break
            if step is Step.SKIPPED:
                skipped.append(payload)
        else:
            if no_slot is not None:
                no_slot.shown = job.shows_change()
                raise no_slot
            return tuple(skipped)
    raise Transient("the remote record changed again and again while it was written; another try follows")


def _never_there(job: Job, reason: str | None) -> str:
    """Why a creation is given up. ``reason``: what is known of its last request, in a connector's own words."""
    title = job.destination.destination.connector_class.title
    if reason is None:
        return f"{title} answered none of the requests and has no record"
    return f"{title} has no record, and the last request ended with: {reason.rstrip('.')}"


def _recall_told(job: Job) -> None:
    """What a record told that was adopted, or carried on with, counts from now on."""
    if job.told != job.claim.told:
        job.claim = replace(job.claim, told=job.told)
        with job.ledger.read() as tx:
            job.work = deliveries.with_told(tx, job.work, job.claim)


def _goes_before(one: NoSlot, other: NoSlot) -> bool:
    """For which of two calls a delivery waits that lacks both: the more urgent one, unless it is far away."""
    if one.priority == other.priority:
        return one.at < other.at - MUCH_SOONER
    if one.priority < other.priority:
        return one.at < other.at + FAR_AWAY
    return one.at < other.at - FAR_AWAY


def _in_turn(job: Job) -> Sequence[Payload]:
    """The plan in its order; while the first delivery is not complete, what is missing comes before what is there.

    A newer revision that comes in between must not rewrite what is there while the rest waits for its slots; but a
    change of urgency or owner is shown first, and told.
    """
    hurried = job.hurried
    if hurried:
        return sorted(job.plan, key=lambda one: one.kind not in hurried)
    if job.claim.done:
        return job.plan
    return sorted(job.plan, key=lambda one: one.once or one.kind in job.refs())


def _hurried(job: Job) -> frozenset[str]:
    """What shows or tells a change of urgency or owner, if there is one: what is there already, and words about news.
    And what these need."""
    if not job.claim.urgent:
        return frozenset()
    plan = {one.kind: one for one in job.plan}
    there = job.refs().keys()
    left = [one.kind for one in job.plan if one.urgent or (one.once and one.told) or one.kind in there]
    found: set[str] = set()
    while left:
        kind = left.pop()
        if kind in plan and kind not in found:
            found.add(kind)
            left += plan[kind].needs
    return frozenset(found)


def _find_owners(job: Job) -> None:
    """Look up, or recall, who the owners are in this destination."""
    connector = job.destination.connector
    if not finds_owners(connector):
        return
    config, name = job.destination.config, job.destination.name
    route = StoredRoute.from_text(job.work.route)
    ids = {route.owner_id, *route.chain, *([job.work.told_owner] if job.work.told_owner else [])}
    for approval in (read_approval(job.work.approval), read_approval(job.work.told_approval)):
        if approval is not None and not approval.on_hold:
            ids |= {approval.approver_id, approval.final_owner_id}
    for owner_id in sorted(ids):
        owner = config.owners.get(owner_id) or config.owners[config.routing.fallback]
        if owner.email is None or name in owner.identities or owner_id in job.identities:
            continue
        memory_name = f"owner:{owner.email.lower()}"
        known = job.destination.memory.recall(memory_name)
        if known is None:
            job.allow("owner", Payload(kind="owner", key=owner_id, body={}))
            known = connector.find_owner(owner.email) or ""
            job.destination.memory.remember(memory_name, known, seconds=OWNER_REMEMBERED if known else OWNER_MISSED)
        job.identities[owner_id] = known or None


def _finish(job: Job, skipped: tuple[Payload, ...]) -> Ended:
    planned = {payload.kind: payload for payload in job.plan}
    refused = [row for kind, row in job.records.items() if row.state == "dead" and kind in planned]
    if refused or skipped:
        reasons = [row.reason or "refused" for row in refused] or [f"{one.kind} needs {one.needs}" for one in skipped]
        return _end(job, Ending.DEAD, State.DEAD, text="; ".join(reasons), error=Refused(reasons[0]))
    now = job.ledger.now()
    if not any(payload.told for payload in job.plan):
        job.told = job.work.revision
    later = [
        row.confirm_at
        for kind, row in job.records.items()
        if row.confirm_at is not None and row.state == "current" and kind in planned and not planned[kind].once
    ]
    interval = job.destination.destination.settings.min_update_interval
    next_update_at = now + interval if job.wrote else 0.0
    gone = [row.reason for row in job.records.values() if row.state == "gone"]
    with job.ledger.write() as tx:
        deliveries.lock_packet(tx, job.claim)
        every = deliveries.siblings(tx, job.claim.business, job.claim.packet_id)
        mine = job.claim.destination
        own = next(one for one in every if one.destination == mine)
        newer = own.wanted > job.work.revision
        mark = links_mark(job.work.siblings, mine)
        stale_links = links_final(every, mine) and mark != links_mark(every, mine)
        again = own.look_again_at
        if again == job.claim.look_again_at and job.doubted is not None:
            again = None
        elif again is not None:
            later.append(again)
        urgent = newer and own.urgent
        state = State.DELIVERED
        due_at = now
        if newer:
            state, due_at = State.PENDING, now if urgent else max(now, next_update_at)
        elif stale_links or _tells_of_what_was_erased(tx, job):
            state = State.PENDING
        elif later:
            state, due_at = State.PENDING, min(later)
        job.end(
            state,
            due_at=due_at,
            outcome="delivered" if state is State.DELIVERED else "again",
            text=gone[0] if gone else None,
            done=job.work.revision,
            attempts=0,
            first_attempt_at=None,
            look_first=False,
            look_again_at=again,
            urgent=urgent,
            priority=0 if urgent else 2,
            links_seen=mark,
            **({"next_update_at": next_update_at} if job.wrote else {}),
        )
    return Ended(Ending.DELIVERED if state is State.DELIVERED else Ending.AGAIN)


def _tells_of_what_was_erased(tx: Transaction, job: Job) -> bool:
    """Whether an earlier packet was erased while a record that tells of it was being written."""
    before = job.work.earlier
    if before is None:
        return False
    work = job.work
    return packets.content_of(tx, job.claim.business, job.claim.packet_id, work.revision).earlier != before


def _finish_erasure(job: Job) -> Ended:
    with job.ledger.write() as tx:
        deliveries.lock_packet(tx, job.claim)
        again = still_open(tx, job)
        forget_memory(tx, job)
        if again is not None:
            job.end(State.PENDING, due_at=again, outcome="again")
            return Ended(Ending.AGAIN)
        job.end(State.ERASED, outcome="erased")
    return Ended(Ending.ERASED)


def _given_up(job: Job, error: Exception) -> str:
    return f"given up: {error}; when that is mended, run: handoff dead retry {job.claim.packet_id}"


def _retry(job: Job, backoff: Backoff, random: Callable[[], float], error: Transient) -> Ended:
    now = job.ledger.now()
    first = job.claim.first_attempt_at or now
    # A row that is still "sending" here was certainly not applied: its intent is taken back.
    open_intent = _has_open_intent(job)
    if backoff.exhausted(first, now) and not open_intent:
        return _end(job, Ending.DEAD, State.DEAD, text=_given_up(job, error), error=error)
    delay = backoff.delay(job.claim.attempts + 1, random)
    state = State.UNKNOWN if open_intent else State.RETRYING
    return _end(job, Ending.RETRYING, state, due_at=now + delay, text=str(error), error=error, tried=True)


def _wait(job: Job, error: RateLimited) -> Ended:
    """The bucket waits, not the delivery: it has used up no attempt, and keeps its place in the queue."""
    now, limits = job.ledger.now(), job.destination.limits
    until = now + max(SHORTEST_WAIT, error.retry_after)
    with job.ledger.write() as tx:
        accounts.park_bucket(tx, job.destination.account, error.limit_class, limits, until=until)
    state = State.UNKNOWN if _has_open_intent(job) else State.RETRYING
    text = f"{str(error).rstrip('.')}; it waits until {moment(job.destination.config, until)}"
    classes = list(limits) if error.limit_class is None else [error.limit_class]
    if not classes or any(name.partition(":")[0] not in limits for name in classes):  # no bucket keeps it waiting
        return _end(job, Ending.WAITING, state, due_at=until, text=text, error=error)
    priority, since = place_of(job, None, now)
    place = {"queue": claims.queue_of(classes), "priority": priority}
    return _end(job, Ending.WAITING, state, due_at=since, text=text, error=error, place=place)


def _queue_up(job: Job, wait: NoSlot) -> Ended:
    try:
        job.queue_up(wait)
    except LeaseLost:
        return _lost(job)
    return Ended(Ending.AGAIN)


def _lost(job: Job) -> Ended:
    job.lose()
    return Ended(Ending.LOST)


def _has_open_intent(job: Job) -> bool:
    return any(row.state == "unknown" for row in job.records.values())


def _end(
    job: Job,
    how: Ending,
    state: State,
    *,
    text: str,
    due_at: float | None = None,
    error: Exception | None = None,
    tried: bool = False,
    place: Mapping[str, object] | None = None,
) -> Ended:
    """``place``: queue and priority, where it waits for a slot."""
    values: dict[str, object] = dict(place or {})
    if tried:
        values |= {
            "attempts": job.claim.attempts + 1,
            "first_attempt_at": job.claim.first_attempt_at or job.ledger.now(),
        }
    parked_again = state is State.PARKED and job.claim.was == State.PARKED
    if parked_again and job.claim.first_attempt_at is not None:
        # The clock stands still while a delivery is parked, also across a probe.
        values["first_attempt_at"] = job.claim.first_attempt_at + job.ledger.now() - job.claim.updated_at
    try:
        with job.ledger.write() as tx:
            job.clear_sending(tx)
            if deliveries.wanted_now(tx, job.claim) > job.work.revision:
                values |= {"attempts": 0, "first_attempt_at": None}
                values.pop("priority", None)  # the newer revision's may be more urgent
                if state is State.DEAD:
                    # Only the older revision was refused or given up.
                    state, how, due_at = State.PENDING, Ending.AGAIN, None
            job.end(state, due_at=due_at, outcome=how.value, text=text, **values)
    except LeaseLost:
        return _lost(job)
    return Ended(how, error)
