"""Bringing one remote record to what the packet says: look up, create or update, with an intent before each send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from handoff_core.connector import Payload, Remote, Write
from handoff_core.delivery.abilities import doubts_replay, prepares, replays, retires
from handoff_core.delivery.job import Job, without_intent
from handoff_core.delivery.payload_text import payload_from_text
from handoff_core.delivery.view import key_made_anew
from handoff_core.errors import Gone, GoneWhy, PreparedExpired, Refused, Unknown
from handoff_core.ledger.rows import RecordRow

MAY_BE_MADE_ANEW = 2
"""The highest generation: what a person deletes twice stays deleted."""


class Step(StrEnum):
    """What became of one record."""

    CURRENT = "current"
    """It holds what the packet says, or stays as it is on purpose."""
    AGAIN = "again"
    """Something about it changed what is to be rendered: render again."""
    SKIPPED = "skipped"
    """It cannot be written now: it was refused, or what it needs does not exist."""


class Unresolved(Exception):
    """An earlier request's outcome is still not known; ``until`` is when to look again (epoch seconds)."""

    def __init__(self, until: float) -> None:
        self.until = until
        super().__init__(until)


def bring_up(job: Job, payload: Payload) -> Step:
    """Write one record if it does not hold ``payload`` yet. Raises the DeliveryError family."""
    row = job.record_of(payload)
    if row.state == "dead" and job.work.revision <= row.revision:
        return Step.SKIPPED
    if any(kind not in job.refs() for kind in payload.needs):
        return Step.SKIPPED
    if row.state == "gone":
        # Made anew it has another key, which the payload does not have yet.
        return Step.AGAIN if _make_anew(job, row, payload) else Step.CURRENT
    if row.remote_id is not None:
        confirm = row.confirm_at is not None and job.ledger.now() >= row.confirm_at
        if payload.once or (row.digest == payload.digest and not confirm):
            return Step.CURRENT
        return _update(job, payload, row, adopted=False)
    if payload.look_up_first or job.claim.look_first:
        found = look_up(job, payload, row)
        if found is not None:
            return adopt(job, payload, row, found)
    return _create(job, payload, row)


def _count_as_told(job: Job, payload: Payload, row: RecordRow) -> None:
    """What a creation without an answer wrote counts as told, in the ledger before anything newer is sent: beside a
    record that a person has edited since, the next version of it is news."""
    if row.intent_revision is not None and not payload.look_up_first and not job.told:
        job.told = row.intent_revision


def resolve(job: Job, row: RecordRow) -> None:
    """Find out what became of an intent that has no result. Unresolved when it is too early to tell."""
    # In memory at once, so that a failing look-up does not pass for a request that was never sent.
    row = job.records[row.kind] = replace(row, state="unknown")
    if row.operation == "update" or row.intent is None:
        # Our own fields may be written again at will; and once more when the lost request can no longer arrive.
        job.save(
            replace(
                without_intent(row),
                digest=None,
                confirm_at=(row.sent_at or job.ledger.now()) + job.destination.certainty,
            ),
            what="update",
            outcome="unknown",
            text="the answer to an update was lost; the newest state is written again",
        )
        return
    payload = payload_from_text(row.intent)
    if _replay_window(job, payload) == float("inf"):
        # The vendor keeps our key unique: writing the newest state under it is the look-up.
        job.save(
            replace(row, state="new", confirm_at=_certain_at(job, row), operation=None),
            what="create",
            outcome="unknown",
            text="the answer was lost; sent again under the unique key",
        )
        return
    found = look_up(job, payload, row)
    if found is not None:
        adopt(job, payload, row, found)
        return
    now = job.ledger.now()
    window = _replay_window(job, payload)
    if row.frozen is not None and now - (row.first_sent_at or 0.0) < window:
        again_at = (row.sent_at or now) + job.destination.destination.settings.timeout
        if _doubts_replay(job, payload, row):
            again_at = _certain_at(job, row)
        if now < again_at:
            raise Unresolved(again_at)
        _send(job, payload, row, again=True)
        return
    certain_at = _certain_at(job, row)
    if now < certain_at:
        raise Unresolved(certain_at)
    job.save(
        without_intent(row),
        what="look-up",
        outcome="absent",
        text="the vendor does not have it; it is made anew",
    )


def look_again(job: Job, doubted: Payload) -> bool:
    """Look for what a worker without a lease may have made beside ours, or have overwritten with something old; False
    where there is nothing of ours yet."""
    row = job.records.get(doubted.kind)
    if row is None or row.remote_id is None:
        return False  # it is looked up or made like any other
    found = look_up(job, doubted, replace(row, first_sent_at=job.work.received_at))
    if found is not None and found.id != row.remote_id:
        job.settle(doubted, row, found, what="found", revision=row.revision, current=doubted.once)
    elif not doubted.once:
        text = "the newest state is written again"
        job.save(replace(row, digest=None), what="update", outcome="doubted", text=text)
    return True


