"""The contract suite that every connector inherits. Public and versioned.

    class TestAcmeDesk(ConnectorContract):
        version = 1
        connector_class = AcmeConnector
        settings = {"connector": "acme", "token_env": "ACME_TOKEN"}
        kinds = ("ticket",)

        @pytest.fixture
        def server(self):
            with StandIn(AcmeDesk()) as server:
                yield server

A test that cannot apply is overridden in the subclass with ``@pytest.mark.skip(reason=…)``, so that it stays visible.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import pytest

from handoff_core.connector import DestinationSettings, Erases, Retires, Write
from handoff_core.errors import DeliveryError, Gone, HandoffError
from handoff_core.packet import Lane
from handoff_core.testing.case import Case, Recording, attached, text_of
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.contract_ground import OPERATIONS, SOMEBODY_ELSE
from handoff_core.testing.factories import make_owner, make_packet
from handoff_core.testing.fault_contract import FaultContract
from handoff_core.testing.purity import run_watched

CONTRACT_VERSION: Final = 1
"""Raised whenever a test is added or made stricter; the changelog says what a connector has to do about it."""

HOSTILE: Final = (
    "<!channel> <@U0BOSS> @here [x](javascript:alert(1)) <script>alert(1)</script> <img src=x onerror=alert(1)> "
    "{{7*7}} ${7*7} %s {0.__class__} ``` *bold* =cmd|' /C calc'!A0 "
    "\u202etxt.exe\u202c \u2066\u2069 \u200b\ufeff \x1b[31m \x07 \ud7ff 🔥"
)
LIVE_CONTROLS: Final = "\x00\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""What may not arrive: NUL, which many databases cut at, and the marks that turn the reading order round."""
LAST_WORD: Final = "the-very-last-word-of-it"


