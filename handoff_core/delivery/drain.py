"""The drain: every account's lane at once, until nothing is due soon, time is up, or somebody says stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from handoff_core.clock import Clock
from handoff_core.delivery.deliver import Ended, Ending
from handoff_core.delivery.lane import Lane
from handoff_core.delivery.result import Progress, Tally
from handoff_core.errors import AuthFailed
from handoff_core.ledger import accounts

MOST_THREADS = 8
LINGER = 5.0
"""Seconds for which a run waits for something that is due soon: a rate slot, a sibling's link, the first retry."""
PROGRESS_EVERY = 0.2
"""Seconds between two words about the progress: each counts what is waiting."""
POLL = 0.1
"""Seconds between two looks while a lane waits: another lane may have made something due."""

_STUCK = (Ending.DEAD, Ending.STOPPED)


class Drain:
    """Works lanes until nothing is due. ``threads`` = 1 takes them in turn in the calling thread."""

    def __init__(
        self,
        lanes: Sequence[Lane],
        clock: Clock,
        *,
        threads: int = MOST_THREADS,
        linger: float = LINGER,
        stop: threading.Event | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        waiting: Callable[[], int] = lambda: 0,
    ) -> None:
        self._lanes = tuple(lanes)
        self._clock = clock
        self._threads = max(1, min(threads, MOST_THREADS, len(self._lanes) or 1))
        self._linger = linger
        self._stop = stop or threading.Event()
        self._on_progress = on_progress
        self._waiting = waiting
        self._tally = Tally()
        self._counting = threading.Lock()
        self._busy = 0
        self._shown_at = 0.0
        self._stopped_before: dict[str, bool] = {}

    def run(self, *, until: float | None = None) -> Tally:
        """Deliver until nothing is due within ``linger`` seconds, or the clock reaches ``until``."""
        for lane in self._lanes:
            self._tally.newly_stuck += lane.park_while_stopped()
            self._stopped_before[lane.account] = _is_stopped(lane)
        if self._threads == 1:
            self._take_turns(until)
        else:
            with ThreadPoolExecutor(self._threads, thread_name_prefix="lane") as pool:
                for done in [pool.submit(self._work, lane, until) for lane in self._lanes]:
                    done.result()
        return self._tally

    def _work(self, lane: Lane, until: float | None) -> None:
        """One lane in a thread of its own. It stays while another lane may still make something due for it."""
        while not self._over(until):
            with self._counting:
                self._busy += 1
            try:
                ended = lane.step()
            finally:
                with self._counting:
                    self._busy -= 1
            if ended is not None:
                self._count(lane, ended)
                continue
            now = lane.ledger.now()
            due = lane.next_due()
            if due is not None and due - now <= self._linger:
                self._clock.sleep(min(POLL, max(0.001, due - now)))
            elif self._busy or self._soonest(now) is not None:
                self._clock.sleep(POLL)
            else:
                return

    def _take_turns(self, until: float | None) -> None:
        while not self._over(until):
            worked = False
            for lane in self._lanes:
                ended = None if self._over(until) else lane.step()
                if ended is not None:
                    worked = True
                    self._count(lane, ended)
            if worked:
                continue
            if not self._lanes:
                return
            now = self._lanes[0].ledger.now()
            due = self._soonest(now)
            if due is None:
                return
            self._clock.sleep(max(0.001, due - now))

    def _soonest(self, now: float) -> float | None:
        """When the first lane has something to do, if that is within ``linger``."""
        times = [due for lane in self._lanes if (due := lane.next_due()) is not None and due - now <= self._linger]
        return min(times, default=None)

    def _over(self, until: float | None) -> bool:
        return self._stop.is_set() or (until is not None and self._clock.now() >= until)

    def _count(self, lane: Lane, ended: Ended) -> None:
        with self._counting:
            if ended.how is Ending.DELIVERED:
                self._tally.arrived.add(ended.subject)
            elif ended.how in _STUCK:
                again = isinstance(ended.error, AuthFailed) and self._stopped_before[lane.account]
                self._tally.newly_stuck += 0 if again else 1
            if self._on_progress is not None and self._clock.now() - self._shown_at >= PROGRESS_EVERY:
                self._shown_at = self._clock.now()
                with suppress(BrokenPipeError):
                    self._on_progress(Progress(self._tally.delivered, self._waiting()))


def _is_stopped(lane: Lane) -> bool:
    with lane.ledger.read() as tx:
        return accounts.account(tx, lane.account).stopped
