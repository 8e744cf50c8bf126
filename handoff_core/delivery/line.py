"""Who waits for a slot of an account, and until when: the order in which deliveries come back to ask again.

The bucket in the ledger says when a call may start; this says when it is worth asking. If all that wait came at the
first free slot, each slot would cost as many claims as wait for it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock

Queue = tuple[str, int]
"""Class of call, or several with a + between them, and priority."""

SHORTEST_STEP = 0.25
"""Seconds between two tries for a slot that nobody has taken, at least."""


@dataclass
class Line:
    """One process's view of an account's queues. Times are epoch seconds.

    A delivery that is new to its queue joins at the end. One whose turn has come and that finds no slot, because the
    queue runs late, stays before those whose turn is still to come: it joins the end of those that are late.

    A turn belongs to the queue and not to a delivery: whoever has waited longest takes it (``longest``), or those
    that were late would be overtaken by all whose time came when a slot was free. And since all times are estimates,
    a slot that nobody has come for goes to whoever has waited longest (``call``).
    """

    _ends: dict[Queue, float] = field(default_factory=dict)
    _late: dict[Queue, float] = field(default_factory=dict)
    _waiting: dict[Queue, OrderedDict[str, None]] = field(default_factory=dict)
    _where: dict[str, Queue] = field(default_factory=dict)
    _free: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def end(self, classes: Iterable[str], priority: int, *, late: bool) -> float:
        """When the turn of the next one comes that needs calls of all these classes."""
        queues = [(name, priority) for name in classes]
        behind_late = max((self._late.get(one, 0.0) for one in queues), default=0.0)
        if late:
            return behind_late
        return max([behind_late, *(self._ends.get(one, 0.0) for one in queues)])

    def join(self, steps: Mapping[str, float], priority: int, at: float, now: float, *, late: bool) -> None:
        """Take the place at the end, for ``at``. ``steps``: seconds by class that are then left to this one."""
        ends = self._late if late else self._ends
        longest = max(steps.values(), default=0.0)
        for name, step in steps.items():
            # Only the class that is short makes others wait: a channel that is full keeps no other channel waiting.
            begin = at if step == longest else max(now, ends.get((name, priority), 0.0))
            ends[name, priority] = begin + step

    def wait(self, packet_id: str, classes: Iterable[str], priority: int) -> None:
        """A delivery waits for its turn; since when counts from the first time.

        Those that need the same classes can take each other's turn: the calls to one channel, or any of an account
        without channels.
        """
        same = ("+".join(sorted(classes)), priority)
        with self._lock:
            if self._where.get(packet_id) != same:
                self._leave(packet_id)
                self._where[packet_id] = same
                self._waiting.setdefault(same, OrderedDict())[packet_id] = None

    def free_from(self, classes: Iterable[str], at: float, step: float) -> None:
        """Such calls have their next slot at ``at``, and one every ``step`` seconds."""
        with self._lock:
            self._free["+".join(sorted(classes))] = (at, max(step, SHORTEST_STEP))

    def idle_at(self) -> float | None:
        """When a slot is left to somebody who waits, though his time is still to come; None = nobody waits."""
        with self._lock:
            return min((self._free[name][0] for name, _ in self._waiting if name in self._free), default=None)

    def call(self, now: float) -> str | None:
        """The packet to try a slot with that nobody has taken: of the most urgent, who has waited longest."""
        with self._lock:
            for queue in sorted(self._waiting, key=lambda one: one[1]):
                free, step = self._free.get(queue[0], (now, SHORTEST_STEP))
                if free <= now:
                    self._free[queue[0]] = (now + step, step)
                    return next(iter(self._waiting[queue]))
        return None

    def leave(self, packet_id: str) -> None:
        """A delivery has its slot, or waits no more."""
        with self._lock:
            self._leave(packet_id)

    def longest(self, packet_id: str, priority: int) -> str | None:
        """The packet whose delivery has waited longest for such a turn as this one's; None = this one, or nobody knows.

        One that is new joins the end where most of its priority wait: it will most likely need the same calls.
        """
        with self._lock:
            same = self._where.get(packet_id)
            if same is not None and same[1] != priority:  # it became urgent while it waited
                self._leave(packet_id)
                same = None
            if same is None:
                every = [one for one in self._waiting if one[1] == priority and _is_shared(one[0])]
                if not every:
                    return None
                same = max(every, key=lambda one: len(self._waiting[one]))
                self._where[packet_id] = same
                self._waiting[same][packet_id] = None
            first = next(iter(self._waiting[same]))
        return None if first == packet_id else first

    def _leave(self, packet_id: str) -> None:
        same = self._where.pop(packet_id, None)
        if same is not None:
            del self._waiting[same][packet_id]
            if not self._waiting[same]:
                del self._waiting[same]

    def scale(self, name: str, factor: float, now: float) -> None:
        """The distance of two calls of a class changed by ``factor``, and so does the time that the queues need."""
        for ends in (self._ends, self._late):
            for queue, end in list(ends.items()):
                if queue[0] == name and end > now:
                    ends[queue] = now + (end - now) * factor

    def clear(self) -> None:
        """Forget every turn: the clock was set back."""
        self._ends.clear()
        self._late.clear()
        with self._lock:
            self._waiting.clear()
            self._where.clear()
            self._free.clear()

    def spoken_for(self, classes: Iterable[str], priority: int) -> float:
        """Until when what is more urgent than ``priority`` waits for slots of one of these classes of call."""
        return max(
            (
                ends.get((name, other), 0.0)
                for ends in (self._ends, self._late)
                for name in classes
                for other in range(priority)
            ),
            default=0.0,
        )


def _is_shared(name: str) -> bool:
    """Whether a class is one for the whole account, not that of one channel (``post:C0ALERTS``)."""
    return ":" not in name
