"""No work of every day looks through all that the ledger ever held: how SQLite plans each statement of a busy life."""

from __future__ import annotations

import re
from contextlib import closing

import pytest

from handoff_core.ledger.names import nothing_due, open_read_only

_ALL = re.compile(r"^(SCAN|SEARCH) (packets|revisions|deliveries|records|trail)\b(.*)$")
_FEW = re.compile(
    r"packets_open|packets_erased|packets_to_acknowledge|deliveries_(active|to_look_at)|revisions_with_earlier"
)
"""Indexes that hold only what is open, or what is rare."""


def looks_through(plan: str) -> bool:
    """Whether a line of a plan reads a whole table, or all rows of a business."""
    found = _ALL.match(plan)
    if found is None or _FEW.search(plan):
        return False
    return found[1] == "SCAN" or re.search(r"\(business=\?\)$", found[3]) is not None


@pytest.fixture
def planned(business):
    """A handoff, and what takes every statement that it runs from then on."""
    handoff = business.start()
    statements: dict[str, None] = {}
    for connection in (handoff.ledger._writer, handoff.ledger._reader):
        connection.set_trace_callback(statements.setdefault)

    def plans() -> dict[str, list[str]]:
        for connection in (handoff.ledger._writer, handoff.ledger._reader):
            connection.set_trace_callback(None)
        found = {}
        for one in statements:
            if one.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
                rows = handoff.ledger._writer.execute(f"EXPLAIN QUERY PLAN {one}").fetchall()
                found[one] = [row[3] for row in rows]
        return found

    return handoff, plans


@pytest.mark.parametrize(
    ("plan", "whole"),
    [
        ("SCAN deliveries", True),
        ("SCAN packets USING COVERING INDEX sqlite_autoindex_packets_1", True),
        ("SEARCH packets USING INDEX packets_id_folded (business=?)", True),
        ("SEARCH packets USING INDEX packets_id_folded (business=? AND id_folded=?)", False),
        ("SEARCH deliveries USING INDEX deliveries_active (business=?)", False),
        ("SCAN meta", False),
    ],
)
def test_a_plan_that_reads_all_rows_is_told_from_one_that_reads_some(plan, whole):
    assert looks_through(plan) == whole


def test_nothing_of_every_day_looks_through_all_that_was_ever_there(business, planned):
    handoff, plans = planned
    clock, desk = business.clock, business.desk()
    customer = {"name": "Maria Lindqvist", "email": "maria@mail.example"}
    for number in range(3):
        handoff.submit(business.packet(id=f"case-{number}", customer=customer, owner={"id": "dana"}))
    handoff.sync()
    desk.faults += ["auth", "drop_before"]
    handoff.submit(business.packet(id="case-0", customer=customer, owner={"id": "sam"}))
    handoff.submit(business.packet(id="case-1", customer=customer, summary="Another turn."))
    for _ in range(4):
        handoff.sync()  # the account is stopped, then let in again
        clock.advance(400)
    desk.faults += ["refuse"]
    handoff.submit(business.packet(id="case-2", customer=customer, summary="Refused by the vendor."))
    clock.advance(60)
    handoff.sync()
    assert [line.id for line in handoff.dead()] == ["case-2"]
    handoff.retry("case-2")
    handoff.sync()
    handoff.status()
    handoff.show("case-1")
    handoff.log("case-1")
    handoff.audit("case-1")
    handoff.acknowledge("case-1", by="dana")
    handoff.waiting()
    handoff.account_waits()
    handoff.erased_ids()
    handoff.forget("case-0")
    handoff.sync()
    found = plans()
    assert len(found) > 60
    found.pop(next(one for one in found if one.startswith("SELECT 1 AS")))  # whether there is any at all
    assert {one[:200]: lines for one, lines in found.items() if any(map(looks_through, lines))} == {}


def test_a_look_whether_anything_is_due_looks_through_nothing_either(business):
    handoff = business.start()
    handoff.submit(business.packet())
    statements = []
    with closing(open_read_only(business.folder / "handoff.db")) as connection:
        connection.set_trace_callback(statements.append)
        assert not nothing_due(connection, "acme", business.clock.now())
        handoff.sync()
        assert nothing_due(connection, "acme", business.clock.now())
        connection.set_trace_callback(None)
        plans = {
            one: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {one}")]
            for one in statements
            if one.startswith("SELECT")
        }
    assert len(plans) >= 5
    assert {one: lines for one, lines in plans.items() if any(map(looks_through, lines))} == {}
