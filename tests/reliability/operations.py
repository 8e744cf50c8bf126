"""Every operation of a run, numbered: what it does to the database and what it sends. Something may happen at one."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Operation:
    """One operation. ``kind``: ``execute``, ``commit`` and ``committed`` in the database; ``send`` before a request
    leaves, ``sent`` when it has left, ``replied`` when its answer has begun to arrive; ``name`` says which."""

    number: int
    kind: str
    name: str = ""

    @property
    def is_request(self) -> bool:
        """Whether it belongs to an HTTP request."""
        return self.kind in ("send", "sent", "replied")

    @property
    def writes(self) -> bool:
        """Whether a request may change something there."""
        return self.is_request and not self.name.startswith("GET ")


Act = Callable[[Operation], None]


@dataclass
class Operations:
    """Numbers operations from 1 and calls ``act`` at the one whose number is ``act_at`` (0: at none).

    Nothing that happens inside ``act`` is counted.
    """

    act_at: int = 0
    act: Act = lambda operation: None
    seen: list[Operation] = field(default_factory=list)
    acting: bool = False

    def reached(self, kind: str, name: str = "") -> None:
        """One more operation. This is what ``Ledger(at=…)`` takes."""
        if self.acting:
            return
        operation = Operation(len(self.seen) + 1, kind, name)
        self.seen.append(operation)
        if operation.number == self.act_at:
            self.acting = True
            try:
                self.act(operation)
            finally:
                self.acting = False

    @contextmanager
    def with_requests(self) -> Iterator[None]:
        """While inside, the requests of this process are counted too."""
        watched = http.client.HTTPConnection
        begin, answer = watched.putrequest, watched.getresponse
        names: dict[int, str] = {}

        def putrequest(connection: Any, method: str, url: str, *rest: Any, **more: Any) -> None:
            names[id(connection)] = f"{method} {url.partition('?')[0]}"
            self.reached("send", names[id(connection)])
            begin(connection, method, url, *rest, **more)

        def getresponse(connection: Any, *rest: Any, **more: Any) -> Any:
            self.reached("sent", names.get(id(connection), ""))
            response = answer(connection, *rest, **more)
            self.reached("replied", names.get(id(connection), ""))
            return response

        watched.putrequest, watched.getresponse = putrequest, getresponse  # type: ignore[method-assign]
        try:
            yield
        finally:
            watched.putrequest, watched.getresponse = begin, answer  # type: ignore[method-assign]
