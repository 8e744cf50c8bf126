"""One lane of work per vendor account: claims, delivers, and minds the account's stop and breaker."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from handoff_core.delivery.backoff import Backoff
from handoff_core.delivery.deliver import Ended, Ending, deliver
from handoff_core.delivery.destination import OpenDestination
from handoff_core.delivery.job import FaultPoint, Job
from handoff_core.errors import AuthFailed
from handoff_core.ledger import accounts, deliveries
from handoff_core.ledger.store import Ledger

log = logging.getLogger("handoff.delivery")

FAILURES_THAT_OPEN = 3
"""Failures in a row after which an account is left alone for a while."""
FIRST_PAUSE = 10.0
LONGEST_PAUSE = 60.0
"""Seconds between two probes of an account whose vendor is down."""
STOPPED_PAUSE = 60.0
"""Seconds between two probes of an account whose token was refused."""


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

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(business, destination) of each."""
        return tuple((one.business, one.name) for one in self.destinations)

    def step(self) -> Ended | None:
        """Claim and deliver one delivery; None when nothing can be done now."""
        found = self._claim()
        if found is None:
            return None
        job, account = found
        ended = deliver(job, self.backoff, self.random)
        log.info("%s/%s → %s: %s", job.claim.business, job.claim.packet_id, job.claim.destination, ended.how.value)
        if account.stopped or account.failures or ended.error is not None:
            self._learn(ended, account.stopped)
        return replace(ended, subject=(job.claim.business, job.claim.packet_id, job.claim.destination))

    def next_due(self) -> float | None:
        """When there may be something to do; None = nothing is waiting."""
        with self.ledger.read() as tx:
            account = accounts.account(tx, self.account)
            due = deliveries.next_due(tx, self.pairs())
        if due is None or account.stopped:
            return None
        return max(due, account.not_before)

    def park_while_stopped(self) -> None:
        """Show deliveries of a stopped account as parked; let them go when it is no longer stopped."""
        with self.ledger.write() as tx:
            account = accounts.account(tx, self.account)
            now = self.ledger.now()
            for business, name in self.pairs():
                if account.stopped:
                    deliveries.park(tx, business, name, reason=account.reason or "the account is stopped", now=now)
                else:
                    deliveries.unpark(tx, business, name, now=now)

    def close(self) -> None:
        """Give back the connectors' sockets."""
        for one in self.destinations:
            one.close()

    def _claim(self) -> tuple[Job, accounts.Account] | None:
        now = self.ledger.now()
        with self.ledger.write() as tx:
            account = accounts.account(tx, self.account)
            if now < account.not_before:
                return None
            for one in self.destinations:
                claim = deliveries.claim(tx, one.business, one.name, now=now, lease=self.lease, probe=account.stopped)
                if claim is None:
                    continue
                if account.stopped or account.failures >= FAILURES_THAT_OPEN:
                    # One probe at a time, whichever process it is in.
                    pause = STOPPED_PAUSE if account.stopped else LONGEST_PAUSE
                    accounts.save_account(tx, replace(account, not_before=now + pause))
                work = deliveries.load(tx, claim)
                job = Job(self.ledger, one, claim, work, self.lease, now + self.lease, self.at)
                return job, account
        return None

    def _learn(self, ended: Ended, was_stopped: bool) -> None:
        """Keep what the ending says about the account as a whole."""
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
            elif account.failures or account.stopped:
                accounts.save_account(tx, accounts.Account(self.account))
        if was_stopped or isinstance(ended.error, AuthFailed):
            self.park_while_stopped()
