"""The ledger on SQLite."""

from __future__ import annotations

import stat
from contextlib import closing

import pytest

from handoff_core.errors import StoreUnavailable
from handoff_core.ledger import claims, packets, queries, set_back, timers
from handoff_core.ledger.names import is_active, nothing_due, open_read_only
from handoff_core.ledger.sqlite import driver, journal_choice, wal_is_safe
from handoff_core.ledger.store import Ledger
from handoff_core.testing.ledger_contract import NOW, LedgerContract, add


@pytest.fixture
def path(tmp_path):
    return tmp_path / "handoff.db"


@pytest.fixture
def open_ledger(path):
    opened = []

    def open_one():
        opened.append(Ledger(f"sqlite:///{path}"))
        return opened[-1]

    yield open_one
    for ledger in opened:
        ledger.close()


class TestSqliteLedger(LedgerContract):
    """The contract on SQLite."""


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
    ],
)
def test_wal_is_used_only_where_two_processes_may_checkpoint(version, safe):
    assert wal_is_safe(version) is safe
    choice = journal_choice(version)
    assert (choice.journal_mode, choice.synchronous) == (("wal", "FULL") if safe else ("delete", "EXTRA"))


def test_the_journal_mode_and_durability_are_those_that_were_chosen(open_ledger):
    choice = journal_choice()
    with open_ledger().read() as tx:
        assert tx.exec_driver_sql("PRAGMA journal_mode").scalar() == choice.journal_mode
        assert tx.exec_driver_sql("PRAGMA synchronous").scalar() == {"FULL": 2, "EXTRA": 3}[choice.synchronous]


def test_the_file_is_readable_by_its_owner_only(open_ledger, path):
    open_ledger()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_due_is_found_by_an_index_however_much_is_finished(open_ledger):
    ledger = open_ledger()
    add(ledger, "case-1")
    queries = (
        f"SELECT 1 FROM deliveries WHERE business = 'acme' AND {is_active()} AND due_at <= 1 LIMIT 1",
        "SELECT * FROM deliveries WHERE business = 'acme' AND destination = 'desk' AND deliveries.state IN"
        " ('dead', 'parked') AND deliveries.state = 'parked' LIMIT 1",
    )
    with ledger.read() as tx:
        for query in queries:
            plan = " ".join(str(row) for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))
            assert "deliveries_active" in plan or "deliveries_to_look_at" in plan
            assert "SCAN" not in plan
            assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (claims._DUE, "deliveries_active (business=? AND destination=? AND queue=? AND priority=? AND due_at<?)"),
        (claims._NEXT_DUE, "deliveries_active (business=? AND destination=? AND queue=? AND priority=?)"),
        (claims._FIRST_OF_NEXT_QUEUE, "deliveries_active (business=? AND destination=? AND queue>?)"),
    ],
    ids=["what is due", "when something is due", "who waits for a slot"],
)
def test_a_claim_takes_the_first_entry_of_an_index_however_many_wait(open_ledger, statement, index):
    ledger = open_ledger()
    add(ledger, "case-1")
    names = {"b": "acme", "d": "desk", "p": 1, "now": 1.0, "after": ""}
    with ledger.read() as tx:
        prepared = tx._compiler.prepare(statement, {})
        plan = tx._cursor().execute(f"EXPLAIN QUERY PLAN {prepared.sql}", prepared.bind(names)).fetchall()
    assert [row[3] for row in plan] == [f"SEARCH deliveries USING INDEX {index}"]


@pytest.mark.parametrize(
    "statement",
    [packets._COUNT_HELD, set_back._TAKEN, queries._unsettled("acme")],
    ids=["how many are held", "when one was last taken", "what is not settled"],
)
def test_what_is_open_is_found_without_a_look_at_what_is_finished(open_ledger, statement):
    ledger = open_ledger()
    add(ledger, "case-1")
    with ledger.read() as tx:
        prepared = tx._compiler.prepare(statement, {})
        names = {"business": "acme", "b": "acme"}
        plan = tx._cursor().execute(f"EXPLAIN QUERY PLAN {prepared.sql}", prepared.bind(names)).fetchall()
    used = [row[3].partition("INDEX ")[2].partition(" ")[0] for row in plan if "SEARCH" in row[3]]
    assert set(used) <= {"packets_open", "deliveries_active", "deliveries_to_look_at"}, used
    assert "packets_open" in used


def test_ten_thousand_times_to_acknowledge_cost_one_look_into_an_index(open_ledger):
    ledger = open_ledger()
    add(ledger, "case-1")
    query = (
        "SELECT id, acknowledge_at FROM packets WHERE business = 'acme' AND acknowledge_at <= 1.5"
        " ORDER BY acknowledge_at LIMIT 1"
    )
    with ledger.read() as tx:
        plan = " ".join(str(row) for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))
    assert "SEARCH packets USING INDEX packets_to_acknowledge (business=? AND acknowledge_at<?)" in plan
    assert "TEMP B-TREE" not in plan


def test_a_run_asks_for_what_ran_out_once_however_many_wait(open_ledger):
    ledger = open_ledger()
    with ledger.write():
        for number in range(300):
            add(ledger, f"case-{number}")
            with ledger.write() as tx:
                timers.set_timer(tx, "acme", f"case-{number}", due=NOW + number)
    statements = []
    watched = Ledger(ledger.where, at=statements.append)
    try:
        statements.clear()
        with watched.read() as tx:
            assert timers.first_due(tx, "acme", now=NOW - 1) is None
        assert statements == ["execute"]
        with watched.read() as tx:
            assert timers.first_due(tx, "acme", now=NOW + 200) == timers.DueTimer("case-0", NOW)
    finally:
        watched.close()


