"""Agents on the command line: where a packet goes, what is checked, and what a person sees of the file."""

from __future__ import annotations

import json
from typing import Any

import pytest


@pytest.fixture
def agents(desk: Any) -> Any:
    path = desk.business()
    path.write_text(path.read_text() + '\n[agents.planner]\noutbox = "outbox"\n')
    return desk


def test_the_online_check_names_the_key_of_a_folder_that_is_not_there(agents: Any) -> None:
    ran = agents.run("check", "--online", "--format", "concise")
    assert ran.code == 1
    assert "agents.planner.outbox" in ran.out
    assert "mkdir -m 700 -p" in ran.out
    lines = (agents.folder / "handoff.toml").read_text().splitlines()
    [finding] = [line for line in ran.out.splitlines() if "agents.planner.outbox" in line]
    assert lines[int(finding.split(":")[1]) - 1].startswith("outbox =")
    assert agents.run("check", "--online", "--set-up").code == 0
    assert agents.run("check", "--online").code == 0


def test_a_packet_for_an_agent_is_routed_delivered_and_shown(agents: Any) -> None:
    (agents.folder / "outbox").mkdir()
    packet = agents.packet(to="agent:planner")
    [routed] = agents.run("route", packet, "--json").objects
    assert routed["destinations"] == ["book", "agent:planner"]
    assert "agent:planner" in agents.run("preview", packet, "--destination", "agent:planner").out
    [receipt] = agents.run("submit", packet, "--json").objects
    assert receipt["destinations"] == ["book", "agent:planner"]
    assert agents.run("sync").code == 0
    assert json.loads((agents.folder / "outbox" / "case-1.json").read_text())["to"] == "agent:planner"
    assert "case-1.json" in agents.run("show", "case-1").out
    [line] = [one for one in agents.run("audit", "case-1").out.splitlines() if "agent:planner" in one]
    assert "summary" in line
    assert "agent:planner" in agents.run("log", "case-1").out


def test_doctor_tells_of_an_outbox_that_others_may_read(agents: Any) -> None:
    (agents.folder / "outbox").mkdir(mode=0o755)
    agents.run("sync")
    ran = agents.run("doctor", "--json")
    [found] = [one for one in ran.objects if one["subject"] == "acme: outbox of planner"]
    assert (ran.code, found["ok"], found["fix"].startswith("Run: chmod 0700 ")) == (1, False, True)


def test_a_wrong_name_is_told_with_the_agents_among_the_known(agents: Any) -> None:
    ran = agents.run("preview", agents.packet(), "--destination", "planner")
    assert ran.code == 2
    assert "book, agent:planner" in " ".join(ran.err.split())
