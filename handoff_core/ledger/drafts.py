"""Live drafts: what an automation gathers during a conversation, before and after it hands off."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from handoff_core.ledger.tables import draft_turns, drafts
from handoff_core.ledger.transaction import Transaction

TURN = "transcript"
"""What a row without a kind is a part of."""
KNOWN_BY: Mapping[str, tuple[str, ...]] = {
    "facts": ("name", "source"),
    "commitments": ("text", "to"),
    "attempts": ("action", "at"),
}
"""By what two parts of a field are the same, so that the later one counts; turns are never the same."""
TEXTS = frozenset({"open_concerns", "told_customer", "completed"})
"""Fields that are lists of texts; a row with ``answered`` takes its text out."""


def open_draft(tx: Transaction, business: str, draft_id: str, fields: Mapping[str, Any], *, now: float) -> None:
    """Make the draft unless it is there already; one that is there keeps what it holds, and counts as in use."""
    upsert = (sqlite if tx.dialect == "sqlite" else postgresql).insert(drafts)
    tx.execute(
        upsert.values(
            business=business, id=draft_id, body=_text(fields), handed_off=False, updated_at=now
        ).on_conflict_do_update(index_elements=[drafts.c.business, drafts.c.id], set_={"updated_at": now})
    )


def lock_draft(tx: Transaction, business: str, draft_id: str, *, now: float) -> None:
    """Let no other worker change the draft until this transaction ends, and count it as in use. KeyError when absent.

    Whatever is appended stands in rows of its own, so this is what keeps retention from a draft that only grows.
    """
    of_draft = (drafts.c.business == business, drafts.c.id == draft_id)
    if tx.execute(update(drafts).where(*of_draft).values(updated_at=now)).rowcount == 0:
        raise KeyError(draft_id)


def read_draft(tx: Transaction, business: str, draft_id: str) -> tuple[dict[str, Any], bool]:
    """The draft's fields, with its turns as ``transcript``, and whether it was handed off. KeyError when absent."""
    fields, handed_off = read_fields(tx, business, draft_id)
    spoken = [turn for _, turn in turns_after(tx, business, draft_id, -1)]
    if spoken:
        fields[TURN] = [*fields.get(TURN, ()), *spoken]
    return fields, handed_off


def read_fields(tx: Transaction, business: str, draft_id: str) -> tuple[dict[str, Any], bool]:
    """The draft's fields with the parts that were appended to them, but without the turns; and whether it was handed
    off. KeyError when absent."""
    row = tx.execute(
        select(drafts.c.body, drafts.c.handed_off).where(drafts.c.business == business, drafts.c.id == draft_id)
    ).first()
    if row is None:
        raise KeyError(draft_id)
    fields: dict[str, Any] = json.loads(row[0])
    mine = (draft_turns.c.business == business, draft_turns.c.draft_id == draft_id)
    parts = tx.execute(
        select(draft_turns.c.kind, draft_turns.c.body)
        .where(*mine, draft_turns.c.kind.is_not(None))
        .order_by(draft_turns.c.number)
    )
    for kind, text in parts:
        _append(fields, kind, json.loads(text))
    return fields, bool(row[1])


def turns_after(tx: Transaction, business: str, draft_id: str, number: int) -> list[tuple[int, dict[str, Any]]]:
    """The turns that were appended after the one of that number, each with its own, in their order."""
    mine = (draft_turns.c.business == business, draft_turns.c.draft_id == draft_id)
    rows = tx.execute(
        select(draft_turns.c.number, draft_turns.c.body)
        .where(*mine, draft_turns.c.kind.is_(None), draft_turns.c.number > number)
        .order_by(draft_turns.c.number)
    ).all()
    return [(row[0], json.loads(row[1])) for row in rows]


def _append(fields: dict[str, Any], kind: str, body: Mapping[str, Any]) -> None:
    """Add one part; one that is there already, by what it is known by, is replaced by the later one, in its place."""
    parts = list(fields.get(kind, ()))
    one: Any = body["text"] if kind in TEXTS else dict(body)
    known_by = KNOWN_BY.get(kind)
    if kind in TEXTS:
        there = parts.index(one) if one in parts else None
    else:
        there = None if known_by is None else _place(parts, known_by, one)
    if kind in TEXTS and body.get("answered"):
        parts = [part for part in parts if part != one]
    elif there is None:
        parts.append(one)
    else:
        parts[there] = one if kind in TEXTS else {**parts[there], **one}
    fields[kind] = parts


def _place(parts: list[Any], known_by: tuple[str, ...], one: Mapping[str, Any]) -> int | None:
    wanted = [one.get(name) for name in known_by]
    same = (
        n for n, part in enumerate(parts) if isinstance(part, Mapping) and [part.get(k) for k in known_by] == wanted
    )
    return next(same, None)


def add_turn(tx: Transaction, business: str, draft_id: str, turn: Mapping[str, Any]) -> None:
    """Append one turn; several workers may append at once."""
    tx.execute(insert(draft_turns).values(business=business, draft_id=draft_id, body=_text(turn)))


def add_part(tx: Transaction, business: str, draft_id: str, field: str, part: Mapping[str, Any]) -> None:
    """Append one part of a field of the packet, as ``facts``; several workers may append at once."""
    tx.execute(insert(draft_turns).values(business=business, draft_id=draft_id, kind=field, body=_text(part)))


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
