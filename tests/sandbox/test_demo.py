"""The demo: eight packets, every lane, one lost answer, one second revision."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO

import pytest
from click.testing import CliRunner
from rich.console import Console

from handoff_connectors.sandbox import demo as module
from handoff_connectors.sandbox.demo import Demo, run_demo
from handoff_connectors.sandbox.demo_command import demo as command
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
    assert demo.page_url not in text


def test_the_demo_says_what_waits_for_approval_and_how_to_answer():
    told = StringIO()
    with run_demo(Console(file=told, width=60)):
        pass
    lines = told.getvalue().splitlines()
    (place,) = (number for number, line in enumerate(lines) if "waits for approval by" in line)
    command = next(line for line in lines[place:] if "handoff approve " in line)
    assert re.search(r"handoff approve \S+ --by \w+ --draft [0-9a-f]{8}$", command.strip())


@pytest.fixture
def ran_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo that has run already, and whose page is left at once."""

    @contextmanager
    def done(_console: Console) -> Iterator[Demo]:
        yield Demo("http://127.0.0.1:9", True)

    def leave(_self: threading.Event, _timeout: float | None = None) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "run_demo", done)
    monkeypatch.setattr(threading.Event, "wait", leave)


@pytest.mark.usefixtures("ran_at_once")
def test_a_page_that_is_gone_is_not_named():
    told = CliRunner().invoke(command, [])
    assert told.exit_code == 0
    assert "http://" not in told.output
    assert "--stay" in told.output
    assert json.loads(CliRunner().invoke(command, ["--json"]).stdout)["page"] is None


@pytest.mark.usefixtures("ran_at_once")
def test_a_page_that_stays_is_named():
    assert "http://127.0.0.1:9/" in CliRunner().invoke(command, ["--stay"]).output
    assert json.loads(CliRunner().invoke(command, ["--stay", "--json"]).stdout.splitlines()[0])["page"]
