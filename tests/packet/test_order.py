"""Which of two packets is newer, and what becomes of the arriving one."""

from __future__ import annotations

from typing import Any

import pytest

from handoff_core.packet import Order, Packet, compare, judge
from handoff_core.testing.factories import make_packet

EARLY, LATE = "2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z"
EARLY_ELSEWHERE = "2026-11-20T03:00:00-06:00"


def packet(summary: str = "One.", revision: int | None = None, made_at: str | None = None, **more: Any) -> Packet:
    return make_packet(summary=summary, revision=revision, made_at=made_at, **more)


TABLE = [
    # arriving (revision, made_at), current (revision, made_at), order, judgement of the same and of other content
    ((2, None), (1, None), Order.NEWER, "newer", "newer"),
    ((2, EARLY), (1, LATE), Order.NEWER, "newer", "newer"),
    ((1, LATE), (2, EARLY), Order.OLDER, "stale", "stale"),
    ((2, LATE), (2, EARLY), Order.SAME, "unchanged", "conflict"),
    ((None, LATE), (None, EARLY), Order.NEWER, "newer", "newer"),
    ((None, EARLY), (None, LATE), Order.OLDER, "stale", "stale"),
    ((None, EARLY), (None, EARLY_ELSEWHERE), Order.SAME, "unchanged", "conflict"),
    ((5, EARLY), (None, LATE), Order.OLDER, "stale", "stale"),
    ((None, LATE), (5, EARLY), Order.NEWER, "newer", "newer"),
    ((5, None), (None, LATE), Order.NEWER, "unchanged", "newer"),
    ((None, EARLY), (5, None), Order.NEWER, "unchanged", "newer"),
    ((None, None), (None, None), Order.NEWER, "unchanged", "newer"),
    ((None, None), (9, LATE), Order.NEWER, "unchanged", "newer"),
]


@pytest.mark.parametrize(("new", "current", "order", "same", "other"), TABLE)
def test_revision_counts_before_time_and_time_before_arrival(
    new: tuple[int | None, str | None],
    current: tuple[int | None, str | None],
    order: Order,
    same: str,
    other: str,
) -> None:
    standing = packet("One.", *current)
    assert compare(packet("One.", *new), standing) is order
    assert judge(packet("One.", *new), standing) == same
    assert judge(packet("Two.", *new), standing) == other


def test_another_producer_is_no_other_content() -> None:
    assert judge(packet(revision=1, producer={"name": "b"}), packet(revision=1, producer={"name": "a"})) == "unchanged"


def test_a_difference_of_a_microsecond_is_a_difference() -> None:
    new = packet(made_at="2026-11-20T09:00:00.000001Z")
    assert compare(new, packet(made_at=EARLY)) is Order.NEWER
    assert compare(packet(made_at=EARLY), new) is Order.OLDER


def test_packets_of_two_cases_have_no_order() -> None:
    with pytest.raises(ValueError, match="different ids"):
        compare(packet(id="a"), packet(id="b"))
