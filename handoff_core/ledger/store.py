"""Opening the ledger, and its transactions."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from handoff_core.clock import Clock, SystemClock
from handoff_core.errors import StoreUnavailable
from handoff_core.ledger.migrate import migrate
from handoff_core.ledger.pool import give_back, open_pool
from handoff_core.ledger.sqlite import BUNDLED, driver, journal_choice
from handoff_core.ledger.transaction import Compiler, ConstantsInText, Transaction

BUSY_TIMEOUT = 60.0
"""Seconds that a transaction waits for another process's lock before it gives up."""
LARGEST_REWRITTEN = 256 * 1024 * 1024
"""Bytes of a SQLite file that is written anew after an erasure: more would hold up the other workers for too long."""
_ZEROED_AT_ONCE = 4096
"""Pages that one value of zeros takes."""
_CLOCK_OFFSET_AGE = 60.0


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What is left of deleted bytes, in words; empty = nothing. ``again``: another try may do it."""

    left: str = ""
    again: bool = False


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
        self._closed = False
        self._trust_clock = trust_clock or self.is_sqlite
        self._offset = 0.0
        self._offset_until = 0.0
        self._unusable: tuple[type[Exception], ...] = (OperationalError, sqlite3.OperationalError)
        self._broken: tuple[type[Exception], ...] = (sqlite3.DatabaseError,)
        self._ours: tuple[type[Exception], ...] = (sqlite3.IntegrityError, sqlite3.ProgrammingError)
        with self._translated():
            self._engine = self._open()
            dbapi = self._engine.dialect.loaded_dbapi
            self._unusable = (*self._unusable, dbapi.OperationalError)
            if self.is_sqlite:
                self._broken = (*self._broken, dbapi.DatabaseError)
                self._ours = (*self._ours, dbapi.IntegrityError, dbapi.ProgrammingError)
            self._compiler = _sqlite_compiler() if self.is_sqlite else Compiler(self._engine.dialect)
            self._writer = self._lasting() if self.is_sqlite else None
            self._reader = self._lasting() if self.is_sqlite else None
            try:
                migrate(self._engine, self.where)
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
    def write(self) -> Iterator[Transaction]:
        """One transaction that may write: committed at the end, rolled back on any exception.

        Inside another one of the same thread it joins that one.
        """
        outer: Transaction | None = getattr(self._current, "tx", None)
        if outer is not None:
            yield outer
            return
        with self._translated(), self._connection(self._writer, self._writing) as connection:
            # A deferred transaction that reads first and writes later can fail with SQLITE_BUSY at once,
            # whatever the busy timeout; taking the lock at the start cannot.
            with self._begun(connection, "BEGIN IMMEDIATE") as tx:
                self._current.tx = tx
                try:
                    yield tx
                finally:
                    self._current.tx = None
                self._reached("commit")
            self._reached("committed")

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One transaction that only reads; inside another one of the same thread it joins that one."""
        outer: Transaction | None = getattr(self._current, "tx", None) or getattr(self._current, "reading", None)
        if outer is not None:
            yield outer
            return
        with (
            self._translated(),
            self._connection(self._reader, self._reading) as connection,
            self._begun(connection, "BEGIN") as tx,
        ):
            # With a second connection a thread that holds one would wait for those that wait for it.
            self._current.reading = tx
            try:
                yield tx
            finally:
                self._current.reading = None

    def scrub(self) -> Scrubbed:
        """Let no byte of what was deleted stay in the database's files, as far as that can be done.

        SQLite overwrites what is deleted. What it may leave are copies from moving rows between pages, and what an
        older Handoff deleted: the file is written anew, or, when it is too large for that, its free pages are
        overwritten. Then its write-ahead log is emptied. A PostgreSQL server keeps dead rows until its own vacuum, and
        its log and backups as long as it was told to.
        """
        if not self.is_sqlite:
            return Scrubbed(
                "PostgreSQL keeps deleted rows in its files until its vacuum has run, and in its log and backups as "
                "long as it is set to; run VACUUM FULL there where that matters"
            )
        with self._translated(), self._connection(self._writer, self._writing) as connection:
            size = connection.execute("PRAGMA page_count").fetchone()[0]
            size *= connection.execute("PRAGMA page_size").fetchone()[0]
            self._reached("execute")
            try:
                if size > LARGEST_REWRITTEN:
                    _overwrite_free_pages(connection)
                else:
                    connection.execute("VACUUM")
            except driver().OperationalError as error:  # another program reads it, or the disk has no room for a copy
                return Scrubbed(f"the ledger's file was not written anew ({error})", again=True)
            if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
                self._reached("execute")
                if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    words = "another program was reading the ledger, so its write-ahead log was not emptied"
                    return Scrubbed(words, again=True)
        if size <= LARGEST_REWRITTEN:
            return Scrubbed()
        return Scrubbed(
            f"the ledger has more than {LARGEST_REWRITTEN // 1024 // 1024} MiB: its free pages were overwritten, but "
            "it was not written anew; for certainty run VACUUM on it while nothing else uses it"
        )

    def close(self) -> None:
        """Give back every connection."""
        for connection in (getattr(self, "_writer", None), getattr(self, "_reader", None)):
            if connection is not None:
                connection.close()
        if self.is_sqlite:
            self._engine.dispose()
        elif not self._closed:
            self._closed = True
            give_back(self._engine)

    @contextmanager
    def _connection(self, lasting: Any, alone: threading.Lock) -> Iterator[Any]:
        """The driver's connection: with SQLite the one that is kept, else one of the pool."""
        if lasting is not None:
            with alone:
                yield lasting
            return
        pooled = self._engine.raw_connection()
        try:
            yield pooled.driver_connection
        finally:
            pooled.close()

    @contextmanager
    def _begun(self, connection: Any, begin: str) -> Iterator[Transaction]:
        """A transaction on the driver's connection. psycopg begins one by itself, sqlite3 here never does."""
        if self.is_sqlite:
            connection.execute(begin)
        try:
            yield Transaction(connection, self._compiler, self._at)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise

    def _lasting(self) -> Any:
        """A driver's connection that the pool does not know any more; ``close`` gives it back."""
        pooled = self._engine.raw_connection()
        connection = pooled.driver_connection
        pooled.detach()
        return connection

    def _reached(self, point: str) -> None:
        if self._at is not None:
            self._at(point)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except self._unusable as error:
            cause = getattr(error, "orig", error)
            raise StoreUnavailable(f"the ledger {self.where} cannot be used: {cause}; {_advice(cause)}") from error
        except self._ours:
            raise  # a fault in this package, not in the database
        except self._broken as error:
            raise StoreUnavailable(f"the ledger {self.where} cannot be used: {error}; restore a backup") from error
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"the ledger {self.where} cannot be used: {error}") from error

    def _open(self) -> Engine:
        if not self.is_sqlite:
            url = self._url.set(drivername="postgresql+psycopg") if self._url.drivername == "postgresql" else self._url
            return open_pool(url)
        path = Path(self._url.database or "")
        _make_private(path)
        engine = create_engine(
            self._url,
            module=driver(),
            poolclass=NullPool,
            connect_args={
                "check_same_thread": False,
                "timeout": BUSY_TIMEOUT,
                "isolation_level": None,
                "cached_statements": 256,
            },
        )
        choice = journal_choice()
        if self._at is not None:
            event.listen(engine, "before_cursor_execute", lambda *_: self._reached("execute"))

        def set_up(connection: Any, _record: Any) -> None:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT * 1000)}")
            try:
                mode = cursor.execute(f"PRAGMA journal_mode = {choice.journal_mode}").fetchone()[0]
            except driver().OperationalError:  # it cannot be changed while another program has the file open
                mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
            if mode == "wal" and choice.journal_mode != "wal":
                raise StoreUnavailable(
                    f"the ledger {self.where} is open in WAL mode in another program, and here {choice.why}; "
                    f"end the other program, or install {BUNDLED} here too"
                )
            # Another program may hold the file in the older mode; then its durability is the right one too.
            synchronous = choice.synchronous if mode == choice.journal_mode else "EXTRA"
            cursor.execute(f"PRAGMA synchronous = {synchronous}")
            cursor.execute("PRAGMA foreign_keys = ON")
            # What is deleted or replaced is overwritten at once: later it could stand in a page that is in use again.
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.close()

        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        event.listen(engine, "connect", set_up)
        event.listen(engine, "begin", begin)
        return engine