class ConnectorContract(FaultContract):
    """Subclass it as a ``Test…`` class and give the attributes and the ``server`` fixture."""

    # What it says of itself

    def test_it_was_written_for_this_version_of_the_contract(self) -> None:
        assert self.version == CONTRACT_VERSION, "read the changelog of handoff_core.testing, then raise `version`"

    def test_it_describes_itself(self, case: Case) -> None:
        connector = self.connector_class
        assert connector.title.strip()
        assert issubclass(connector.settings_model, DestinationSettings)
        assert connector.limits, "say the rate limit of the vendor's smallest plan"
        assert all(limit.calls > 0 and limit.period > 0 and limit.burst >= 1 for limit in connector.limits.values())
        for payload in case.worker().render(case.view()):
            for operation in OPERATIONS:
                classes = case.worker().cost(operation, payload)
                assert all(name.partition(":")[0] in connector.limits for name in classes)
            assert sum(case.worker().cost("create", payload).values()) >= 1, "a creation costs at least one call"

    def test_the_account_is_stable_and_holds_no_secret(self, case: Case) -> None:
        account = self.connector_class.account(case.settings, case.secret)
        assert account
        assert account == self.connector_class.account(case.settings, case.secret)
        assert case.leaked_by(account) is None

    # Rendering

    def test_render_gives_the_same_for_the_same_view(self, case: Case, clock: FakeClock) -> None:
        before = [(payload.digest, payload.attachments) for payload in case.worker().render(case.view())]
        clock.advance(90_061)
        assert [(payload.digest, payload.attachments) for payload in case.worker().render(case.view())] == before

    def test_render_asks_neither_clock_nor_chance_nor_network(self, case: Case) -> None:
        connector, view, asked = case.worker(), case.view(), case.server.requests
        connector.render(view)  # what is imported or compiled at the first call is no part of the question
        _, called = run_watched(lambda: connector.render(view))
        assert called == ()
        assert case.server.requests == asked

    @pytest.mark.parametrize("lane", list(Lane))
    def test_every_lane_renders(self, case: Case, lane: Lane) -> None:
        payloads = case.worker().render(case.view(make_packet(lane=lane)))
        assert payloads
        assert all(json.dumps(dict(payload.body)) for payload in payloads)

    def test_a_bare_packet_renders(self, case: Case) -> None:
        bare = {name: None for name in case.view().packet.model_dump() if name not in _REQUIRED}
        assert case.worker().render(case.view(make_packet(**bare)))

    def test_every_record_has_a_key_of_the_packet(self, case: Case) -> None:
        view = case.view()
        payloads = case.worker().render(view)
        assert all(payload.key == view.key or payload.key.startswith(f"{view.key}~") for payload in payloads)
        assert len({payload.kind for payload in payloads}) == len(payloads)
        for place, payload in enumerate(payloads):
            assert set(payload.needs) <= {before.kind for before in payloads[:place]}, "what is needed comes before"

    def test_hostile_text_arrives_as_text(self, case: Case, kind: str) -> None:
        view = case.view(_packet_saying(HOSTILE), owner=make_owner(name="Dana\x00 \u202eFields"))
        payload = case.payload(kind, view)
        said = payload.title + text_of(payload)
        assert [mark for mark in LIVE_CONTROLS if mark in said] == []
        self._arrives(case, payload, view)

    def test_oversized_text_is_kept_or_named(self, case: Case, kind: str) -> None:
        view = case.view(_packet_saying("so long " * 115_000 + LAST_WORD))
        payloads = case.worker().render(view)
        kept = any(LAST_WORD in text_of(payload) + attached(payload) for payload in payloads)
        named = any(payload.withheld for payload in payloads)
        assert kept or named, "what was cut must be named in `withheld`"
        self._arrives(case, case.payload(kind, view), view)

    # One record for life

    def test_a_created_record_is_found_by_its_key(self, case: Case, kind: str) -> None:
        payload, refs, made = self._made(case, kind)
        assert case.server.count(kind) == 1
        assert [remote.id for remote in case.find(case.worker(), payload, refs)] == [made.id]

    def test_a_key_that_nobody_used_is_not_found(self, case: Case, kind: str) -> None:
        self._made(case, kind)
        other = case.view(make_packet(id="case-8", **SOMEBODY_ELSE))
        payload = case.payload(kind, other)
        assert list(case.find(case.worker(), payload, case.needed(payload, other))) == []

    def test_find_does_not_trust_a_search_that_lags(self, case: Case, kind: str) -> None:
        case.server.freeze_search()
        payload, refs, made = self._made(case, kind)
        assert [remote.id for remote in case.find(case.worker(), payload, refs)] == [made.id]

    def test_an_update_changes_the_record_in_place(self, case: Case, kind: str) -> None:
        payload, refs, made = self._made(case, kind)
        updated = self._update(case, kind, payload, refs, made)
        assert updated.id == made.id
        assert case.server.count(kind) == 1

    def test_a_deleted_record_is_gone(self, case: Case, kind: str) -> None:
        payload, refs, made = self._made(case, kind)
        case.server.delete(made.id)
        with pytest.raises(Gone):
            self._update(case, kind, payload, refs, made)

    def test_a_deleted_record_is_not_found(self, case: Case, kind: str) -> None:
        payload, refs, made = self._made(case, kind)
        case.server.delete(made.id)
        assert list(case.find(case.worker(), payload, refs)) == []

    def test_a_duplicate_of_ours_can_be_retired(self, case: Case, kind: str) -> None:
        connector = case.worker()
        payload = case.payload(kind)
        refs = case.needed(payload)
        first = case.create(connector, payload, refs)
        second = connector.create(replace(case.write(connector, payload, refs), idempotency_key=f"{payload.key}.r1.2"))
        if second.id == first.id or not isinstance(connector, Retires):
            pytest.skip("the vendor takes no second record under one key, or the connector retires none")
        assert {remote.id for remote in case.find(connector, payload, refs)} == {first.id, second.id}
        connector.retire(Write(payload, refs=refs, remote_id=second.id), keep=first)
        assert [remote.id for remote in case.find(connector, payload, refs)] == [first.id]

    # Erasure, where the connector can

    def test_what_is_kept_for_an_erasure_holds_no_word_of_the_packet(self, case: Case, kind: str) -> None:
        connector, packet = self._erasing(case), case.view().packet
        payload, _, made = self._made(case, kind)
        assert connector.erasure(kind).what.strip(), "say in plain words what becomes of the record"
        trace = connector.trace(payload, made.seen)
        assert (trace.payload.kind, trace.payload.key) == (payload.kind, payload.key)
        kept = json.dumps([dict(trace.payload.body), dict(trace.payload.local), dict(trace.marks)], default=str)
        assert packet.customer is not None
        words = (packet.summary, packet.customer.name, packet.customer.email, packet.next_action.text)
        assert [word for word in words if word and word in kept] == []

    def test_an_erased_record_is_gone_or_what_stays_is_named(self, case: Case, kind: str) -> None:
        connector = self._erasing(case)
        payload, refs, made = self._made(case, kind)
        trace = connector.trace(payload, made.seen)
        write = Write(trace.payload, refs=refs, remote_id=made.id, seen=trace.marks)
        left = connector.erase(write).left
        if case.server.count(kind):
            assert left, "a record that stays says what is left in it, and what a person can do"
        else:
            assert list(case.find(case.worker(), payload, refs)) == []
        with suppress(Gone):
            connector.erase(write)  # a worker that died in between does it again

    def test_a_record_whose_answer_was_lost_is_found_without_the_words(self, case: Case, kind: str) -> None:
        connector = self._erasing(case)
        payload, refs, made = self._made(case, kind)
        empty = connector.trace(payload, {}).payload
        found = [remote.id for remote in case.find(case.worker(), empty, refs)]
        assert found == [made.id] or connector.erasure(kind).unfound, "say what a person does who must look for it"

    def _erasing(self, case: Case) -> Erases:
        connector = case.worker()
        if not isinstance(connector, Erases):
            pytest.skip("the connector cannot erase: Handoff tells people so")
        return connector

    # What the delivery loop relies on

    def test_a_lost_lease_sends_nothing(self, case: Case, kind: str) -> None:
        class LeaseLost(HandoffError):
            pass

        def lose() -> None:
            raise LeaseLost

        payload = case.payload(kind)
        refs = case.needed(payload)
        asked = case.server.requests
        connector = case.worker(before_request=lose)
        for call in (lambda: case.find(connector, payload, refs), lambda: case.create(connector, payload, refs)):
            with pytest.raises(LeaseLost):
                call()
        assert case.server.requests == asked

    def test_a_preview_records_and_sends_nothing(self, case: Case, kind: str) -> None:
        recording = Recording()
        payload = case.payload(kind)
        connector = case.worker(recorder=recording)
        with suppress(DeliveryError):  # nothing answers in a preview
            case.create(connector, payload, dict.fromkeys(payload.needs, "1"))
        assert recording.requests
        assert case.server.requests == 0
        assert case.leaked_by("\n".join(str(request) for request in recording.requests)) is None


_REQUIRED: Final = ("id", "lane", "summary", "next_action", "escalation")


def _packet_saying(text: str) -> Any:
    return make_packet(summary=text, transcript=None, customer={"name": text[:200], "email": "maria@lindqvist.example"})
