"""The ground that the contract suites stand on: what a subclass says, the fixtures, and how the tests act."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final

import pytest

from handoff_core.connector import Connector, Payload, Remote, View, Write
from handoff_core.testing.case import Case
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.faults import Fault, FaultyOperation
from handoff_core.testing.stand_in import Server

OPERATIONS: Final[tuple[FaultyOperation, ...]] = ("find", "create", "update")
SOMEBODY_ELSE: Final[Mapping[str, Any]] = {
    "customer": {"name": "Jon Berg", "email": "jon@berg.example", "phone": "+1 312 555 0199"}
}


class ContractGround:
    """Subclass it as a ``Test…`` class and give the attributes and the ``server`` fixture."""

    version: ClassVar[int]
    """The CONTRACT_VERSION for which the subclass was written."""
    connector_class: ClassVar[type[Connector]]
    settings: ClassVar[Mapping[str, Any]]
    """The destination's table as it would stand in handoff.toml; ``base_url`` is added."""
    kinds: ClassVar[tuple[str, ...]]
    """The kinds of record to try, out of those that the first revision of ``make_packet()`` gives."""
    secrets: ClassVar[Mapping[str, str]] = {}
    """Secrets by environment variable, where the stand-in insists on some; any other name gets a canary."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Every test that takes ``kind`` runs once for each kind."""
        if "kind" in metafunc.fixturenames:
            metafunc.parametrize("kind", type(self).kinds)

    @pytest.fixture
    def clock(self) -> FakeClock:
        """A clock that stands still until it is moved. The stand-in should take it too."""
        return FakeClock()

    @pytest.fixture
    def server(self) -> Iterator[Server]:
        """A fresh stand-in."""
        raise NotImplementedError("give a fixture `server` that yields a stand-in of the vendor")

    @pytest.fixture
    def case(self, server: Server, clock: FakeClock) -> Iterator[Case]:
        """The destination under test."""
        table = {**self.settings, "base_url": server.origin}
        settings = self.connector_class.settings_model.model_validate(table)
        case = Case(self.connector_class, settings, self.secrets, server, clock)
        yield case
        case.close()

    # How the tests act

    def _made(self, case: Case, kind: str) -> tuple[Payload, dict[str, str], Remote]:
        payload = case.payload(kind)
        refs = case.needed(payload)
        made = case.create(case.worker(), payload, refs)
        case.server.catch_up()
        return payload, refs, made

    def _arrives(self, case: Case, payload: Payload, view: View) -> None:
        refs = case.needed(payload, view)
        made = case.create(case.worker(), payload, refs)
        assert [remote.id for remote in case.find(case.worker(), payload, refs)] == [made.id]

    def _update(self, case: Case, kind: str, payload: Payload, refs: Mapping[str, str], made: Remote) -> Remote:
        if not edits(payload):
            pytest.skip(f"a {kind} is written once and never changed")
        later = case.payload(kind, case.later_view(case.view(), {kind: made}))
        return case.worker().update(Write(later, refs=refs, remote_id=made.id, seen=made.seen))

    def _prepared(self, case: Case, kind: str, operation: FaultyOperation, fault: Fault) -> Callable[[], object]:
        """The operation, ready to be called on a fresh worker, with ``fault`` waiting for it."""
        if operation == "create":
            payload = case.payload(kind)
            refs = case.needed(payload)
            if fault is Fault.HANG:
                case.lose_patience()
            connector = case.worker()
            write = case.write(connector, payload, refs)
            case.server.fail_next(fault, operation, kind)
            return lambda: connector.create(write)
        payload, refs, made = self._made(case, kind)
        if fault is Fault.HANG:
            case.lose_patience()
        if operation == "find":
            connector = case.worker()
            case.server.fail_next(fault, operation, kind)
            return lambda: case.find(connector, payload, refs)
        if not edits(payload):
            pytest.skip(f"a {kind} is written once and never changed")
        case.server.fail_next(fault, operation, kind)
        return lambda: self._update(case, kind, payload, refs, made)


def edits(payload: Payload) -> bool:
    """Whether the record is rewritten later: one that is written once is not."""
    return not payload.once
