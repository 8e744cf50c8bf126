"""Files that the inbox has taken: remembered in the transaction that took their packets."""

from __future__ import annotations

from sqlalchemy import insert, select

from handoff_core.ledger.tables import inbox_files
from handoff_core.ledger.transaction import Transaction


def was_taken(tx: Transaction, business: str, name: str, sha256: str) -> bool:
    """Whether a file of this name and content has been taken already."""
    return (
        tx.execute(
            select(inbox_files.c.name).where(
                inbox_files.c.business == business, inbox_files.c.sha256 == sha256, inbox_files.c.name == name
            )
        ).first()
        is not None
    )


def mark_taken(tx: Transaction, business: str, name: str, sha256: str, *, now: float) -> None:
    """Remember a taken file."""
    tx.execute(insert(inbox_files).values(business=business, name=name, sha256=sha256, taken_at=now))
