"""The public contract suite, against the stand-in, in both kinds of portal."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from handoff_connectors.hubspot import HubSpotConnector
from handoff_connectors.sandbox.server import Sandbox
from handoff_core.connector import Connector
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.connector_contract import ConnectorContract
from handoff_core.testing.faults import RETRY_AFTER, Fault, FaultyOperation

OBJECTS = {"contact": "contacts", "note": "notes", "task": "tasks"}
STATUS = {Fault.SERVER_ERROR: 500, Fault.UNAUTHORIZED: 401, Fault.UNPROCESSABLE: 422}
OWNER = "9001"


class Portal:
    """The HubSpot stand-in as the contract suite drives one."""

    def __init__(self, sandbox: Sandbox, *, unique: bool) -> None:
        self.sandbox = sandbox
        self.unique = unique
        sandbox.hubspot.add_owner(OWNER, "1", "Dana", "Fields", "dana.fields@acme.example")
        for kind in OBJECTS.values() if unique else ():
            names = ("handoff_key", "handoff_phone") if kind == "contacts" else ("handoff_key",)
            sandbox.hubspot.schema.groups[kind]["handoff"] = {"name": "handoff"}
            for name in names:
                wanted = {"name": name, "label": name, "groupName": "handoff", "hasUniqueValue": True}
                sandbox.hubspot.schema.add(kind, wanted)

    @property
    def origin(self) -> str:
        return self.sandbox.hubspot_url

    @property
    def requests(self) -> int:
        return len(self.sandbox.log.of("hubspot"))

    def count(self, kind: str) -> int:
        return len(self.sandbox.hubspot.every(OBJECTS[kind]))

    def delete(self, remote_id: str) -> None:
        state = self.sandbox.hubspot
        for kind in OBJECTS.values():
            record = state.records.get((kind, remote_id))
            if record is not None:
                state.archive(record)

    def fail_next(self, fault: Fault, operation: FaultyOperation, kind: str) -> None:
        method, path = self._decisive(operation, OBJECTS[kind])
        given: dict[str, Any] = {"vendor": "hubspot", "method": method, "path": path}
        if fault in STATUS:
            self.sandbox.faults.add("status", status=STATUS[fault], **given)
        elif fault is Fault.LIMITED:
            self.sandbox.faults.add("429", seconds=float(RETRY_AFTER), **given)
        elif fault in (Fault.HTML_200, Fault.EMPTY_200):
            self.sandbox.faults.add(fault.value, applied=False, **given)
        else:
            self.sandbox.faults.add(fault.value, **given)

    def catch_up(self) -> None:
        """Associations show at once; search is never to be relied on."""

    def freeze_search(self) -> None:
        self.sandbox.switches.hubspot.search_lag = 1e9

    def _decisive(self, operation: FaultyOperation, objects: str) -> tuple[str, str]:
        if operation == "create":
            return "POST", rf"/{objects}(/batch/upsert)?$"
        if operation == "update":
            return "PATCH", rf"/{objects}/[^/]+$"
        listed = objects != "contacts" and not self.unique
        return "GET", rf"/associations/{objects}$" if listed else rf"/objects/2026-03/{objects}/[^/]+$"


class HubSpotContract(ConnectorContract):
    version = 1
    connector_class: ClassVar[type[Connector]] = HubSpotConnector
    settings: ClassVar[dict[str, Any]] = {
        "connector": "hubspot",
        "token_env": "HUBSPOT_TOKEN",
        "contact_fields": {"jobtitle": "summary | truncate(80)"},
    }
    kinds = ("contact", "note", "task")

    @pytest.fixture
    def clock(self, stand_ins: tuple[Sandbox, FakeClock]) -> FakeClock:
        shared = stand_ins[1]
        shared.slept.clear()
        return shared


def emptied(sandbox: Sandbox) -> Sandbox:
    sandbox.settle_late()
    sandbox.reset()
    return sandbox


class TestPortalWithoutUniqueProperties(HubSpotContract):
    @pytest.fixture
    def server(self, stand_ins: tuple[Sandbox, FakeClock]) -> Portal:
        return Portal(emptied(stand_ins[0]), unique=False)


class TestPortalWithUniqueProperties(HubSpotContract):
    @pytest.fixture
    def server(self, stand_ins: tuple[Sandbox, FakeClock]) -> Portal:
        return Portal(emptied(stand_ins[0]), unique=True)
