"""Numbered migrations: an old ledger opens, a newer one says what to do."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, Table, inspect, select

from handoff_core.errors import StoreUnavailable
from handoff_core.ledger.names import SCHEMA_VERSION
from handoff_core.ledger.tables import (
    active_index,
    buckets,
    customer_indexes,
    deliveries,
    draft_turns,
    erased_index,
    expiry_index,
    meta,
    metadata,
    packets,
    revisions,
    shared_index,
    timers_index,
)


def m001_first_schema(tx: Connection) -> None:
    """Every table of version 1."""
    metadata.create_all(tx)


def m002_look_again(tx: Connection) -> None:
    """What a worker sent that had lost its lease, and when it is to be looked for."""
    _add(tx, deliveries, "look_again_at", "doubted")


def m003_erased(tx: Connection) -> None:
    """When a packet was erased."""
    _add(tx, packets, "erased_at")


def m004_approvals(tx: Connection) -> None:
    """What the approver said of the draft of an outbound reply."""
    _add(tx, revisions, "approval")


def m005_acknowledgements(tx: Connection) -> None:
    """Until when an owner has to acknowledge, and when he did."""
    _add(tx, packets, "acknowledge_at", "acknowledged_at")
    timers_index.create(tx, checkfirst=True)


def m006_customers(tx: Connection) -> None:
    """By what a customer's earlier packets are found, what they leave open, and what is offered for a transfer.

    A packet that came before is found from its next revision on: what it holds is not read here.
    """
    _add(tx, packets, "customer_account", "customer_email", "customer_phone", "open_matters", "answered_at")
    _add(tx, revisions, "earlier", "offered")
    _add(tx, draft_turns, "kind")
    for index in customer_indexes:
        index.create(tx, checkfirst=True)


def m007_queues(tx: Connection) -> None:
    """Who waits for a slot, and for which, stands in the ledger, where it was estimated until when he would wait.

    Those that waited are due again, in the order in which they began to wait.
    """
    _add(tx, deliveries, "queue")
    there = {column["name"] for column in inspect(tx).get_columns(deliveries.name)}
    if "booked" in there:
        waited = "booked IS NOT NULL AND booked <> 'links'"
        tx.exec_driver_sql(f"UPDATE deliveries SET due_at = updated_at WHERE {waited} AND state <> 'sending'")
        tx.exec_driver_sql(f"UPDATE deliveries SET booked = NULL WHERE {waited}")
        critical = (
            "EXISTS (SELECT 1 FROM packets WHERE packets.business = deliveries.business"
            " AND packets.id = deliveries.packet_id AND packets.urgency = 'critical')"
        )
        place = f"CASE WHEN urgent OR (url IS NULL AND {critical}) THEN 0 WHEN url IS NULL THEN 1 ELSE 2 END"
        tx.exec_driver_sql(f"UPDATE deliveries SET priority = {place} WHERE priority < 0")
        tx.exec_driver_sql("ALTER TABLE deliveries RENAME COLUMN booked TO put_off")
        tx.exec_driver_sql("DROP INDEX deliveries_due")
    if "tail_at" in {column["name"] for column in inspect(tx).get_columns(buckets.name)}:
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql("ALTER TABLE buckets DROP COLUMN tail_at")
            return
        # Made anew: SQLite drops columns only since 3.35.
        names = ", ".join(column.name for column in buckets.columns)
        tx.exec_driver_sql("ALTER TABLE buckets RENAME TO buckets_before")
        buckets.create(tx)
        tx.exec_driver_sql(f"INSERT INTO buckets ({names}) SELECT {names} FROM buckets_before")
        tx.exec_driver_sql("DROP TABLE buckets_before")


def m008_indexes(tx: Connection) -> None:
    """What is due and what waits for a slot stand in one index, where each had its own. Records are found by their
    remote id, what has expired by its time, and what was erased without a look at the rest."""
    for name in ("deliveries_due_now", "deliveries_queue", active_index.name):
        tx.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")
    active_index.create(tx)
    for index in (shared_index, expiry_index, erased_index):
        index.create(tx, checkfirst=True)


def _add(tx: Connection, table: Table, *names: str) -> None:
    """Columns that a fresh ledger has from the start."""
    there = {column["name"] for column in inspect(tx).get_columns(table.name)}
    for name in names:
        if name not in there:
            column = table.c[name]
            tx.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {name} {column.type.compile(tx.dialect)}")


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    m001_first_schema,
    m002_look_again,
    m003_erased,
    m004_approvals,
    m005_acknowledgements,
    m006_customers,
    m007_queues,
    m008_indexes,
)
"""Appended to, never changed; the version of a ledger is how many of them it has had."""

_LOCK_ID = 7_205_759_403


def migrate(engine: Engine, where: str) -> None:
    """Bring the database to today's schema in one transaction. StoreUnavailable when it is from a newer version."""
    with engine.begin() as tx:
        if engine.dialect.name == "postgresql":
            # create_all asks first and creates then; two workers that start together would collide.
            tx.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_ID})")
        version = schema_version(tx)
        if version > SCHEMA_VERSION:
            raise StoreUnavailable(
                f"the ledger {where} has schema version {version}, this Handoff knows {SCHEMA_VERSION}; "
                "install the newer Handoff again, or restore the backup from before its installation"
            )
        if version == SCHEMA_VERSION:
            return
        for step in MIGRATIONS[version:]:
            step(tx)
        if version:
            tx.execute(meta.update().where(meta.c.name == "schema_version").values(value=str(SCHEMA_VERSION)))
        else:
            tx.execute(meta.insert().values(name="schema_version", value=str(SCHEMA_VERSION)))


def schema_version(tx: Connection) -> int:
    """How many migrations this database has had; 0 = an empty one."""
    if not inspect(tx).has_table(meta.name):
        return 0
    value = tx.execute(select(meta.c.value).where(meta.c.name == "schema_version")).scalar()
    return int(value) if value else 0
