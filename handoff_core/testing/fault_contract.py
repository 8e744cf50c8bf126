"""The part of the contract suite that plants faults: whatever the vendor answers, nothing is lost or doubled."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

import pytest

from handoff_core.connector import Payload, Remote, Replays, Write
from handoff_core.errors import AuthFailed, DeliveryError, Gone, RateLimited, Refused, Unknown
from handoff_core.testing.case import PATIENCE, Case, at_once, shown, within
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.contract_ground import OPERATIONS, SOMEBODY_ELSE, ContractGround, edits
from handoff_core.testing.factories import make_packet
from handoff_core.testing.faults import Fault, FaultyOperation

NOTHING_LEARNT: Final = (Fault.HTML_200, Fault.EMPTY_200)


class FaultContract(ContractGround):
    """Inherited by ``ConnectorContract``."""

    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_no_answer_ends_within_the_timeout(self, case: Case, kind: str, operation: FaultyOperation) -> None:
        call = self._prepared(case, kind, operation, Fault.HANG)
        with pytest.raises(DeliveryError) as raised:
            within(PATIENCE, call)
        if operation == "create":
            assert isinstance(raised.value, Unknown), "the vendor may have it: not answered is not refused"

    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_a_server_error_is_no_success(self, case: Case, kind: str, operation: FaultyOperation) -> None:
        call = self._prepared(case, kind, operation, Fault.SERVER_ERROR)
        with pytest.raises(DeliveryError) as raised:
            call()
        assert not isinstance(raised.value, Refused | Gone | AuthFailed), "a server error passes"

    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_too_many_requests_means_later(
        self, case: Case, kind: str, operation: FaultyOperation, clock: FakeClock
    ) -> None:
        call = self._prepared(case, kind, operation, Fault.LIMITED)
        with pytest.raises(RateLimited) as raised:
            call()
        assert raised.value.retry_after > 0
        assert clock.slept == [], "the delivery loop waits, not the connector"

    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_a_refused_token_parks_the_account(self, case: Case, kind: str, operation: FaultyOperation) -> None:
        call = self._prepared(case, kind, operation, Fault.UNAUTHORIZED)
        with pytest.raises(AuthFailed):
            call()

    @pytest.mark.parametrize("operation", ["create", "update"])
    def test_refused_content_is_final(self, case: Case, kind: str, operation: FaultyOperation) -> None:
        call = self._prepared(case, kind, operation, Fault.UNPROCESSABLE)
        with pytest.raises(Refused) as raised:
            call()
        assert len(raised.value.text.split()) >= 3, "say what was refused and what to do"

    @pytest.mark.parametrize("fault", NOTHING_LEARNT)
    def test_an_answer_without_a_record_is_no_success(self, case: Case, kind: str, fault: Fault) -> None:
        call = self._prepared(case, kind, "create", fault)
        with pytest.raises(Unknown):
            call()

    @pytest.mark.parametrize("fault", [Fault.APPLY_THEN_DROP, Fault.APPLY_THEN_500])
    def test_a_lost_reply_makes_no_second_record(self, case: Case, kind: str, fault: Fault) -> None:
        connector = case.worker()
        payload = case.payload(kind)
        refs = case.needed(payload)
        write = case.write(connector, payload, refs)
        case.server.fail_next(fault, "create", kind)
        with pytest.raises(Unknown):
            connector.create(write)
        if isinstance(connector, Replays) and connector.replay_window(payload) > 0:
            connector.create(write)  # the same bytes under the same key
        assert len(case.find(connector, payload, refs)) == 1
        assert case.server.count(kind) == 1

    @pytest.mark.parametrize("fault", [Fault.APPLY_THEN_DROP, Fault.APPLY_THEN_500])
    def test_a_lost_reply_to_an_update_is_unknown(self, case: Case, kind: str, fault: Fault) -> None:
        call = self._prepared(case, kind, "update", fault)
        with pytest.raises(Unknown):  # else nobody writes the newest state again, should the older one arrive late
            call()

    def test_another_worker_finds_what_a_lost_reply_left(self, case: Case, kind: str) -> None:
        first, second = case.worker(), case.worker()
        payload = case.payload(kind)
        refs = case.needed(payload)
        case.server.fail_next(Fault.APPLY_THEN_DROP, "create", kind)
        with pytest.raises(Unknown):
            case.create(first, payload, refs)
        found = case.find(second, payload, refs)
        assert len(found) == 1
        updated = (
            second.update(Write(payload, refs=refs, remote_id=found[0].id, adopted=True)) if edits(payload) else None
        )
        assert updated is None or updated.id == found[0].id
        assert case.server.count(kind) == 1

    def test_two_workers_at_once_keep_their_records_apart(self, case: Case, kind: str) -> None:
        views = [case.view(), case.view(make_packet(id="case-8", **SOMEBODY_ELSE))]
        written = [(case.payload(kind, view), case.needed(case.payload(kind, view), view)) for view in views]
        made = at_once([_creation(case, payload, refs) for payload, refs in written])
        for remote, (payload, refs) in zip(made, written, strict=True):
            assert [found.id for found in case.find(case.worker(), payload, refs)] == [remote.id]
        assert case.server.count(kind) == len({remote.id for remote in made}) == 2

    @pytest.mark.parametrize("operation", OPERATIONS)
    @pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.HANG])
    def test_only_our_own_errors_come_out(
        self, case: Case, kind: str, operation: FaultyOperation, fault: Fault
    ) -> None:
        call = self._prepared(case, kind, operation, fault)
        try:
            call()
        except DeliveryError:
            return
        assert operation != "create", f"{fault} counted as success"

    @pytest.mark.parametrize("operation", OPERATIONS)
    @pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.HANG])
    def test_no_error_and_no_log_line_holds_a_secret(
        self, case: Case, kind: str, operation: FaultyOperation, fault: Fault, caplog: pytest.LogCaptureFixture
    ) -> None:
        call = self._prepared(case, kind, operation, fault)
        said = ""
        with caplog.at_level(logging.DEBUG):
            try:
                call()
            except Exception as error:  # noqa: BLE001 - which errors may come out is another test's question
                said = shown(error)
        assert case.given_secrets or not self.settings.get("token_env"), "the connector asked for no secret at all"
        assert case.leaked_by(said) is None, "an error holds a secret"
        assert case.leaked_by(caplog.text) is None, "a log line holds a secret"


def _creation(case: Case, payload: Payload, refs: Mapping[str, str]) -> Callable[[], Remote]:
    return lambda: case.create(case.worker(), payload, refs)
