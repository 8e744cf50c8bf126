"""Every earlier version of the ledger opens, keeps all it holds, and ends with the schema of a fresh one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from handoff_core.ledger import claims, deliveries, drafts, queries
from handoff_core.ledger.migrate import MIGRATIONS
from handoff_core.ledger.names import SCHEMA_VERSION, State
from handoff_core.ledger.sqlite import driver
from handoff_core.ledger.store import Ledger
from handoff_core.packet import Packet
from handoff_core.testing.clock import START, FakeClock
from tests.ledger.full_ledger import BUSINESS, fill, stored

VERSIONS = range(1, len(MIGRATIONS) + 1)


def restored(version: int, path: Path) -> None:
    """The stored ledger of that version, as a file."""
    with closing(driver().connect(path)) as connection:
        connection.executescript(stored(version).read_text(encoding="utf-8"))


def opened(path: Path) -> Ledger:
    return Ledger(f"sqlite:///{path}", clock=FakeClock())


def schema(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Columns by table, and the indexes, as SQLite knows them; the order of columns does not matter."""
    with closing(driver().connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = {
            name: sorted(row[1:] for row in connection.execute(f"PRAGMA table_info({name})"))
            for name in names
            if not name.startswith("sqlite_")
        }
        indexes = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        return tables | {"indexes": sorted((name, " ".join(sql.split())) for name, sql in indexes)}


def rows(path: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(driver().connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


def test_every_migration_has_a_stored_ledger_of_its_version():
    """With a new migration: fill what is new in ``full_ledger``, then run ``python -m tests.ledger.full_ledger``."""
    assert len(MIGRATIONS) == SCHEMA_VERSION
    assert [version for version in VERSIONS if not stored(version).exists()] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_an_earlier_version_becomes_todays(tmp_path, version):
    restored(version, tmp_path / "old.db")
    opened(tmp_path / "old.db").close()
    opened(tmp_path / "new.db").close()
    assert schema(tmp_path / "old.db") == schema(tmp_path / "new.db")
    with closing(driver().connect(tmp_path / "old.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        name = connection.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchone()
    assert name == (str(SCHEMA_VERSION),)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_an_earlier_version_holds_is_there_and_goes_on(tmp_path, version, evidence):
    path = tmp_path / "handoff.db"
    restored(version, path)
    before = rows(path)
    ledger = opened(path)
    assert {name: count for name, count in rows(path).items() if name in before} == before
    assert min(before.values()) > 0, "a table is empty: full_ledger.fill shows too little"
    with ledger.write() as tx:
        states = queries.delivery_states(tx, BUSINESS)
        for state in (one for one in State if one is not State.DELIVERED):
            assert states.get(f"case-{state.value}", {"desk": state.value}) == {"desk": state.value}
        body = queries.packet_body(tx, BUSINESS, "case-unknown")
        assert body is not None
        assert Packet.from_json(body).summary.startswith("Maria Lindqvist")
        [record] = queries.record_rows(tx, BUSINESS, "case-unknown")
        assert (record["state"], record["withheld"]) == ("sending", ("the conversation",))
        assert drafts.read_draft(tx, BUSINESS, "draft-1")[0]["transcript"][0]["text"] == "Ünï: it's cold"
        claimed = set()
        while claim := claims.claim(tx, BUSINESS, "desk", now=START + 4000, lease=60):
            work = deliveries.load(tx, claim)
            assert work.records["ticket"].key == f"ho-{BUSINESS}.{claim.packet_id}"
            claimed.add(claim.packet_id)
    ledger.close()
    assert claimed == {f"case-{state}" for state in ("pending", "sending", "retrying", "unknown")}
    evidence(
        "Ledger versions", "Every earlier version of the ledger opens with all it holds.", cases=sum(before.values())
    )


def test_what_waited_for_a_slot_in_an_earlier_version_is_due_in_the_same_order(tmp_path):
    path = tmp_path / "handoff.db"
    restored(6, path)
    waited = {"pending": ("queue", 2, START + 7), "retrying": ("create:ticket", -1, START + 5)}
    with closing(driver().connect(path)) as connection:
        for state, (booked, priority, since) in waited.items():
            connection.execute(
                "UPDATE deliveries SET state = 'pending', booked = ?, priority = ?, due_at = ?, updated_at = ?"
                " WHERE packet_id = ?",
                (booked, priority, START + 180_000, since, f"case-{state}"),
            )
        links = "UPDATE deliveries SET state = 'pending', booked = 'links', due_at = ? WHERE packet_id = 'case-unknown'"
        connection.execute(links, (START + 9,))
        critical = "UPDATE packets SET urgency = 'critical' WHERE id = 'case-sending'"
        connection.execute(critical)
        connection.execute(
            "UPDATE deliveries SET priority = -1, url = NULL, due_at = ? WHERE packet_id = 'case-sending'", (START + 8,)
        )
        connection.commit()
    ledger = opened(path)
    order = []
    with ledger.write() as tx:
        while claim := claims.claim(tx, BUSINESS, "desk", now=START + 10, lease=60):
            order.append((claim.packet_id, claim.priority, claim.due_at))
    ledger.close()
    assert [place for place in order if place[0] == "case-sending"] == [("case-sending", 0, START + 8)]
    assert order[1:] == [
        ("case-retrying", 1, START + 5),
        ("case-unknown", 1, START + 9),
        ("case-pending", 2, START + 7),
    ]


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "handoff.db"
    restored(SCHEMA_VERSION, path)
    opened(path).close()
    before = path.read_bytes()

    def broken(tx):
        tx.exec_driver_sql("CREATE TABLE half (done INTEGER)")
        raise RuntimeError("half-way")

    monkeypatch.setattr("handoff_core.ledger.migrate.MIGRATIONS", (*MIGRATIONS, broken))
    monkeypatch.setattr("handoff_core.ledger.migrate.SCHEMA_VERSION", SCHEMA_VERSION + 1)
    with pytest.raises(RuntimeError, match="half-way"):
        opened(path)
    with closing(driver().connect(path)) as connection:
        assert "half" not in {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert path.read_bytes() == before


def test_a_fresh_ledger_can_be_filled_as_the_stored_ones_are(tmp_path):
    ledger = opened(tmp_path / "handoff.db")
    fill(ledger)
    ledger.close()
    assert min(rows(tmp_path / "handoff.db").values()) > 0
