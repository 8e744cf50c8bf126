"""The ledger on PostgreSQL: the same contract, and the database's clock."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import Pool

from handoff_core.ledger import accounts, claims, pool
from handoff_core.ledger.store import Ledger
from handoff_core.testing.ledger_contract import LedgerContract
from handoff_core.testing.ledger_ground import LIMITS, NOW, add

pytestmark = pytest.mark.postgres


@pytest.fixture
def url(postgres_url):
    """A fresh schema on the server, dropped afterwards."""
    name = f"handoff_{uuid.uuid4().hex[:12]}"
    engine = create_engine(postgres_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    engine.dispose()
    joint = "&" if "?" in postgres_url else "?"
    yield f"{postgres_url}{joint}options=-csearch_path%3D{name}"
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()


@pytest.fixture
def open_ledger(url):
    opened = []

    def open_one(**options):
        opened.append(Ledger(url, **({"trust_clock": True} | options)))
        return opened[-1]

    yield open_one
    for ledger in opened:
        ledger.close()


class TestPostgresLedger(LedgerContract):
    """The contract on PostgreSQL."""


def test_the_clock_of_the_database_decides(open_ledger):
    class WrongClock:
        def now(self):
            return 1_000.0

        def sleep(self, seconds):
            raise AssertionError("nothing waits here")

    import time

    ledger = open_ledger(clock=WrongClock(), trust_clock=False)
    assert abs(ledger.now() - time.time()) < 60


@pytest.fixture
def opened():
    """How many connections are open, after each one that was opened, whatever pool it belongs to.

    Counted where they are opened: the server lists one for a while that has been closed, and its own workers too.
    """
    now, counts = set[int](), list[int]()

    def opens(connection: object, _: object) -> None:
        now.add(id(connection))
        counts.append(len(now))

    def closes(connection: object, _: object) -> None:
        now.discard(id(connection))

    event.listen(Pool, "connect", opens)
    event.listen(Pool, "close", closes)
    yield counts
    event.remove(Pool, "connect", opens)
    event.remove(Pool, "close", closes)


def test_the_businesses_of_a_process_share_few_connections(url, opened):
    ledgers = [Ledger(url) for _ in range(20)]
    used: list[int] = []

    def work(ledger: Ledger) -> None:
        with ledger.write() as tx:
            used.append(tx.execute(text("SELECT pg_backend_pid()")).scalar_one())
            sleep(0.02)  # the others come meanwhile

    try:
        with ThreadPoolExecutor(60) as threads:
            list(threads.map(work, ledgers * 6))
        assert len(used) == 120
        assert len(set(used[:60])) > 1, "they worked one after the other"
        assert max(opened) <= pool.MOST
        for ledger in ledgers[1:]:
            ledger.close()
            ledger.close()  # once is enough, and twice takes nothing from the others
        work(ledgers[0])
    finally:
        for ledger in ledgers:
            ledger.close()
    assert not [one for one in pool._POOLS if one[1].database == make_url(url).database]


def test_a_reading_transaction_inside_another_one_takes_no_second_connection(url, monkeypatch):
    monkeypatch.setattr(pool, "LASTING", 1)
    monkeypatch.setattr(pool, "MOST", 1)
    monkeypatch.setattr(pool, "WAIT", 0.2)
    ledger = Ledger(url)
    try:
        with ledger.read(), ledger.read() as tx:
            assert tx.execute(text("SELECT 1")).scalar_one() == 1
            assert ledger.now() > 0
    finally:
        ledger.close()


VERSION_6 = (
    "DROP INDEX deliveries_active",
    "ALTER TABLE deliveries DROP COLUMN queue",
    "ALTER TABLE deliveries RENAME COLUMN put_off TO booked",
    "CREATE INDEX deliveries_due ON deliveries (business, destination, priority, due_at)"
    " WHERE state IN ('pending', 'sending', 'retrying', 'unknown')",
    "ALTER TABLE buckets ADD COLUMN tail_at DOUBLE PRECISION NOT NULL DEFAULT 0",
    "ALTER TABLE buckets ALTER COLUMN tail_at DROP DEFAULT",
    "UPDATE meta SET value = '6' WHERE name = 'schema_version'",
)
"""What a ledger of today lacks, and has besides, as one of version 6."""


def _schema(url):
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        seen = inspect(connection)
        found = {
            table: (
                sorted((one["name"], str(one["type"]), one["nullable"]) for one in seen.get_columns(table)),
                seen.get_pk_constraint(table),
                sorted((one["name"], str(one["column_names"])) for one in seen.get_indexes(table)),
            )
            for table in seen.get_table_names()
        }
    engine.dispose()
    return found


def test_a_ledger_in_which_deliveries_waited_by_estimated_times_becomes_todays(url, open_ledger):
    ledger = open_ledger()
    add(ledger, "waits", priority=2, now=NOW - 50)
    with ledger.write() as tx:
        accounts.park_bucket(tx, "acme", "api", LIMITS, until=NOW + 3_600)
    ledger.close()
    fresh = _schema(url)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        for statement in VERSION_6:
            connection.execute(text(statement))
        waiting = "UPDATE deliveries SET booked = 'queue', priority = -1, due_at = :far"
        connection.execute(text(waiting), {"far": NOW + 180_000})
    engine.dispose()
    ledger = open_ledger()
    assert _schema(url) == fresh
    with ledger.write() as tx:
        claim = claims.claim(tx, "acme", "desk", now=NOW, lease=60)
        assert accounts.buckets_of(tx, "acme")["api"].parked_until == NOW + 3_600
    assert claim is not None
    assert (claim.packet_id, claim.priority, claim.due_at) == ("waits", 1, NOW - 50)
