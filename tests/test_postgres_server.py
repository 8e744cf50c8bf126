"""The PostgreSQL server that the tests start by themselves."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.postgres


def test_each_test_gets_an_empty_database_of_its_own(postgres_url: str, empty_postgres_url: str) -> None:
    import psycopg

    assert postgres_url != empty_postgres_url
    with psycopg.connect(empty_postgres_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)
