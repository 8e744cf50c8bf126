"""Live drafts: what an automation gathers during a conversation, before and after it hands off."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from handoff_core.ledger.tables import draft_turns, drafts
from handoff_core.ledger.transaction import Transaction


def open_draft(tx: Transaction, business: str, draft_id: str, fields: Mapping[str, Any], *, now: float) -> None:
    """Make the draft unless it is there already; a draft that is there keeps what it holds."""
    upsert = (sqlite if tx.dialect == "sqlite" else postgresql).insert(drafts)
    tx.execute(
        upsert.values(
            business=business, id=draft_id, body=_text(fields), handed_off=False, updated_at=now
        ).on_conflict_do_nothing()
    )


def lock_draft(tx: Transaction, business: str, draft_id: str) -> None:
    """Let no other worker change the draft until this transaction ends. KeyError when absent."""
    found = select(drafts.c.id).where(drafts.c.business == business, drafts.c.id == draft_id).with_for_update()
    if tx.execute(found).first() is None:
        raise KeyError(draft_id)


def read_draft(tx: Transaction, business: str, draft_id: str) -> tuple[dict[str, Any], bool]:
    """The draft's fields, with its turns as ``transcript``, and whether it was handed off. KeyError when absent."""
    fields, handed_off = read_fields(tx, business, draft_id)
    turns = tx.execute(
        select(draft_turns.c.body)
        .where(draft_turns.c.business == business, draft_turns.c.draft_id == draft_id)
        .order_by(draft_turns.c.number)
    ).scalars()
    spoken = [json.loads(turn) for turn in turns]
    if spoken:
        fields["transcript"] = [*fields.get("transcript", ()), *spoken]
    return fields, handed_off


def read_fields(tx: Transaction, business: str, draft_id: str) -> tuple[dict[str, Any], bool]:
    """The draft's fields without its turns, and whether it was handed off. KeyError when absent."""
    row = tx.execute(
        select(drafts.c.body, drafts.c.handed_off).where(drafts.c.business == business, drafts.c.id == draft_id)
    ).first()
    if row is None:
        raise KeyError(draft_id)
    fields: dict[str, Any] = json.loads(row[0])
    return fields, bool(row[1])


def turns_after(tx: Transaction, business: str, draft_id: str, number: int) -> list[tuple[int, dict[str, Any]]]:
    """The turns that were appended after the one of that number, each with its own, in their order."""
    rows = tx.execute(
        select(draft_turns.c.number, draft_turns.c.body)
        .where(draft_turns.c.business == business, draft_turns.c.draft_id == draft_id, draft_turns.c.number > number)
        .order_by(draft_turns.c.number)
    ).all()
    return [(row[0], json.loads(row[1])) for row in rows]


def add_turn(tx: Transaction, business: str, draft_id: str, turn: Mapping[str, Any]) -> None:
    """Append one turn; several workers may append at once."""
    tx.execute(insert(draft_turns).values(business=business, draft_id=draft_id, body=_text(turn)))


def change_draft(
    tx: Transaction,
    business: str,
    draft_id: str,
    fields: Mapping[str, Any],
    *,
    now: float,
    handed_off: bool | None = None,
) -> None:
    """Set fields of the draft; None removes one."""
    where = (drafts.c.business == business, drafts.c.id == draft_id)
    # The row lock makes two workers that change different fields at once keep both.
    row = tx.execute(select(drafts.c.body, drafts.c.handed_off).where(*where).with_for_update()).first()
    if row is None:
        raise KeyError(draft_id)
    body: dict[str, Any] = json.loads(row[0]) | dict(fields)
    body = {name: value for name, value in body.items() if value is not None}
    tx.execute(
        update(drafts)
        .where(*where)
        .values(body=_text(body), handed_off=row[1] if handed_off is None else handed_off, updated_at=now)
    )


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False, sort_keys=True)
