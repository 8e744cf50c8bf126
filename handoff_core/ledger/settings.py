"""Remembered settings: the digest of the configuration that last loaded."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite

from handoff_core.ledger.names import CONFIG_DIGEST
from handoff_core.ledger.tables import meta
from handoff_core.ledger.transaction import Transaction


def remember_config(tx: Transaction, business: str, digest: str) -> None:
    """Keep the digest, so that a run with nothing to do need not validate the same file again."""
    insert = (sqlite if tx.dialect == "sqlite" else postgresql).insert(meta)
    tx.execute(
        insert.values(name=f"{CONFIG_DIGEST}:{business}", value=digest).on_conflict_do_update(
            index_elements=["name"], set_={"value": digest}
        )
    )
