"""Whatever happens, in any order: one record at most, the newest content, nothing lost, people's work kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

pytest.importorskip("uvicorn", reason="the stand-ins need the extra `sandbox`: pip install 'handoff[sandbox]'")

from handoff_connectors.sandbox.server import Sandbox
from tests.reliability.machine.machine import ACTS, Machine
from tests.reliability.machine.world import running_sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.mark.long
@pytest.mark.parametrize(
    ("together", "short", "full"), [(False, 8, 200), (True, 5, 100)], ids=["each system alone", "three systems"]
)
def test_whatever_happens_in_whatever_order(sandbox, full_proof, evidence, together, short, full):
    counted: Counter[str] = Counter()

    class Run(Machine):
        pass

    Run.sandbox, Run.counted, Run.together = sandbox, counted, together
    run_state_machine_as_test(
        Run,
        settings=settings(
            max_examples=full if full_proof else short,
            stateful_step_count=50 if full_proof else 30,
            derandomize=True,
            database=None,
            deadline=None,
            print_blob=False,
            # Shrinking takes minutes; the short form shows the whole story at once.
            phases=(Phase.generate, Phase.shrink) if full_proof else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    if full_proof:
        never = [act for act in ACTS if not counted[f"a person {act}"]]
        assert not never, f"in no run a person {' or '.join(never)} anything: the runs show too little"
    evidence(
        "State machine",
        "Creations, updates, erasures, deaths, outages, lost and late answers, people's edits and clock jumps in any "
        "order leave at most one record a packet and system, with the newest content and people's own work in it.",
        cases=counted["runs"],
        **{name: count for name, count in sorted(counted.items()) if name != "runs"},
    )