def look_up(job: Job, payload: Payload, row: RecordRow) -> Remote | None:
    """The record under the payload's key, if there is one; further ones of ours are retired and reported."""
    found = found_under(job, payload, row)
    if not found:
        return None
    if len(found) > 1:
        _retire(job, payload, row, found)
    return found[0]


def found_under(job: Job, payload: Payload, row: RecordRow) -> list[Remote]:
    """Every active record under the payload's key, the oldest first."""
    since = job.destination.earliest(row.first_sent_at)
    found = _find(job, payload, row, since)
    if not found and since != (earlier := job.destination.earliest(row.first_sent_at)):
        # Only the answer told how far ahead our clock is.
        found = _find(job, payload, row, earlier)
    job.at("after_look_up")
    # A listing whose pages overlap shows one record twice: that is no duplicate, and must not be retired.
    found = list({remote.id: remote for remote in found}.values())
    found.sort(key=lambda remote: (remote.created_at or 0.0, remote.id))
    return found


def _find(job: Job, payload: Payload, row: RecordRow, since: float | None) -> list[Remote]:
    job.allow("find", payload)
    write = Write(payload, refs=job.refs(), since=since, remote_id=row.previous_id)
    return list(job.destination.connector.find(write))


def adopt(job: Job, payload: Payload, row: RecordRow, found: Remote) -> Step:
    """Take a record that was found for ours, and bring it up to date where it can be."""
    revision = row.intent_revision or job.work.revision
    if payload.once:
        job.settle(payload, row, found, what="found", revision=revision)
        return Step.CURRENT
    # Of a contact it is not known whether the creation made it, or a person.
    lost = None if row.intent is None or payload.look_up_first else payload_from_text(row.intent)
    _count_as_told(job, payload, row)
    row = job.settle(payload, row, found, what="found", revision=revision, current=False)
    return _update(job, payload, row, adopted=True, lost=lost)


def _create(job: Job, payload: Payload, row: RecordRow) -> Step:
    connector = job.destination.connector
    lost = None if row.intent is None else payload_from_text(row.intent)
    _count_as_told(job, payload, row)
    frozen = None
    if prepares(connector):
        job.allow("prepare", payload)
        frozen = connector.prepare(Write(payload, refs=job.refs()))
    row = replace(
        row,
        frozen=frozen,
        idempotency_key=f"{payload.key}.r{job.work.revision}.{job.claim.fence}",
        first_sent_at=None,
        revision=job.work.revision,
    )
    row = job.intend("create", payload, row)
    return _send(job, payload, row, lost=lost)


def _send(job: Job, payload: Payload, row: RecordRow, *, lost: Payload | None = None, again: bool = False) -> Step:
    """Send a creation whose intent is committed. ``again``: the same bytes have been sent before. ``lost``: what was
    sent under the same unique key, and got no answer."""
    write = Write(
        payload,
        refs=job.refs(),
        frozen=row.frozen,
        idempotency_key=row.idempotency_key,
        remote_id=row.previous_id,
        lost=lost,
    )
    revision = row.intent_revision or job.work.revision
    try:
        remote = job.destination.connector.create(write)
    except PreparedExpired as error:
        # Of the bytes that were sent before it says nothing: those are still looked for.
        rest = replace(row, state="unknown", frozen=None) if again else without_intent(row)
        job.save(rest, what="create", outcome="prepare again", text=str(error))
        raise
    except Refused as error:
        job.save(_refused(job, row, error), what="create", outcome="refused", text=str(error))
        return Step.SKIPPED
    except Unknown as error:
        job.save(replace(row, state="unknown", reason=str(error)), what="create", outcome="unknown", text=str(error))
        raise
    except Gone as error:
        # What it was to be attached to is gone: its parent's own update will say so and make it anew.
        job.save(without_intent(row), what="create", outcome="gone", text=str(error))
        return _parents_gone(job, payload, error)
    job.at("after_send")
    was_edited = row.edited
    job.settle(payload, row, remote, what="created", revision=revision)
    # A creation whose answer was lost is carried on with: a person may have been at the record by now.
    return Step.AGAIN if remote.edited and not was_edited else Step.CURRENT