@cache
def _sqlite_compiler() -> Compiler:
    """One for every ledger of the process."""
    dialect = sqlite_dialect(paramstyle="qmark")
    dialect.statement_compiler = ConstantsInText
    return Compiler(dialect)


def _overwrite_free_pages(connection: Any) -> None:
    """Let zeros take every free page, and give it back."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        free = connection.execute("PRAGMA freelist_count").fetchone()[0]
        room = connection.execute("PRAGMA page_size").fetchone()[0] - 4  # of a page of a long value, its link aside
        connection.execute("CREATE TABLE scrubbing (zeros BLOB)")
        while free > 0:
            pages = min(free, _ZEROED_AT_ONCE)
            connection.execute("INSERT INTO scrubbing VALUES (zeroblob(?))", (pages * room,))
            free -= pages
        connection.execute("DROP TABLE scrubbing")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _make_private(path: Path) -> None:
    """Make the database file readable by its owner only before SQLite opens it."""
    try:
        if not path.parent.is_dir():
            raise StoreUnavailable(
                f"the folder of the ledger, {path.parent}, does not exist; make it or change store.url"
            )
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except PermissionError as error:
        raise StoreUnavailable(f"the ledger {path} cannot be reached: {error.strerror}; {_RIGHTS}") from error
    except OSError as error:
        raise StoreUnavailable(
            f"the ledger {path} cannot be made: {error.strerror}; check the folder's rights or change store.url"
        ) from error


_RIGHTS = "give this user the right to write the file and its folder, or change store.url"


def _advice(error: BaseException) -> str:
    text = str(error).lower()
    if "readonly" in text or "read-only" in text:
        return f"it is read-only: {_RIGHTS}"
    if "unable to open" in text:  # SQLite says so for a journal too that it may not make beside the file
        return f"check that it is there; {_RIGHTS}"
    if "full" in text or "no space" in text:
        return "the disk is full: make room, nothing accepted so far is lost"
    if "i/o error" in text:  # what a quota or a limit on the size of files comes as
        return "the disk takes no more, or fails: make room or repair it, nothing accepted so far is lost"
    if "locked" in text:
        return "another program holds it locked: end that program or try again"
    return "check that it exists, runs and lets this user in, then run `handoff doctor`"
