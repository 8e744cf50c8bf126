"""Deliveries that wait for a rate slot: in order, and at a cost that does not grow with how many of them wait."""

from __future__ import annotations

import pytest

from handoff_core.config import connectors
from handoff_core.connector import Limit
from handoff_core.delivery.lane import Lane

WAITING = 40
SPACING = 5.0


@pytest.fixture
def claims(monkeypatch):
    """One entry for each claim."""
    counted: list[str] = []
    step = Lane.step

    def counting(lane):
        ended = step(lane)
        if ended is not None:
            counted.append(ended.how.value)
        return ended

    monkeypatch.setattr(Lane, "step", counting)
    return counted


def drain(handoff, clock):
    while handoff.waiting():
        handoff.sync()
        clock.advance(1.0)


def test_a_queue_that_runs_late_costs_a_few_claims_a_call_however_long_it_is(business, monkeypatch, claims):
    monkeypatch.setattr(connectors.connector_class("desk"), "limits", {"api": Limit(1.0, SPACING, 1)})
    handoff = business.start()
    desk = business.desk()
    for number in range(WAITING):
        handoff.submit(business.packet(id=f"case-{number}", owner={"id": "dana"}))
    drain(handoff, business.clock)
    # Each change of owner is two calls, an update and a note, of which the queue foresees one: it runs ever later.
    for number in range(WAITING):
        handoff.submit(business.packet(id=f"case-{number}", owner={"id": "sam"}, summary="Another owner."))
    claims.clear()
    desk.requests.clear()
    began = business.clock.now()
    drain(handoff, business.clock)
    assert len(desk.requests) == 2 * WAITING
    assert len(claims) <= 3 * len(desk.requests)
    # And no slot is left unused meanwhile: the share of the limit is 0.8.
    assert business.clock.now() - began <= 1.05 * len(desk.requests) * SPACING / 0.8
