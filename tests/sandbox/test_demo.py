"""The demo: eight packets, every lane, one lost answer, one second revision."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

from rich.console import Console

from handoff_connectors.sandbox.demo import run_demo
from handoff_connectors.sandbox.samples import sample_packets
from handoff_core.packet import Lane, Packet


def test_the_samples_are_valid_and_show_every_lane():
    packets = [Packet.from_object(sample) for sample in sample_packets(datetime.now(UTC))]
    assert len(packets) == 8
    assert {packet.lane for packet in packets} == set(Lane)


def test_the_demo_ends_with_every_record_once_although_an_answer_was_lost():
    told = StringIO()
    with run_demo(Console(file=told, width=120)) as demo:
        assert demo.arrived
    text = told.getvalue()
    assert "8 packets, every record once: yes" in text
    assert "create unknown" in text
    assert "found ok: adopted" in text
    assert demo.page_url in text
