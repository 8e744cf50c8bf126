"""One case of the matrix: a packet's life up to the operation, one fault, the drain to the end, the judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from handoff_connectors.sandbox.faults import Rule
from handoff_core.views import LogLine
from tests.reliability.matrix.judge import illegible, unhelpful, what_is_wrong
from tests.reliability.matrix.menu import VENDORS, Entry, Target, end, outcome, removed_kind
from tests.reliability.matrix.stage import CASE, NAMES, Stage

SetUp = Callable[..., AbstractContextManager[Stage]]


@dataclass(frozen=True)
class Verdict:
    """What became of one case. ``problems`` is empty when everything is as it must be."""

    name: str
    end: str
    seconds: float
    reasons: int
    problems: tuple[str, ...]


def run_case(set_up: SetUp, entry: Entry, target: Target, *, siblings: bool) -> Verdict:
    """Play one case. ``siblings``: the other two destinations take the same packet, and must feel nothing."""
    vendors = list(VENDORS) if siblings else [target.vendor]
    with set_up(vendors, timeout=entry.timeout) as stage:
        if target.unique:
            stage.handoff.check_online(set_up=True)
        if target.lost is not None:
            stage.deliver_bystander()
        if target.operation != "create":
            stage.deliver("create")
            stage.clock.advance(60.0)
        told = len(stage.trail())
        rule = _plant(stage, entry, target)
        stage.submit(target.operation)
        stage.sync()
        problems = list(_others_wait(stage, target) if siblings else ())

        def after(passed: float) -> None:
            if entry.lasting is not None and passed >= entry.lasting:
                rule.count = 0

        seconds = stage.drain(after)
        lines = [line for line in stage.trail()[told:] if line.destination == NAMES[target.vendor]]
        if not rule.hits:
            problems.append("the fault hit nothing")
        problems += _wrong_ending(entry, target, lines)
        problems += _wrong_words(lines)
        problems += _wrong_state(stage, entry, target)
        reached = stage.states()[NAMES[target.vendor]]
        if end(entry, target) == "dead":
            rule.count = 0
            problems += _not_revived(stage, target)
        for vendor in vendors:
            wanted = outcome(entry, target) if vendor == target.vendor else "normal"
            wanted = "normal" if wanted == "refused" else wanted
            kind = removed_kind(target)
            found = what_is_wrong(stage, vendor, target.operation, wanted, kind)
            problems += [f"{vendor}: {problem}" for problem in found]
        problems += _sends_more(stage)
        texts = sum(line.text is not None for line in lines)
        return Verdict(f"{target.name} × {entry.name}", reached, seconds, texts, tuple(problems))


def _plant(stage: Stage, entry: Entry, target: Target) -> Rule:
    faults = stage.sandbox.faults
    if target.lost is not None:
        method, path, skip = target.lost
        faults.add("apply_then_drop", vendor=target.vendor, method=method, path=path, skip=skip)
    method = target.method
    if entry.name == "human_edit" and method == "PATCH":
        # HubSpot has no compare-and-set: an edit in the milliseconds between our read and our write is written over,
        # as docs/guarantees.md says. Here the person is there before we read.
        method = "GET"
    return faults.add(
        entry.fault,
        vendor=target.vendor,
        method=method,
        path=target.path,
        skip=target.skip,
        count=None if entry.lasting is not None else 1,
        **entry.options,
    )


def _wrong_ending(entry: Entry, target: Target, lines: list[LogLine]) -> Iterator[str]:
    """The attempt that is hit ends as the table says; before a look-up, one attempt has lost its answer."""
    endings = [line.outcome for line in lines if line.what == "delivery"]
    failed = [ending for ending in endings if ending not in ("delivered", "again")]
    if target.lost is not None:
        if failed[:1] != ["unknown"]:
            yield f"the lost answer was not noticed: {endings}"
        failed = failed[1:]
    first, wanted = (failed or ["delivered"])[0], entry.ending(target)
    if first != wanted:
        yield f"the attempt ended as {first}, not {wanted}"


def _wrong_words(lines: list[LogLine]) -> Iterator[str]:
    for text in {line.text for line in lines if line.text is not None}:
        yield from (f"a reason {problem}: {text}" for problem in illegible(text))


def _wrong_state(stage: Stage, entry: Entry, target: Target) -> Iterator[str]:
    """Delivered, or dead for a reason that tells a person what to do and that he then finds where people look."""
    name = NAMES[target.vendor]
    state, reason = stage.states()[name], stage.reasons().get(name, "")
    if state != end(entry, target):
        yield f"the delivery is {state}: {reason}"
    if state == "dead":
        yield from (f"the reason {problem}: {reason}" for problem in unhelpful(reason, target.vendor))
        if [line.reason for line in stage.handoff.dead()] != [reason]:
            yield "`dead list` does not show the reason"
    # What is removed after it was written is noticed with the next revision.
    noticed = target.operation != "create" and target.lost is None and outcome(entry, target) == "gone"
    if state == "delivered" and noticed and not reason:
        yield "nothing says that a person removed the record"


def _not_revived(stage: Stage, target: Target) -> Iterator[str]:
    """A person does what the reason says (a channel is opened again, the vendor answers again) and retries."""
    for channel in stage.sandbox.slack.channels.values():
        channel["is_archived"] = False
    if stage.handoff.retry(CASE) != 1:
        yield "the dead delivery cannot be retried"
    stage.drain()
    state = stage.states()[NAMES[target.vendor]]
    if state != "delivered":
        yield f"after a retry the delivery is {state}: {stage.reasons()}"


def _others_wait(stage: Stage, target: Target) -> Iterator[str]:
    for vendor in VENDORS:
        state = stage.states()[NAMES[vendor]]
        if vendor != target.vendor and state != "delivered":
            yield f"{vendor} is {state} while {target.vendor} has a fault"


def _sends_more(stage: Stage) -> Iterator[str]:
    before = stage.sent()
    stage.sync()
    stage.clock.advance(7200.0)
    stage.sync()
    more = stage.sent() - before
    if more:
        yield f"{more} more requests by later runs"
