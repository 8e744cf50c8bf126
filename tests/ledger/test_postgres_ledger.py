"""The ledger on PostgreSQL: the same contract, and the database's clock."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import create_engine, text

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
