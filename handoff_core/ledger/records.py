"""The remote records: an intent before every request, and what came of it.

An intent that has no result is an unknown outcome, whether the answer was lost or the worker died.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from sqlalchemy import Insert, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from handoff_core.ledger.rows import Claim, RecordRow
from handoff_core.ledger.tables import records
from handoff_core.ledger.transaction import Transaction

_PRIMARY = ("business", "packet_id", "destination", "kind")


def save_record(tx: Transaction, claim: Claim, row: RecordRow) -> None:
    """Write every column of one record, whether it was there or not."""
    save_record_of(tx, claim.business, claim.packet_id, claim.destination, row)


def save_record_of(tx: Transaction, business: str, packet_id: str, destination: str, row: RecordRow) -> None:
    """The same without a claim."""
    whose = {"business": business, "packet_id": packet_id, "destination": destination}
    tx.execute(_upsert(tx.dialect), whose | _values(row))


@cache
def _upsert(dialect: str) -> Insert:
    """Built once: building it costs more than running it."""
    insert = sqlite.insert(records) if dialect == "sqlite" else postgresql.insert(records)
    changed = {column.name: insert.excluded[column.name] for column in records.c if column.name not in _PRIMARY}
    return insert.on_conflict_do_update(index_elements=_PRIMARY, set_=changed)


def forget_record(tx: Transaction, claim: Claim, kind: str) -> None:
    """Remove a record that was never made and is no longer wanted."""
    tx.execute(
        delete(records).where(
            records.c.business == claim.business,
            records.c.packet_id == claim.packet_id,
            records.c.destination == claim.destination,
            records.c.kind == kind,
        )
    )


def revive_records(tx: Transaction, business: str, packet_id: str, destination: str) -> None:
    """Let records that were refused be tried again, because a person asked or a newer revision came."""
    tx.execute(
        update(records)
        .where(
            records.c.business == business,
            records.c.packet_id == packet_id,
            records.c.destination == destination,
            records.c.state == "dead",
        )
        .values(state="new", reason=None)
    )


def _values(row: RecordRow) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(row, name) for name in RecordRow.__dataclass_fields__}
    values["seen"] = json.dumps(row.seen, ensure_ascii=False) if row.seen is not None else None
    for name in ("kept", "withheld", "parents"):
        values[name] = json.dumps(values[name], ensure_ascii=False) if values[name] else None
    return values
