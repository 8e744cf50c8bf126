"""Two processes, each with a token of its own, go on with each other's lost answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from handoff_connectors.sandbox.server import Sandbox
from tests.reliability.matrix.stage import KEY, SharedClock, Stage, packet_of


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    clock = SharedClock()
    with Sandbox(clock=clock, limits=False) as sandbox:
        sandbox.switches.zendesk.listing_lag = 45.0
        with closing(Stage(sandbox, clock, tmp_path, ["zendesk"], client=True)) as one:
            yield one


@pytest.mark.parametrize("scope", ["token", "account"])
def test_another_process_does_not_send_the_same_bytes_under_its_own_token_too_early(stage: Stage, scope: str) -> None:
    stage.sandbox.switches.zendesk.idempotency_scope = scope
    with closing(stage.open_process()) as other:
        for number, process in enumerate((stage.handoff, other)):
            process.submit(packet_of("create", id=f"earlier-{number}"))
            for _ in range(12):
                process.sync()
                stage.clock.advance(10)
        assert stage.sent("zendesk", "POST", "oauth/tokens") == 2
        stage.sandbox.faults.add("apply_then_drop", vendor="zendesk", method="POST", path=r"/tickets$")
        stage.submit("create")
        stage.handoff.sync()
        assert stage.states() == {"desk": "unknown"}
        for _ in range(40):
            stage.clock.advance(5)
            other.sync()
    assert stage.states() == {"desk": "delivered"}
    assert len(stage.sandbox.zendesk.by_key(KEY)) == 1
