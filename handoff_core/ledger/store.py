"""Opening the ledger, and its transactions."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from handoff_core.clock import Clock, SystemClock
from handoff_core.errors import StoreUnavailable
from handoff_core.ledger.migrate import migrate
from handoff_core.ledger.sqlite import journal_choice

Transaction = Connection
"""What ``Ledger.write`` and ``Ledger.read`` give, and the modules of this package take."""
BUSY_TIMEOUT = 30.0
"""Seconds that a transaction waits for another process's lock before it gives up."""
_CLOCK_OFFSET_AGE = 60.0


class Ledger:
    """The database that holds every accepted packet and what became of it.

    ``write()`` and ``read()`` are transactions; the modules of this package take the connection that they give.
    With SQLite there is one writing connection per process. Raises StoreUnavailable for whatever the database
    refuses: where it is and what to do. ``at`` is for crash tests: called with ``execute`` before each statement,
    with ``commit`` before and ``committed`` after each commit.
    """

    def __init__(
        self,
        url: str,
        *,
        clock: Clock | None = None,
        trust_clock: bool = False,
        at: Callable[[str], None] | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self._at = at
        self._url = make_url(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self.where = self._url.render_as_string(hide_password=True)
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        self._current = threading.local()
        self._trust_clock = trust_clock or self.is_sqlite
        self._offset = 0.0
        self._offset_until = 0.0
        with self._translated():
            self._engine = self._open()
            self._writer: Connection | None = self._engine.connect() if self.is_sqlite else None
            self._reader: Connection | None = None
            if self.is_sqlite:
                self._reader = self._engine.connect().execution_options(reads=True)
            try:
                migrate(self)
            except BaseException:
                self.close()
                raise

    def now(self) -> float:
        """Seconds since the epoch. On PostgreSQL the database's clock, so that all machines agree on what is due."""
        if self._trust_clock:
            return self._clock.now()
        here = self._clock.now()
        if here >= self._offset_until:
            with self.read() as tx:
                there = tx.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one()
            self._offset = float(there) - self._clock.now()
            self._offset_until = here + _CLOCK_OFFSET_AGE
        return here + self._offset

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may write: committed at the end, rolled back on any exception.

        Inside another one of the same thread it joins that one.
        """
        outer: Connection | None = getattr(self._current, "tx", None)
        if outer is not None:
            yield outer
            return
        with self._translated(), self._transaction() as connection:
            self._current.tx = connection
            try:
                yield connection
            finally:
                self._current.tx = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that only reads; inside one that writes it joins that one."""
        outer: Connection | None = getattr(self._current, "tx", None)
        if outer is not None:
            yield outer
            return
        with self._translated():
            if self._reader is None:
                with self._engine.connect() as connection, connection.begin():
                    yield connection
                return
            with self._reading, self._reader.begin():
                yield self._reader

    def close(self) -> None:
        """Give back every connection."""
        for connection in (getattr(self, "_writer", None), getattr(self, "_reader", None)):
            if connection is not None:
                connection.close()
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        if self._writer is None:
            with self._engine.begin() as connection:
                yield connection
                self._reached("commit")
            self._reached("committed")
            return
        with self._writing:
            with self._writer.begin():
                yield self._writer
                self._reached("commit")
            self._reached("committed")

    def _reached(self, point: str) -> None:
        if self._at is not None:
            self._at(point)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise StoreUnavailable(f"the ledger {self.where} cannot be used: {error.orig}; {_advice(error)}") from error
        except (DBAPIError, sqlite3.Error) as error:
            cause = getattr(error, "orig", error)
            if isinstance(cause, sqlite3.DatabaseError) and not isinstance(cause, sqlite3.IntegrityError):
                raise StoreUnavailable(f"the ledger {self.where} cannot be used: {cause}; restore a backup") from error
            raise
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"the ledger {self.where} cannot be used: {error}") from error

    def _open(self) -> Engine:
        if not self.is_sqlite:
            url = self._url.set(drivername="postgresql+psycopg") if self._url.drivername == "postgresql" else self._url
            return create_engine(url, pool_size=10, max_overflow=4, pool_pre_ping=True)
        path = Path(self._url.database or "")
        _make_private(path)
        engine = create_engine(
            self._url,
            poolclass=NullPool,
            connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT, "isolation_level": None},
        )
        choice = journal_choice()
        if self._at is not None:
            event.listen(engine, "before_cursor_execute", lambda *_: self._reached("execute"))

        def set_up(connection: Any, _record: Any) -> None:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT * 1000)}")
            cursor.execute(f"PRAGMA journal_mode = {choice.journal_mode}")
            cursor.execute(f"PRAGMA synchronous = {choice.synchronous}")
            cursor.execute("PRAGMA foreign_keys = ON")
            cursor.close()

        def begin(connection: Connection) -> None:
            # A deferred transaction that reads first and writes later can fail with SQLITE_BUSY at once,
            # whatever the busy timeout; taking the lock at the start cannot.
            connection.exec_driver_sql(
                "BEGIN" if connection.get_execution_options().get("reads") else "BEGIN IMMEDIATE"
            )

        event.listen(engine, "connect", set_up)
        event.listen(engine, "begin", begin)
        return engine


def _make_private(path: Path) -> None:
    """Make the database file readable by its owner only before SQLite opens it."""
    if not path.parent.is_dir():
        raise StoreUnavailable(f"the folder of the ledger, {path.parent}, does not exist; make it or change store.url")
    if path.exists():
        return
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StoreUnavailable(
            f"the ledger {path} cannot be made: {error.strerror}; check the folder's rights or change store.url"
        ) from error


def _advice(error: OperationalError) -> str:
    text = str(error.orig).lower()
    if "readonly" in text or "read-only" in text:
        return "it is read-only: give this user the right to write the file and its folder"
    if "full" in text or "no space" in text:
        return "the disk is full: make room, nothing accepted so far is lost"
    if "locked" in text:
        return "another program holds it locked: end that program or try again"
    return "check that it exists, runs and lets this user in, then run `handoff doctor`"
