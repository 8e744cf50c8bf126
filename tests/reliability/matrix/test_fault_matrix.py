"""Every fault at every kind of request: a legal end, one record, the newest state, and words that a person understands.

The tables are in ``menu.py``, the judgement in ``judge.py``. The short form takes each fault once for each connector
and operation, going round the kinds of record; the full form takes every kind of record and the requests around it, and
watches the other two destinations while one stands still for long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from handoff_connectors.sandbox.faults import Fault
from proof.plugin import Record
from tests.reliability.matrix.case import SetUp, run_case
from tests.reliability.matrix.menu import (
    FURTHER,
    HUMAN,
    LONG,
    LOOK_UPS,
    MENU,
    NOT_YET,
    OPERATIONS,
    TARGETS,
    VENDORS,
    Entry,
    Target,
    cases,
    makes_sense,
)

LEAST = 250
SUITE = "Fault matrix"
CLAIM = (
    "Whatever happens to a request, the packet ends as one record with its newest state, or stops for a reason that a "
    "person understands."
)
_UNIQUE = [target for target in FURTHER if target.unique and "batch" in target.path]


def chosen(vendor: str, operation: str, *, full: bool) -> list[tuple[Entry, Target]]:
    """The cases of one test."""
    own = [
        target for target in (*TARGETS, *LOOK_UPS, *FURTHER) if (target.vendor, target.operation) == (vendor, operation)
    ]
    return list(cases(own)) if full else [case for case in _short() if case[1] in own]


def _short() -> Iterator[tuple[Entry, Target]]:
    for vendor in VENDORS:
        for operation in OPERATIONS:
            own = [target for target in TARGETS if (target.vendor, target.operation) == (vendor, operation)]
            turn = [entry for entry in MENU if makes_sense(entry, own[0])]
            for number, entry in enumerate(turn):
                # What people do to a record is tried on every kind: each has its own way to keep it.
                everywhere = operation == "update" and entry.name in HUMAN
                yield from ((entry, target) for target in (own if everywhere else [own[number % len(own)]]))
    for entry in MENU:
        if entry.name in ("stale_search", "duplicate_hits"):
            yield from ((entry, target) for target in LOOK_UPS if makes_sense(entry, target))
        if entry.name == "partial_207":
            yield from ((entry, target) for target in _UNIQUE)


@pytest.mark.long
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("vendor", VENDORS)
def test_every_fault_ends_in_a_legal_state_with_a_legible_reason(
    set_up: SetUp, full_proof: bool, evidence: Record, vendor: str, operation: str
) -> None:
    tried = chosen(vendor, operation, full=full_proof)
    verdicts = [
        run_case(set_up, entry, target, siblings=full_proof and entry.name in LONG and target in TARGETS)
        for entry, target in tried
    ]
    bad = [f"{verdict.name}: {'; '.join(verdict.problems)}" for verdict in verdicts if verdict.problems]
    assert bad == [], f"{len(bad)} of {len(verdicts)} cases:\n" + "\n".join(bad)
    ends = Counter(verdict.end for verdict in verdicts)
    print(f"\n{vendor} {operation}: {len(verdicts)} cases, {dict(ends)}")
    evidence(
        SUITE,
        CLAIM,
        cases=len(verdicts),
        connector=vendor,
        operation=operation,
        faults=len({entry.name for entry, _ in tried}),
        record_kinds=len({target.kind for _, target in tried}),
        reasons_read=sum(verdict.reasons for verdict in verdicts),
        **{f"ended_{state}": count for state, count in sorted(ends.items())},
    )


@pytest.mark.parametrize("full", [False, True], ids=["short", "full"])
def test_the_matrix_is_large_enough(full: bool) -> None:
    every = [case for vendor in VENDORS for operation in OPERATIONS for case in chosen(vendor, operation, full=full)]
    assert len(every) == len(set(map(repr, every))) >= LEAST
    assert {target.kind for _, target in every} >= {"ticket", "contact", "note", "task", "alert", "thread reply"}
    print(f"\n{len(every)} cases")


def test_every_word_of_the_stand_ins_menu_is_in_the_matrix() -> None:
    assert {entry.fault for entry in MENU} == {fault.value for fault in Fault}
    forms = {entry.options.get("form") for entry in MENU if entry.fault == "429"}
    assert forms == {"seconds", "date", "fraction", "missing", "zero", "day"}
    assert {entry.options["status"] for entry in MENU if entry.fault == "status"} >= {401, 403, 409, 423, 503}


@pytest.mark.parametrize("operation", NOT_YET)
def test_what_is_not_built_has_no_cases(operation: str) -> None:
    pytest.skip(NOT_YET[operation])
