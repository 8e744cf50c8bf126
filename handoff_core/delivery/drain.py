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
MEANWHILE_EVERY = 1.0
"""Seconds between two calls of ``meanwhile``."""
POLL = 0.1
"""Seconds between two looks while a lane waits: another lane may have made something due."""

_NOT_NOW = (Ending.RETRYING, Ending.WAITING, Ending.UNKNOWN)
_STUCK = (Ending.DEAD, Ending.STOPPED)


class Drain:
    """Works lanes until nothing is due, several to a thread where there are more of them than threads.

    ``threads`` = 1 takes all in turn in the calling thread. ``meanwhile`` is called every so often by one thread, for
    what must not wait until a long run ends.
    """

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
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        self._lanes = tuple(lanes)
        self._clock = clock
        self._threads = max(1, min(threads, MOST_THREADS, len(self._lanes) or 1))
        self._linger = linger
        self._stop = stop or threading.Event()
        self._ended = threading.Event()
        self._on_progress = on_progress
        self._waiting = waiting
        self._meanwhile = meanwhile
        self._only_one = threading.Lock()
        self._looked_at = clock.now()
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
        if not self._lanes:
            return self._tally
        groups = [self._lanes[number :: self._threads] for number in range(self._threads)]
        if self._threads == 1:
            self._work(groups[0], until)
        else:
            with ThreadPoolExecutor(self._threads, thread_name_prefix="lane") as pool:
                for done in [pool.submit(self._work, group, until) for group in groups]:
                    done.result()
        return self._tally

    def _work(self, lanes: Sequence[Lane], until: float | None) -> None:
        """The lanes of one thread in turn, for as long as any lane of the run may still make something due for them.

        A thread that fails takes the others along: what is due in its lanes would keep them waiting for ever.
        """
        try:
            while not self._over(until):
                self._look_around()
                if self._take_turns(lanes, until):
                    continue
                pause = self._pause(lanes)
                if pause is None:
                    return
                self._clock.sleep(pause)
        except BaseException:
            self._ended.set()
            raise
        finally:
            for lane in lanes:
                lane.put_back()

    def _look_around(self) -> None:
        """Call ``meanwhile`` if it is time, unless another thread is at it."""
        if self._only_one.acquire(blocking=False):
            try:
                if abs(self._clock.now() - self._looked_at) >= MEANWHILE_EVERY:
                    self._meanwhile()
                    self._looked_at = self._clock.now()
            finally:
                self._only_one.release()

    def _take_turns(self, lanes: Sequence[Lane], until: float | None) -> bool:
        """One step of each lane; whether any had something to do."""
        worked = False
        for lane in lanes:
            if self._over(until):
                break
            with self._counting:
                self._busy += 1
            try:
                ended = lane.step()
            finally:
                with self._counting:
                    self._busy -= 1
            if ended is not None:
                worked = True
                self._count(lane, ended)
        return worked

    def _pause(self, lanes: Sequence[Lane]) -> float | None:
        """Seconds until these lanes look again; None when the whole run is over."""
        now = lanes[0].ledger.now()
        due = self._soonest(lanes, now)
        if due is not None:
            wait = max(0.001, due - now)
            return wait if self._threads == 1 else min(POLL, wait)
        with self._counting:
            # Under the lock no other lane can begin a step: one that did between the two questions would be neither
            # busy nor due, and what it makes due for a lane that has left would never be done.
            idle = self._busy == 0 and not any(lane.has_claimed for lane in self._lanes)
            if idle and self._soonest(self._lanes, now) is None:
                self._ended.set()
        return None if self._ended.is_set() else POLL

    def _soonest(self, lanes: Sequence[Lane], now: float) -> float | None:
        """When the first of these lanes has something to do, if that is within ``linger``."""
        times = [due for lane in lanes if (due := lane.next_due()) is not None and due - now <= self._linger]
        return min(times, default=None)

    def _over(self, until: float | None) -> bool:
        return self._stop.is_set() or self._ended.is_set() or (until is not None and self._clock.now() >= until)

    def _count(self, lane: Lane, ended: Ended) -> None:
        with self._counting:
            if ended.how is Ending.DELIVERED:
                self._tally.arrived.add(ended.subject)
            elif ended.how is Ending.ERASED:
                self._tally.erased += 1
            elif ended.how in _NOT_NOW:
                self._tally.tried.add(ended.subject)
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
