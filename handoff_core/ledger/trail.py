"""The audit trail: append-only, who was sent which fields when, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import insert

from handoff_core.ledger.tables import trail
from handoff_core.ledger.transaction import Transaction

_INSERT = insert(trail)


def note(
    tx: Transaction,
    business: str,
    packet_id: str,
    *,
    at: float,
    revision: int,
    what: str,
    outcome: str,
    destination: str | None = None,
    kind: str | None = None,
    text: str | None = None,
    fields: Sequence[str] = (),
) -> None:
    """Append one line. ``text`` holds no customer's words and no secret; ``fields`` are names, never values."""
    tx.execute(
        _INSERT,
        {
            "business": business,
            "packet_id": packet_id,
            "at": at,
            "revision": revision,
            "destination": destination,
            "kind": kind,
            "what": what,
            "outcome": outcome,
            "text": text,
            "fields": json.dumps(list(fields)) if fields else None,
        },
    )
