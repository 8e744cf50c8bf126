"""What the tests of queues stand on: a desk with one slow limit, and what it shows."""

from __future__ import annotations

from handoff_core.config import connectors
from handoff_core.connector import Limit

SPACING = 5.0
"""Seconds between two calls that the vendor allows; by default the share of it that is used is 0.8."""


def drain(handoff, clock):
    while handoff.waiting():
        handoff.sync()
        clock.advance(1.0)


def queue_of_updates(business, monkeypatch, number):
    """Every packet delivered, then a new revision of each: they wait for a slot one behind the other."""
    monkeypatch.setattr(connectors.connector_class("desk"), "limits", {"api": Limit(1.0, SPACING, 1)})
    handoff = business.start()
    for one in range(number):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}))
    drain(handoff, business.clock)
    for one in range(number):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}, summary="Turn 0."))
    handoff.sync(time_budget=1.0)
    business.desk().faults.append("429")  # half a minute lost: the queue runs late
    return handoff


def shown(business, packet_id):
    """What the desk's record of a packet says."""
    return next(one.body for one in business.desk().records if one.key == f"ho-acme.{packet_id}")


def in_order_shown(handoff, business, wanted):
    """The packets in the order in which their records come to show what is wanted."""
    order = []
    while len(order) < len(wanted):
        handoff.sync(time_budget=1.0)
        business.clock.advance(0.5)
        order += [one for one in wanted if one not in order and shown(business, one)["summary"] == wanted[one]]
    return order
