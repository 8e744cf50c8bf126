"""What a worker's process does: the scheduled job again and again until a file says stop; and where it stands still."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any

import requests

from handoff_connectors.sandbox.snippet import TOKENS
from handoff_connectors.transport import PolicySession, Transport
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.ledger.store import Ledger
from tests.reliability.workers.quick_clock import QuickClock

Say = Callable[[object], None]


class Place(StrEnum):
    """Where a worker stands still, within one request that changes a record."""

    BEFORE_THE_FENCE = "before the fence check"
    """The intent is committed; the lease is not yet looked at."""
    IN_THE_GAP = "between the fence check and the socket"
    """The lease was ours; nothing is sent yet."""
    MID_REQUEST = "before the answer is read"
    """The vendor has done it; the answer has not been read."""
    AFTER_THE_ANSWER = "after the answer"
    """The answer is read; the ledger does not know it yet."""


@dataclass(frozen=True)
class Stop:
    """Stand still (SIGSTOP) the first time that such a request comes to ``place``."""

    method: str
    path: str
    place: Place


@dataclass(frozen=True)
class Work:
    """What a worker needs to know. ``stop_file``: it ends after the run during which that file appears."""

    config: Path
    clock: Path
    stop_file: Path
    stop: Stop | None = None


def warm() -> None:
    """Import what a worker imports when it first needs it."""
    for name in ("hubspot", "slack_sdk", "zenpy"):
        import_module(name)


def open_worker(config_path: Path, clock: QuickClock) -> Handoff:
    """One worker on the shared ledger."""
    config = load(config_path, dict.fromkeys(TOKENS, "sandbox"))
    ledger = Ledger(config.store_url, clock=clock, trust_clock=True)
    return Handoff(config, clock=clock, ledger=ledger, threads=1, random_number=lambda: 0.5)


def work(say: Say, task: Work) -> None:
    """A worker's life."""
    clock = QuickClock(task.clock)
    if task.stop is not None:
        stand_still_at(task.stop)
    with open_worker(task.config, clock) as handoff:
        while not task.stop_file.exists():
            handoff.sync(time_budget=30.0)
            clock.sleep(0.5)


def stand_still_at(stop: Stop) -> None:
    """Put the stop into this process's transport."""
    left = [True]

    def here(place: Place, request: requests.PreparedRequest) -> None:
        fits = request.method == stop.method and re.search(stop.path, (request.url or "").partition("?")[0])
        if left and fits and place is stop.place:
            left.clear()
            os.kill(os.getpid(), signal.SIGSTOP)

    exchange, send = Transport.exchange, PolicySession.send_once

    def exchanged(self: Transport, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        here(Place.BEFORE_THE_FENCE, request)
        answer = exchange(self, request, **more)
        here(Place.AFTER_THE_ANSWER, request)
        return answer

    def sent(self: PolicySession, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        here(Place.IN_THE_GAP, request)
        answer = send(self, request, **more)
        here(Place.MID_REQUEST, request)
        return answer

    Transport.exchange, PolicySession.send_once = exchanged, sent  # type: ignore[method-assign]