def _update(job: Job, payload: Payload, row: RecordRow, *, adopted: bool, lost: Payload | None = None) -> Step:
    """``lost``: what the creation of an adopted record wrote."""
    assert row.remote_id is not None
    if job.doubted is not None and job.doubted.kind == payload.kind:
        lost = job.doubted
    was_edited = row.edited
    row = job.intend("update", payload, row)
    write = Write(
        payload,
        refs=job.refs(),
        remote_id=row.remote_id,
        seen=row.seen or {},
        adopted=adopted,
        lost=lost,
    )
    try:
        remote = job.destination.connector.update(write)
    except Gone as error:
        return _gone(job, row, payload, error)
    except Refused as error:
        job.save(_refused(job, row, error), what="update", outcome="refused", text=str(error))
        return Step.SKIPPED
    except Unknown as error:
        doubtful = replace(
            without_intent(row),
            state="current",
            digest=None,
            confirm_at=job.ledger.now() + job.destination.certainty,
            reason=str(error),
        )
        job.save(doubtful, what="update", outcome="unknown", text=str(error))
        raise
    job.at("after_send")
    job.settle(payload, row, remote, what="updated", revision=job.work.revision)
    return Step.AGAIN if remote.edited and not was_edited else Step.CURRENT


def _gone(job: Job, row: RecordRow, payload: Payload, error: Gone) -> Step:
    """A person deleted, closed or merged the record."""
    row = without_intent(row)
    if error.why is GoneWhy.MERGED and error.target is not None and not row.merged:
        job.save(
            replace(row, state="current", merged=True, previous_id=row.remote_id, remote_id=error.target, url=None),
            what="update",
            outcome="merged",
            text=str(error),
        )
        return Step.AGAIN
    job.save(
        replace(row, state="gone", previous_id=row.remote_id, reason=f"{error.why.value} by a person"),
        what="update",
        outcome=error.why.value,
        text=str(error),
    )
    return Step.AGAIN if _make_anew(job, job.records[row.kind], payload) else Step.CURRENT


def _make_anew(job: Job, row: RecordRow, payload: Payload) -> bool:
    """Reset a record that a person removed so that it is made once more; False when it stays removed.

    What hangs on a record of ours went with it. A record that people own too (a contact) takes nothing along.
    """
    if job.work.closed or job.work.revision <= row.revision:
        return False
    if row.generation >= MAY_BE_MADE_ANEW:
        raise Refused("deleted by a person, twice: it is not made a third time")
    for kind, other in list(job.records.items()):
        if row.kind in other.parents and not payload.look_up_first:
            job.forget(kind)
    generation = row.generation + 1
    key = row.key if payload.look_up_first else key_made_anew(row.key, generation)
    fresh = RecordRow(kind=row.kind, key=key, generation=generation, previous_id=row.previous_id)
    job.save(fresh, what="record", outcome="made anew", text=f"{row.reason}; made anew as generation 2")
    return True


def _parents_gone(job: Job, payload: Payload, error: Gone) -> Step:
    for parent in job.plan:
        row = job.records.get(parent.kind)
        if parent.kind in payload.needs and row is not None and row.remote_id is not None:
            step = _gone(job, row, parent, error)
            if step is Step.CURRENT and parent.look_up_first and not job.work.closed:
                # A contact that people own takes nothing along: without this record nobody would see the packet.
                raise Refused(
                    f"{error.text} The {parent.kind} was removed by a person before the {payload.kind} was made; "
                    "submit a newer revision, which makes both."
                )
            return step
    raise Refused(f"{error.text}; what the record belongs to is gone")


def _refused(job: Job, row: RecordRow, error: Refused) -> RecordRow:
    return replace(without_intent(row), state="dead", revision=job.work.revision, reason=str(error))


def _retire(job: Job, payload: Payload, row: RecordRow, found: Sequence[Remote]) -> None:
    keep, *rest = found
    connector = job.destination.connector
    for one in rest:
        if one.retirable and retires(connector):
            job.allow("retire", payload)
            connector.retire(Write(payload, refs=job.refs(), remote_id=one.id), keep)
            outcome = "retired"
        else:
            outcome = "left for a person"
        job.save(
            row, what="duplicate", outcome=outcome, text=f"{one.id} is a duplicate of {keep.id} under {payload.key}"
        )


def _replay_window(job: Job, payload: Payload) -> float:
    connector = job.destination.connector
    return connector.replay_window(payload) if replays(connector) else 0.0


def _doubts_replay(job: Job, payload: Payload, row: RecordRow) -> bool:
    connector = job.destination.connector
    write = Write(payload, frozen=row.frozen, idempotency_key=row.idempotency_key)
    return doubts_replay(connector) and connector.doubts_replay(write)


def _certain_at(job: Job, row: RecordRow) -> float:
    return (row.sent_at or job.ledger.now()) + job.destination.certainty
