"""No packet is lost under any gate: good, thin, vague and hostile ones end as one record in each of their systems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handoff_core.packet import Packet
from handoff_core.receipt import ReceiptStatus
from tests.quality.figures import SETS, labelled

OWN: list[Packet] = [one.packet for name in SETS for one in labelled(name)]


@pytest.mark.parametrize("gate", ["annotate", "hold", "off"])
def test_no_packet_is_lost_under_any_gate(gate: str, make_business: Callable[..., Any]) -> None:
    business = make_business(gate=gate)
    handoff = business.start()
    receipts = [handoff.submit(packet.model_copy(update={"made_at": None, "revision": None})) for packet in OWN]
    assert {receipt.status for receipt in receipts} == {ReceiptStatus.ACCEPTED}
    for _ in range(5):
        handoff.sync()
        business.clock.advance(60)
    for packet, receipt in zip(OWN, receipts, strict=True):
        shown = handoff.show(packet.id)
        assert shown is not None
        assert shown.packet["summary"] == packet.summary
        for name in ("desk", "crm"):
            wanted = 1 if name in receipt.destinations else 0
            assert len(business.desks[name].active(f"ho-acme.{packet.id}")) == wanted, (packet.id, name)
        assert receipt.destinations
    with_errors = [receipt for receipt in receipts if any(one.severity == "error" for one in receipt.findings)]
    assert [receipt for receipt in receipts if receipt.held] == (with_errors if gate == "hold" else [])
    assert all(receipt.owner is not None and receipt.owner.id == "dana" for receipt in receipts if receipt.held)
    assert (len(with_errors) > 20) is (gate != "off")