def test_the_quick_question_agrees_with_the_ledger(open_ledger, path):
    ledger = open_ledger()
    with open_read_only(path) as connection:
        assert nothing_due(connection, "acme", NOW)
    add(ledger, "case-1", now=NOW + 10)
    with open_read_only(path) as connection:
        assert nothing_due(connection, "acme", NOW)
        assert not nothing_due(connection, "acme", NOW + 10)
        assert nothing_due(connection, "other", NOW + 10)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(StoreUnavailable, match="does not exist"):
        Ledger(f"sqlite:///{tmp_path}/nowhere/handoff.db")


def test_a_file_that_is_no_database_is_named(path):
    path.write_bytes(b"this is no database at all, but long enough to look like one" * 20)
    with pytest.raises(StoreUnavailable, match="cannot be used"):
        Ledger(f"sqlite:///{path}")


def add_many(ledger, count):
    for number in range(count):
        add(ledger, f"more-{number}")


def test_a_full_disk_is_said_and_loses_nothing(open_ledger, path):
    ledger = open_ledger()
    add(ledger, "case-1")
    with ledger.write() as tx:
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar()
        tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnavailable, match="disk is full"):
        add_many(ledger, 200)
    again = Ledger(f"sqlite:///{path}")
    with again.read() as tx:
        assert tx.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert tx.exec_driver_sql("SELECT count(*) FROM packets WHERE id = 'case-1'").scalar() == 1
    again.close()


def test_a_lock_held_by_another_program_is_waited_for(open_ledger, path):
    ledger = open_ledger()
    other = driver().connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    import threading

    timer = threading.Timer(0.2, lambda: other.execute("COMMIT"))
    timer.start()
    add(ledger, "case-1")
    timer.join()
    other.close()


def test_a_ledger_of_the_first_schema_gets_what_came_later(tmp_path):
    url = f"sqlite:///{tmp_path / 'handoff.db'}"
    Ledger(url).close()
    with closing(driver().connect(tmp_path / "handoff.db")) as old:
        for name in ("look_again_at", "doubted"):
            old.execute(f"ALTER TABLE deliveries DROP COLUMN {name}")
        old.execute("UPDATE meta SET value = '1' WHERE name = 'schema_version'")
        old.commit()
    for _ in range(2):
        ledger = Ledger(url)
        with ledger.read() as tx:
            assert claims.next_due(tx, [("acme", "desk")]) is None
            assert claims.claim(tx, "acme", "desk", now=0.0, lease=60.0) is None
        ledger.close()


def in_mode(path, mode):
    """A ledger's file in that journal mode, and a program that has it open."""
    Ledger(f"sqlite:///{path}").close()
    other = driver().connect(path, isolation_level=None)
    other.execute(f"PRAGMA journal_mode = {mode}")
    other.execute("SELECT count(*) FROM meta").fetchone()
    return other


def choose(monkeypatch, version):
    choice = journal_choice(version)
    monkeypatch.setattr("handoff_core.ledger.store.journal_choice", lambda: choice)


def settings_of(ledger):
    with ledger.read() as tx:
        return (
            tx.exec_driver_sql("PRAGMA journal_mode").scalar(),
            tx.exec_driver_sql("PRAGMA synchronous").scalar(),
        )


def test_a_wal_that_is_not_safe_here_is_changed_once_nobody_has_it_open(path, open_ledger, monkeypatch):
    in_mode(path, "wal").close()
    choose(monkeypatch, (3, 40, 1))
    assert settings_of(open_ledger()) == ("delete", 3)


def test_a_wal_that_is_not_safe_here_is_not_used_while_another_program_has_it_open(path, monkeypatch):
    other = in_mode(path, "wal")
    choose(monkeypatch, (3, 40, 1))
    with pytest.raises(StoreUnavailable, match="end the other program"):
        Ledger(f"sqlite:///{path}")
    other.close()


def test_a_rollback_journal_becomes_a_wal_where_that_is_safe(path, open_ledger, monkeypatch):
    in_mode(path, "delete").close()
    choose(monkeypatch, (3, 51, 3))
    assert settings_of(open_ledger()) == ("wal", 2)


def test_a_rollback_journal_that_cannot_become_a_wal_now_stays_and_is_synced_as_it_needs(
    path, open_ledger, monkeypatch
):
    other = in_mode(path, "delete")
    choose(monkeypatch, (3, 51, 3))
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("handoff_core.ledger.store.migrate", lambda engine, where: other.execute("ROLLBACK"))
    assert settings_of(open_ledger()) == ("delete", 3)
    other.close()


def test_a_ledger_that_somebody_reads_is_scrubbed_as_far_as_it_can_be(tmp_path, monkeypatch):
    monkeypatch.setattr("handoff_core.ledger.store.BUSY_TIMEOUT", 0.02)
    path = tmp_path / "handoff.db"
    ledger = Ledger(f"sqlite:///{path}")
    with closing(driver().connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM packets").fetchone()
        add(ledger, "case-1")
        found = ledger.scrub()
        assert found.again
        assert "not" in found.left
    assert ledger.scrub().left == ""
    ledger.close()
