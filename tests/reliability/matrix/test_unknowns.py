"""What is not known of the vendors: every switch of the stand-ins in every position, through one packet's life.

Created, updated with a new owner and urgency, closed; each time the answer to the main request is lost. The tables
are in ``unknowns.py``; a switch that is added to the stand-ins must be added there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from handoff_connectors.sandbox.faults import Rule
from proof.plugin import Record
from tests.reliability.matrix.case import SetUp
from tests.reliability.matrix.judge import illegible, what_is_wrong
from tests.reliability.matrix.menu import OPERATIONS
from tests.reliability.matrix.stage import EMAIL, SUMMARIES, Stage
from tests.reliability.matrix.unknowns import (
    LIVES,
    TRIED,
    Life,
    lives,
    positions,
    positions_of,
    put,
    switches,
    vendors_of,
)

LOST = {
    ("zendesk", "create"): ("POST", r"/tickets$"),
    ("zendesk", "update"): ("PUT", r"/tickets/\d+$"),
    ("zendesk", "close"): ("PUT", r"/tickets/\d+$"),
    ("hubspot", "create"): ("POST", r"/notes(/batch/upsert)?$"),
    ("hubspot", "update"): ("PATCH", r"/notes/"),
    ("hubspot", "close"): ("PATCH", r"/tasks/"),
    ("slack", "create"): ("POST", r"chat\.postMessage"),
    ("slack", "update"): ("POST", r"chat\.(update|postMessage)"),
    ("slack", "close"): ("POST", r"chat\.(update|postMessage)"),
}
"""The request of each step whose answer is lost."""


def test_every_switch_of_the_stand_ins_is_tried() -> None:
    named = {name for name, _ in switches()}
    by_themselves = {name for name, kind in switches() if positions_of(name, kind, default=()) and name not in TRIED}
    assert set(TRIED) | by_themselves == named, "name the positions of a new switch in unknowns.py"
    assert set(LIVES) <= named
    tried = {name for name, _ in positions()}
    assert tried == named


@pytest.mark.parametrize("group", ["zendesk", "hubspot", "slack", "common", "limits"])
def test_in_every_position_of_every_switch_a_packet_stays_one_record(
    set_up: SetUp, full_proof: bool, evidence: Record, group: str
) -> None:
    bad: list[str] = []
    tried = 0
    own = [(name, value) for name, value in positions(defaults=full_proof) if name.startswith(f"{group}.")]
    for name, value in own:
        for life in lives(name):
            problems = list(_live(set_up, name, value, life))
            tried += 1
            bad += [f"{name} = {value!r}{f' ({life.name})' if life.name else ''}: {problem}" for problem in problems]
    assert bad == [], f"{len(bad)} problems in {tried} lives:\n" + "\n".join(bad)
    print(f"\n{group}: {len({name for name, _ in own})} switches, {len(own)} positions, {tried} lives")
    evidence(
        "What is not known of the vendors",
        "Whichever way a vendor behaves where its documentation is silent, a packet whose answers are lost stays one "
        "record with its newest state.",
        cases=tried,
        stand_ins=group,
        switches=len({name for name, _ in own}),
        positions=len(own),
    )


def _live(set_up: SetUp, name: str, value: Any, life: Life) -> Iterator[str]:
    """One packet's life in one position; gives what is wrong after each step."""
    vendors = list(vendors_of(name))
    with set_up(vendors, timeout=life.timeout, client=life.client) as stage:
        for companion, position in life.companions.items():
            put(stage.sandbox.switches, companion, position)
        put(stage.sandbox.switches, name, value)
        if life.known_contact:
            other = {"firstname": "Maria", "email": "m.lindqvist@other.example", "hs_additional_emails": EMAIL}
            stage.sandbox.hubspot.create("contacts", other)
        if life.unique:
            stage.handoff.check_online(set_up=True)
        for step in OPERATIONS:
            rules = [_lose_answer(stage, vendor, step) for vendor in vendors]
            stage.submit(step, **life.changes)
            if life.restart:
                stage.sync()
                stage.restart()
            stage.drain(lambda passed: time.sleep(life.pace))
            states = stage.states()
            if set(states.values()) != {"delivered"}:
                yield f"{step}: {states} {stage.reasons()}"
            if not all(rule.hits for rule in rules):
                yield f"{step}: no answer was lost"
            for vendor in vendors:
                found = what_is_wrong(stage, vendor, step, life.outcome(value), life.kind)
                yield from (f"{step}, {vendor}: {problem}" for problem in found)
            if life.locked(value) and SUMMARIES[step] not in _said(stage):
                yield f"{step}: the news was not told beside the message"
            stage.clock.advance(60.0)
        yield from (
            f"a reason {problem}: {line.text}"
            for line in stage.trail()
            if line.text is not None
            for problem in illegible(line.text)
        )
        before = stage.sent()
        stage.sync()
        if stage.sent() != before:
            yield f"{stage.sent() - before} more requests by a later run"


def _lose_answer(stage: Stage, vendor: str, step: str) -> Rule:
    method, path = LOST[vendor, step]
    return stage.sandbox.faults.add("apply_then_drop", vendor=vendor, method=method, path=path)


def _said(stage: Stage) -> str:
    messages = [message for rows in stage.sandbox.slack.messages.values() for message in rows.values()]
    return " ".join(message.values["text"] for message in messages)
