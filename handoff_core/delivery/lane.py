"""One lane of work per vendor account: claims, delivers, and minds the account's stop and breaker."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from handoff_core.delivery.backoff import Backoff
from handoff_core.delivery.deliver import Ended, Ending, broken, deliver
from handoff_core.delivery.destination import OpenDestination
from handoff_core.delivery.job import FaultPoint, Job
from handoff_core.delivery.queue import next_slot, next_turn
from handoff_core.errors import AuthFailed, HandoffError, Refused
from handoff_core.frames import frames
from handoff_core.ledger import accounts, claims, deliveries, moves
from handoff_core.ledger.names import State
from handoff_core.ledger.store import Ledger
from handoff_core.ledger.transaction import Transaction

log = logging.getLogger("handoff.delivery")

FAILURES_THAT_OPEN = 3
"""Failures in a row after which an account is left alone for a while."""
FIRST_PAUSE = 10.0
LONGEST_PAUSE = 60.0
"""Seconds between two probes of an account whose vendor is down."""
MOST_WAITS = 10
"""Requests to wait in a row after which a run leaves the account to the next run."""
STOPPED_PAUSE = 60.0
"""Seconds between two probes of an account whose token was refused."""


def is_up(account: accounts.Account) -> bool:
    """Whether the account lets us in and its vendor answers, as far as the last requests tell."""
    return not account.stopped and account.failures < FAILURES_THAT_OPEN


def down(tx: Transaction) -> frozenset[str]:
    """The accounts that are not up."""
    return accounts.accounts_down(tx, failures=FAILURES_THAT_OPEN)


@dataclass
class Lane:
    """The destinations of one account, worked on one delivery at a time."""

    account: str
    destinations: tuple[OpenDestination, ...]
    ledger: Ledger
    lease: float
    backoff: Backoff
    random: Callable[[], float]
    at: FaultPoint = lambda name: None
    waits: int = 0
    """How often in a row the vendor asked to wait in this run."""
    _next: tuple[Job, accounts.Account] | None = None
    """What the transaction that ended the last delivery has claimed already."""

    @property
    def has_claimed(self) -> bool:
        """Whether a delivery is claimed already for the next step."""
        return self._next is not None

    def forget_times(self) -> None:
        """The clock was set back: nothing that was kept by it in this process counts any more."""
        for one in self.destinations:
            one.memory.clear()

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(business, destination) of each."""
        return tuple((one.business, one.name) for one in self.destinations)

    def step(self) -> Ended | None:
        """Claim and deliver one delivery; None when nothing can be done now."""
        found, self._next = self._next or (self._claim() if self.waits < MOST_WAITS else None), None
        if found is None:
            return None
        job, account = found
        try:
            ended = deliver(job, self.backoff, self.random)
        except HandoffError:
            self._next = None
            raise
        except Exception as error:  # noqa: BLE001 - the outermost loop: one fault must not hold up others
            log.error("%s/%s: %s", job.claim.business, job.claim.packet_id, type(error).__name__)
            log.debug("%s", frames(error))
            self._next = None
            ended = broken(job, self.backoff, self.random, error)
        log.info("%s/%s → %s: %s", job.claim.business, job.claim.packet_id, job.claim.destination, ended.how.value)
        self.waits = self.waits + 1 if ended.how is Ending.WAITING else 0
        if account.stopped or account.failures or ended.error is not None:
            reached = job.wrote or ended.how in (Ending.DELIVERED, Ending.ERASED) or isinstance(ended.error, Refused)
            self._learn(ended, account.stopped, reached)
        return replace(ended, subject=(job.claim.business, job.claim.packet_id, job.claim.destination))

    def next_due(self) -> float | None:
        """When there may be something to do; None = nothing is waiting."""
        now = self.ledger.now()
        with self.ledger.read() as tx:
            account = accounts.account(tx, self.account)
            due = claims.next_due(tx, self.pairs()), next_slot(tx, self.destinations, now=now)
        times = [at for at in due if at is not None]
        if not times or account.stopped or self.waits >= MOST_WAITS:
            return None
        return max(min(times), account.not_before)

    def park_while_stopped(self) -> int:
        """Show deliveries of a stopped account as parked, else let them go; gives how many were newly parked."""
        parked = self.waits = 0
        with self.ledger.write() as tx:
            account = accounts.account(tx, self.account)
            now = self.ledger.now()
            for business, name in self.pairs():
                if account.stopped:
                    reason = account.reason or "the account is stopped"
                    parked += moves.park(tx, business, name, reason=reason, now=now)
                else:
                    moves.unpark(tx, business, name, now=now)
        return parked

    def close(self) -> None:
        """Give back the connectors' sockets."""
        for one in self.destinations:
            one.close()

    def put_back(self) -> None:
        """Give back what is claimed and will not be worked on in this run."""
        found, self._next = self._next, None
        if found is None:
            return
        claim = found[0].claim
        due_at = min(claim.due_at, self.ledger.now())  # it keeps its place
        with suppress(deliveries.LeaseLost), self.ledger.write() as tx:
            deliveries.give_back(tx, claim, now=claim.updated_at, state=State(claim.was), due_at=due_at)

    def _claim(self) -> tuple[Job, accounts.Account] | None:
        with self.ledger.write() as tx:
            return self._claim_within(tx)

    def _claim_next(self, tx: Transaction) -> None:
        """Claim the next delivery in the transaction that ends one: that saves a commit for each."""
        self._next = self._claim_within(tx)

    def _claim_within(self, tx: Transaction) -> tuple[Job, accounts.Account] | None:
        now = self.ledger.now()
        account = accounts.account(tx, self.account)
        if now < account.not_before:
            return None
        found = self._parked(tx, now) if account.stopped else next_turn(tx, self.destinations, now=now)
        if found is None:
            return None
        one, candidate = found
        claim = claims.take(tx, candidate, now=now, lease=self.lease)
        if claim is None:
            return None
        if not is_up(account):
            # One probe at a time, whichever process it is in.
            pause = STOPPED_PAUSE if account.stopped else LONGEST_PAUSE
            accounts.save_account(tx, replace(account, not_before=now + pause))
        work = deliveries.load(tx, claim)
        and_then = self._claim_next if account == accounts.Account(self.account) else None
        return Job(self.ledger, one, claim, work, self.lease, now + self.lease, self.at, and_then), account

    def _parked(self, tx: Transaction, now: float) -> tuple[OpenDestination, claims.Candidate] | None:
        for one in self.destinations:
            found = claims.first_parked(tx, one.business, one.name, now=now)
            if found is not None:
                return one, found
        return None

    def _learn(self, ended: Ended, was_stopped: bool, reached: bool) -> None:
        """Keep what the ending says about the account as a whole. ``reached``: the vendor took our token."""
        if ended.how is Ending.LOST:
            return
        with self.ledger.write() as tx:
            account = accounts.account(tx, self.account)
            now = self.ledger.now()
            if isinstance(ended.error, AuthFailed):
                accounts.save_account(
                    tx,
                    replace(
                        account,
                        stopped=True,
                        reason=str(ended.error),
                        since=account.since or now,
                        not_before=now + (ended.error.until or STOPPED_PAUSE),
                    ),
                )
            elif ended.how in (Ending.RETRYING, Ending.UNKNOWN) and ended.error is not None:
                failures = account.failures + 1
                over = failures - FAILURES_THAT_OPEN
                pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(over, 10)) if over >= 0 else 0.0
                accounts.save_account(tx, replace(account, failures=failures, not_before=now + pause))
                return
            elif reached and (account.failures or account.stopped):
                accounts.save_account(tx, accounts.Account(self.account))
        if was_stopped or isinstance(ended.error, AuthFailed):
            self.park_while_stopped()
