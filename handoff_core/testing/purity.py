"""Telling whether a function asked for the time, for chance, or for the network while it ran."""

from __future__ import annotations

import datetime
import os
import random
import socket
import sys
import time
import uuid
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

_T = TypeVar("_T")
_CLOCKS = (time.time, time.time_ns, time.monotonic, time.monotonic_ns, time.perf_counter, time.perf_counter_ns)
_CHANCE = (os.urandom,)
_METHODS = {
    "now": datetime.date,
    "utcnow": datetime.date,
    "today": datetime.date,
    "random": random.Random,
    "getrandbits": random.Random,
    "connect": socket.socket,
}
_FUNCTIONS = {uuid.uuid1.__code__: "uuid.uuid1", uuid.uuid4.__code__: "uuid.uuid4"}


def run_watched(function: Callable[[], _T]) -> tuple[_T, tuple[str, ...]]:
    """The function's result, and by name what it called that a pure function does not call, however it got hold of it.

    A patched clock would miss ``from datetime import datetime``; the interpreter's own profile hook does not.
    """
    seen: list[str] = []

    def watch(frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call":
            name = _impure(called)
        elif event == "call":
            name = _FUNCTIONS.get(frame.f_code)
        else:
            return
        if name is not None:
            seen.append(name)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        result = function()
    finally:
        sys.setprofile(before)
    return result, tuple(dict.fromkeys(seen))


def _impure(called: Any) -> str | None:
    if any(called is one for one in (*_CLOCKS, *_CHANCE)):
        return f"{called.__module__}.{called.__name__}"
    name = getattr(called, "__name__", "")
    kind = _METHODS.get(name)
    owner = getattr(called, "__self__", None)
    if kind is None or owner is None:
        return None
    owner_type = owner if isinstance(owner, type) else type(owner)
    return f"{owner_type.__name__}.{name}" if issubclass(owner_type, kind) or owner_type.__name__ == "socket" else None
