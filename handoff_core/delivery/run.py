"""The runs of one business: its lanes, which last as long as the process, and what a run did."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from handoff_core.clock import Clock
from handoff_core.config import Config
from handoff_core.delivery.accept import LINK_WAIT
from handoff_core.delivery.backoff import Backoff
from handoff_core.delivery.chain import Moved, run_timers
from handoff_core.delivery.destination import AccountMemory, OpenDestination
from handoff_core.delivery.drain import Drain
from handoff_core.delivery.job import FaultPoint
from handoff_core.delivery.lane import Lane, down
from handoff_core.delivery.result import Progress, SyncResult, Tally
from handoff_core.delivery.stalled import account_waits
from handoff_core.ledger import accounts, deliveries, moves, packets
from handoff_core.ledger.names import ACTIVE, State
from handoff_core.ledger.set_back import keep_up
from handoff_core.ledger.store import Ledger

log = logging.getLogger("handoff")

MOST_LANES: Final = 2
"""Lanes of one account in a process: an answer takes longer than the limit's distance between two calls, so that one
lane alone would leave a part of the limit unused."""
KEPT_EXPIRED: Final = 7 * 86_400.0
"""Seconds for which what an account no longer remembers is kept: a clock that is ahead for a while must not take what
counts again once it is right."""


class Runs:
    """Delivers what is due of one business, as often as it is asked to.

    ``threads`` = 1 drains all accounts in the calling thread. ``at`` is for crash tests: called at named points.
    """

    def __init__(
        self, config: Config, ledger: Ledger, clock: Clock, *, threads: int, random: Callable[[], float], at: FaultPoint
    ) -> None:
        self._config = config
        self._ledger = ledger
        self._clock = clock
        self._threads = threads
        self._random = random
        self._at = at
        self.lanes: tuple[Lane, ...] = ()
        """Made by the first run."""

    def close(self) -> None:
        """Give back sockets."""
        for lane in self.lanes:
            lane.close()

    def run(
        self,
        moved: Moved,
        *,
        until: float | None,
        on_progress: Callable[[Progress], None] | None,
        stop: threading.Event | None,
    ) -> Tally:
        """Ask the next owner where nobody acknowledged, counted in ``moved``, and deliver what is due."""

        def over() -> bool:
            return (stop is not None and stop.is_set()) or (until is not None and self._clock.now() >= until)

        def ask_next() -> None:
            run_timers(self._ledger, self._config, over=over, moved=moved)

        self._prepare()
        ask_next()
        drain = Drain(
            self.lanes,
            self._clock,
            threads=self._threads,
            stop=stop,
            on_progress=on_progress,
            waiting=self.waiting,
            meanwhile=ask_next,
        )
        return drain.run(until=until)

    def waiting(self) -> int:
        """How many deliveries are not at their end."""
        with self._ledger.read() as tx:
            counts = moves.count_states(tx, self._config.business.id)
        return sum(counts.get(state.value, 0) for state in ACTIVE)

    def result(self, taken: int, refused: int, tally: Tally, moved: Moved, seconds: float) -> SyncResult:
        """What a run did, with the state of the ledger at its end."""
        with self._ledger.read() as tx:
            counts = moves.count_states(tx, self._config.business.id)
            held = packets.count_held(tx, self._config.business.id)
            asked_to_wait = account_waits(tx, self._config, now=self._ledger.now())
        return SyncResult(
            business=self._config.business.id,
            taken=taken,
            refused=refused,
            delivered=tally.delivered,
            waiting=counts.get(State.PENDING.value, 0) + counts.get(State.SENDING.value, 0),
            retrying=counts.get(State.RETRYING.value, 0),
            unknown=counts.get(State.UNKNOWN.value, 0),
            parked=counts.get(State.PARKED.value, 0),
            dead=counts.get(State.DEAD.value, 0),
            held=held,
            escalated=moved.escalated,
            unanswered=moved.unanswered,
            exit=1 if tally.newly_stuck or refused or moved.unanswered else 0,
            seconds=seconds,
            erased=tally.erased,
            put_off=tally.put_off,
            asked_to_wait=asked_to_wait,
        )

    def open_destinations(self) -> tuple[OpenDestination, ...]:
        """Every place that records are made in, each with a connector of its own; the caller closes them."""
        return tuple(
            OpenDestination(self._config, destination, self._ledger, self._clock, self._config.account_of(name))
            for name, destination in self._config.places.items()
        )

    def make_lanes(self) -> tuple[Lane, ...]:
        """Lanes for every account, with the same memory for those of one account."""
        retry = self._config.delivery.retry
        backoff = Backoff(retry.first, retry.factor, retry.longest, retry.give_up_after)
        used = tuple(dict.fromkeys(self._config.account_of(name) for name in self._config.places))
        each = max(1, min(MOST_LANES, self._threads // max(1, len(used))))
        lanes = []
        for account in used:
            memory = AccountMemory(self._ledger, account)
            for _ in range(each):
                ones = tuple(
                    OpenDestination(self._config, destination, self._ledger, self._clock, account, memory)
                    for name, destination in self._config.places.items()
                    if self._config.account_of(name) == account
                )
                lease = self._config.delivery.lease
                lanes.append(Lane(account, ones, self._ledger, lease, backoff, self._random, self._at))
        return tuple(lanes)

    def _prepare(self) -> None:
        """Forget what expired long ago, follow a clock that was set back, make the lanes, and let first records wait
        for their siblings' links."""
        business, now = self._config.business.id, self._ledger.now()
        with self._ledger.write() as tx:
            accounts.forget_expired(tx, now=now - KEPT_EXPIRED)
        with self._ledger.write() as tx:
            set_back = keep_up(tx, business, now=now)
            if set_back:
                log.warning("the clock was set back by %.0f s; what waits in the ledger was moved with it", set_back)
                for lane in self.lanes:
                    lane.forget_times()
            if not self.lanes:
                self.lanes = self.make_lanes()
                moves.park_removed(tx, business, self._config.places, now=now)
            silent = down(tx)
            for lane in self.lanes:
                if lane.account not in silent:  # nobody waits for the links of a vendor that is down
                    for _, name in lane.pairs():
                        deliveries.wait_for_links(tx, business, name, now=now, until=now + LINK_WAIT)
