"""Statements compiled once and run on the driver, and which SQLite that is."""

from __future__ import annotations

import sqlite3
from types import SimpleNamespace

import pytest
from sqlalchemy import bindparam, insert, select, update

from handoff_core.errors import StoreUnavailable
from handoff_core.ledger import sqlite
from handoff_core.ledger.store import Ledger
from handoff_core.ledger.tables import accounts, deliveries, meta, packets
from handoff_core.ledger.transaction import Compiler
from handoff_core.testing.ledger_contract import add

BY_NAME = select(meta.c.value).where(meta.c.name == bindparam("n"))


@pytest.fixture
def ledger(tmp_path):
    opened = Ledger(f"sqlite:///{tmp_path}/handoff.db")
    yield opened
    opened.close()


def test_a_statement_is_compiled_at_its_first_use_only(ledger, monkeypatch):
    compiled = []
    real = Compiler._compile
    monkeypatch.setattr(Compiler, "_compile", lambda *given: compiled.append(given[1]) or real(*given))
    statement = select(meta.c.value).where(meta.c.name == bindparam("n"))
    with ledger.read() as tx:
        for name in ("schema_version", "nothing", "schema_version"):
            tx.execute(statement, {"n": name})
    assert compiled == [statement]


def test_truth_comes_back_as_truth(ledger):
    add(ledger, "case-1")
    with ledger.read() as tx:
        closed, held = tx.execute(select(packets.c.closed, packets.c.held)).one()
    assert closed is False
    assert held is False


def test_values_that_stand_in_a_statement_need_not_be_given(ledger):
    add(ledger, "case-1")
    add(ledger, "case-2")
    with ledger.write() as tx:
        changed = tx.execute(
            update(packets).where(packets.c.id == bindparam("i")).values(lane="sales", urgency=bindparam("u")),
            {"i": "case-1", "u": "high"},
        )
        rows = tx.execute(select(packets.c.id, packets.c.lane).where(packets.c.id.in_(["case-1", "case-2"])))
    assert changed.rowcount == 1
    assert sorted(rows) == [("case-1", "sales"), ("case-2", "support")]


def test_an_insert_names_only_the_columns_that_it_is_given(ledger):
    statement = insert(accounts)
    base = {"account": "a", "stopped": True, "not_before": 0.0, "failures": 1}
    with ledger.write() as tx:
        tx.execute(statement, base)
        tx.execute(statement, base | {"account": "b", "reason": "token"})
        rows = tx.execute(select(accounts.c.account, accounts.c.reason, accounts.c.stopped))
    assert sorted(rows) == [("a", None, True), ("b", "token", True)]


def change_and_forget_a_parameter(ledger):
    with ledger.write() as tx:
        tx.execute(update(meta).values(value="x"))
        tx.execute(BY_NAME, {})


def test_a_constant_stands_in_the_text_where_sqlite_cannot_plan_by_its_value_at_each_call(ledger):
    among = deliveries.c.state.in_(["pending", "dead"])
    statement = select(deliveries.c.packet_id).where(among, deliveries.c.packet_id == bindparam("i")).limit(1)
    add(ledger, "case-1")
    with ledger.read() as tx:
        prepared = tx._compiler.prepare(statement, {})
        assert tx.execute(statement, {"i": "case-1"}).scalar() == "case-1"
    assert prepared.bind({"i": "case-1", "other": 1}) == ("case-1",)
    assert prepared.sql.count("?") == 1


@pytest.mark.parametrize("value", ["it's", "a:b ? %s -- \\", "ü\n", "a\0b", "pending"])
def test_a_text_is_what_it_was_and_stands_in_no_statement(ledger, value):
    with ledger.write() as tx:
        tx.execute(insert(meta).values(name=value, value=value))
        found = select(meta.c.value).where(meta.c.name.in_([value, "another"]), meta.c.value == value)
        assert "another" not in tx._compiler.prepare(found, {}).sql
        assert tx.execute(found).all() == [(value,)]


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63)])
def test_the_largest_numbers_stay_whole(ledger, value):
    add(ledger, "case-1")
    with ledger.write() as tx:
        tx.execute(update(packets).values(revision=value))
        assert tx.execute(select(packets.c.revision).where(packets.c.revision == value)).scalar() == value


def test_a_number_that_is_too_large_is_an_error_and_not_another_number(ledger):
    with pytest.raises(OverflowError), ledger.write() as tx:
        tx.execute(update(packets).values(revision=2**63))


def test_a_time_that_is_a_constant_is_kept_to_the_last_bit(ledger):
    add(ledger, "case-1")
    with ledger.write() as tx:
        for number in range(200):
            at = 1_764_000_000 + number / 7
            statement = update(packets).values(updated_at=at)
            assert "?" in tx._compiler.prepare(statement, {}).sql
            tx.execute(statement)
            assert tx.execute(select(packets.c.updated_at).where(packets.c.updated_at == at)).scalar() == at


def test_a_parameter_that_is_missing_is_an_error_and_nothing_is_written(ledger):
    with pytest.raises(KeyError, match="'n'"):
        change_and_forget_a_parameter(ledger)
    with ledger.read() as tx:
        assert tx.execute(BY_NAME, {"n": "schema_version"}).scalar() != "x"


def test_one_row_where_there_is_none_is_said(ledger):
    with ledger.read() as tx, pytest.raises(LookupError, match="0 came"):
        tx.execute(BY_NAME, {"n": "nothing"}).one()


@pytest.fixture
def choose(monkeypatch):
    """Plays a Python with one SQLite and a bundled one with another; None = not installed."""

    def play(python, bundled):
        monkeypatch.setattr(sqlite3, "sqlite_version_info", python)
        module = SimpleNamespace(sqlite_version_info=bundled)

        def importing(name):
            if bundled is None:
                raise ImportError(name)
            return module

        monkeypatch.setattr(sqlite, "import_module", importing)
        sqlite.driver.cache_clear()
        chosen = sqlite.driver()
        sqlite.driver.cache_clear()
        return "python" if chosen is sqlite3 else "bundled"

    return play


@pytest.mark.parametrize(
    ("python", "bundled", "expected"),
    [
        ((3, 51, 3), (3, 53, 4), "python"),
        ((3, 40, 1), (3, 53, 4), "bundled"),
        ((3, 40, 1), (3, 51, 1), "python"),
        ((3, 40, 1), None, "python"),
    ],
)
def test_the_bundled_sqlite_is_used_only_where_wal_is_safe_in_it_alone(choose, python, bundled, expected):
    assert choose(python, bundled) == expected


def test_a_ledger_that_another_program_holds_in_wal_mode_is_not_shared_by_an_unsafe_sqlite(tmp_path, monkeypatch):
    path = tmp_path / "handoff.db"
    other = sqlite.driver().connect(path)
    other.execute("PRAGMA journal_mode = wal")
    other.execute("CREATE TABLE t (a)")
    other.commit()
    unsafe = sqlite.journal_choice((3, 40, 1))
    monkeypatch.setattr("handoff_core.ledger.store.journal_choice", lambda: unsafe)
    with pytest.raises(StoreUnavailable, match="open in WAL mode in another program"):
        Ledger(f"sqlite:///{path}")
    other.close()
