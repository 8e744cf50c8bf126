"""Time that is skipped, not waited for: threads that take turns, and a clock that jumps to whoever wakes first.

``VirtualTime`` is a clock for ``Handoff``. Only one of its threads runs at any moment; a thread that sleeps hands the
turn to the one that wakes first, and the clock moves there. So lanes, producers and vendors run side by side as they
would in real time, in a fixed order, and hours pass in the time that the work itself takes. ``count_work``: the clock
also moves on by the processor time that is used, since work, unlike waiting, cannot be skipped.

``pool`` stands in for ``concurrent.futures.ThreadPoolExecutor``.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Self

from handoff_core.delivery import drain

START = 1_795_187_520.0
POLL = 1.0
"""Seconds between two looks of an idle lane: the drain's own 0.1 would cost hours of looking in a virtual day."""


class Task:
    """One thread and its result."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.turn = threading.Event()
        self.done = False
        self.value: Any = None
        self.error: BaseException | None = None
        self.joiners: list[Task] = []


class VirtualTime:
    """The clock and the turns."""

    def __init__(self, *, count_work: bool = False) -> None:
        self._now = START
        self._count_work = count_work
        self._used = time.process_time()
        self._order = count()
        self._sleeping: list[tuple[float, int, Task]] = []
        self._local = threading.local()
        self._over = threading.Event()

    def now(self) -> float:
        """Seconds since the epoch."""
        self._add_work()
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let others run until ``seconds`` have passed."""
        mine = self._mine()
        self._wake(mine, self.now() + max(0.0, seconds))
        self._hand_over(mine)

    def run(self, work: Callable[[], Any]) -> Any:
        """Run ``work`` and every thread that it starts to their ends; gives its result."""
        self._used = time.process_time()
        task = self.start(work)
        self._next()
        self._over.wait()
        return self._result(task)

    def start(self, work: Callable[[], Any]) -> Task:
        """Let ``work`` run beside the caller, in virtual time."""
        task = Task(work)
        self._wake(task, self.now())
        threading.Thread(target=self._live, args=(task,), daemon=True).start()
        return task

    def join(self, task: Task) -> Any:
        """Wait for the end of another thread; gives its result, or raises its error."""
        if not task.done:
            mine = self._mine()
            task.joiners.append(mine)
            self._hand_over(mine)
        return self._result(task)

    @contextmanager
    def lanes(self) -> Iterator[None]:
        """While inside, every drain's lanes are threads of this time."""
        ours = {"ThreadPoolExecutor": self.pool, "POLL": POLL}
        before = {name: getattr(drain, name) for name in ours}
        for name, value in ours.items():
            setattr(drain, name, value)
        try:
            yield
        finally:
            for name, value in before.items():
                setattr(drain, name, value)

    def pool(self, workers: int, thread_name_prefix: str = "") -> Pool:
        """As ThreadPoolExecutor is called."""
        return Pool(self)

    def _live(self, task: Task) -> None:
        task.turn.wait()
        self._local.task = task
        self._used = time.process_time()
        try:
            task.value = task.work()
        except BaseException as error:  # noqa: BLE001  # kept for whoever joins this thread, and raised there
            task.error = error
        task.done = True
        for joiner in task.joiners:
            self._wake(joiner, self.now())
        self._next()

    def _wake(self, task: Task, at: float) -> None:
        heapq.heappush(self._sleeping, (at, next(self._order), task))

    def _hand_over(self, mine: Task) -> None:
        mine.turn.clear()
        self._next()
        mine.turn.wait()
        self._used = time.process_time()

    def _next(self) -> None:
        if not self._sleeping:
            self._over.set()
            return
        at, _, task = heapq.heappop(self._sleeping)
        self._add_work()
        self._now = max(self._now, at)
        task.turn.set()

    def _add_work(self) -> None:
        if self._count_work:
            used = time.process_time()
            self._now += used - self._used
            self._used = used

    def _mine(self) -> Task:
        mine: Task = self._local.task
        return mine

    def _result(self, task: Task) -> Any:
        if task.error is not None:
            raise task.error
        if not task.done:
            raise RuntimeError("every thread waits for another")
        return task.value


class Future:
    """What ``submit`` gives."""

    def __init__(self, time: VirtualTime, task: Task) -> None:
        self._time, self._task = time, task

    def result(self) -> Any:
        """The value, when it is there."""
        return self._time.join(self._task)


class Pool:
    """An executor in virtual time."""

    def __init__(self, time: VirtualTime) -> None:
        self._time = time
        self._tasks: list[Task] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for task in self._tasks:
            if not task.done:
                self._time.join(task)

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future:
        """Let it run beside the caller."""
        task = self._time.start(lambda: work(*arguments))
        self._tasks.append(task)
        return Future(self._time, task)
