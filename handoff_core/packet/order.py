"""Which of two packets with one id is the newer one, and what is to be done with it."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from handoff_core.packet.model import Packet

Judgement = Literal["newer", "unchanged", "conflict", "stale"]
"""What to do with an arriving packet: take it, leave it, refuse it aloud, or leave it because it is old."""


class Order(StrEnum):
    """Where an arriving packet stands beside the current one."""

    NEWER = "newer"
    """It comes after the current one."""
    SAME = "same"
    """It claims the same place as the current one."""
    OLDER = "older"
    """It comes before the current one."""


def compare(new: Packet, current: Packet) -> Order:
    """By ``revision`` if both have one, else by ``made_at`` if both have one, else by arrival: NEWER."""
    _check_one_case(new, current)
    if new.revision is not None and current.revision is not None:
        return _order(new.revision - current.revision)
    if new.made_at is not None and current.made_at is not None:
        return _order((new.made_at - current.made_at).total_seconds())
    return Order.NEWER


def judge(new: Packet, current: Packet, digest: str | None = None) -> Judgement:
    """What becomes of ``new`` when ``current`` is the newest revision so far.

    ``digest``: of what was submitted as ``current``, where less of it is kept (its conversation was pruned).

    ``unchanged`` is the same content in the same place; without any order of the producer's own, the same content
    again is ``unchanged`` too. Other content in the same place is a ``conflict``. ValueError for two different ids.
    """
    order = compare(new, current)
    same = new.digest in (current.digest, digest)
    if order is Order.OLDER:
        return "stale"
    if order is Order.SAME:
        return "unchanged" if same else "conflict"
    if not _is_ordered(new, current) and same:
        return "unchanged"
    return "newer"


def _is_ordered(new: Packet, current: Packet) -> bool:
    by_revision = new.revision is not None and current.revision is not None
    return by_revision or (new.made_at is not None and current.made_at is not None)


def _order(difference: float) -> Order:
    if difference == 0:
        return Order.SAME
    return Order.NEWER if difference > 0 else Order.OLDER


def _check_one_case(new: Packet, current: Packet) -> None:
    if new.id != current.id:
        raise ValueError("two packets with different ids have no order; compare revisions of one case")
