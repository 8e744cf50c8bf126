"""The ledger on PostgreSQL: the same contract, and the database's clock."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from handoff_core.ledger import pool
from handoff_core.ledger.store import Ledger
from handoff_core.testing.ledger_contract import LedgerContract

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


COUNTED = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"


def test_the_businesses_of_a_process_share_few_connections(url):
    ledgers = [Ledger(url) for _ in range(20)]
    counts: list[int] = []

    def work(ledger: Ledger) -> None:
        with ledger.write() as tx:
            counts.append(tx.execute(text(COUNTED)).scalar_one())
            sleep(0.02)  # the others come meanwhile

    try:
        with ThreadPoolExecutor(60) as threads:
            list(threads.map(work, ledgers * 6))
        assert len(counts) == 120
        assert max(counts) <= pool.MOST
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
