"""One pool of connections to a PostgreSQL store, for all the ledgers of a process that use it."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL

LASTING: Final = 10
"""Connections that stay open."""
MOST: Final = 14
"""Connections at once: whoever needs another one waits. A server takes a hundred by default, from all its clients."""
WAIT: Final = 60.0
"""Seconds that a transaction waits for a connection."""


@dataclass
class _Pool:
    engine: Engine
    users: int = 0


_POOLS: Final[dict[tuple[int, URL], _Pool]] = {}
"""By process, since a connection must not be used on both sides of a fork."""
_LOCK: Final = threading.Lock()


def open_pool(url: URL) -> Engine:
    """The engine of a store, the same one for the same URL, until everybody has given it back."""
    with _LOCK:
        key = (os.getpid(), url)
        if key not in _POOLS:
            engine = create_engine(
                url, pool_size=LASTING, max_overflow=MOST - LASTING, pool_timeout=WAIT, pool_pre_ping=True
            )
            _POOLS[key] = _Pool(engine)
        _POOLS[key].users += 1
        return _POOLS[key].engine


def give_back(engine: Engine) -> None:
    """The last user of a pool closes its connections."""
    with _LOCK:
        key = (os.getpid(), engine.url)
        pool = _POOLS.get(key)
        if pool is None or pool.engine is not engine:
            return  # it was given back already, or belongs to the process that forked this one
        pool.users -= 1
        if pool.users > 0:
            return
        del _POOLS[key]
    engine.dispose()
