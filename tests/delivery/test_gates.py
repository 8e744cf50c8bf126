"""Under every gate every packet reaches its systems once, however little it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handoff_core.packet import Packet

FOLDER = Path(__file__).parents[1] / "quality" / "packets"
LABELS = json.loads((FOLDER / "labels.json").read_text(encoding="utf-8"))
ERRORS = {"HO102", "HO103", "HO302", "HO304", "HO306", "HO501", "HO502", "HO512", "HO601", "HO602", "HO802", "HO804"}


def every_packet() -> list[dict[str, Any]]:
    files = sorted(path for path in FOLDER.glob("*.json") if path.stem != "labels")
    return [packet for path in files for packet in json.loads(path.read_text(encoding="utf-8"))]


def for_sam(values: dict[str, Any]) -> Packet:
    """A packet whose owner is not the fallback owner."""
    return Packet.from_object({**values, "owner": {"id": "sam"}})


@pytest.mark.parametrize("gate", ["annotate", "hold", "off"])
def test_no_packet_is_lost_under_any_gate(make_business, gate: str) -> None:
    business = make_business(gate=gate)
    handoff = business.start()
    packets = every_packet()
    receipts = [handoff.submit(for_sam(packet)) for packet in packets]
    assert {receipt.status for receipt in receipts} == {"accepted"}
    for _ in range(3):
        handoff.sync()
        business.clock.advance(60)
    for packet in packets:
        [record] = business.desk().active(f"ho-acme.{packet['id']}")
        bad = not ERRORS.isdisjoint(LABELS[packet["id"]])
        assert record.body["owner"] == ("dana" if gate == "hold" and bad else "sam"), packet["id"]
    found = [one.code for receipt in receipts for one in receipt.findings]
    assert bool(found) is (gate != "off")


def test_what_is_held_goes_to_its_owner_once_it_is_released(make_business) -> None:
    business = make_business(gate="hold")
    handoff = business.start()
    held = [packet["id"] for packet in every_packet() if handoff.submit(for_sam(packet)).held]
    assert len(held) >= 10
    for packet_id in held:
        handoff.release(packet_id)
    for _ in range(3):
        handoff.sync()
        business.clock.advance(60)
    assert {business.desk().active(f"ho-acme.{one}")[0].body["owner"] for one in held} == {"sam"}


def test_a_switch_of_the_business_or_of_the_lane_reaches_the_receipt(make_business) -> None:
    business = make_business()
    handoff = business.start()
    vague = {"next_action": {"text": "Follow up"}, "owner": {"id": "nobody"}}
    assert [one.code for one in handoff.submit(business.packet(**vague)).findings] == ["HO301", "HO601"]
    handoff.close()
    with (business.folder / "handoff.toml").open("a") as file:
        file.write('ignore = ["HO301"]\n[lanes.support]\nquality = { ignore = ["HO601"] }\n')
    handoff = business.start()
    assert [one.code for one in handoff.submit(business.packet(id="case-2", **vague)).findings] == []
    sales = business.packet(id="case-3", lane="sales", **vague)
    assert [one.code for one in handoff.submit(sales).findings] == ["HO601"]


def test_a_packet_that_only_the_fallback_takes_is_told_without_blame(make_business) -> None:
    business = make_business()
    receipt = business.start().submit(business.packet(lane="sales"))
    assert [(one.code, one.severity) for one in receipt.findings] == [("HO303", "info")]
