"""Connectors with one planted fault each, under the contract suite. Run by test_contract_catches.py alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import pytest
from handoff_acme_desk import TEXT_LIMIT, AcmeDeskConnector
from test_acme_desk import AcmeDesk
from test_acme_desk import TestAcmeDesk as _AcmeDeskSuite

from handoff_core.connector import Erased, Erasure, Payload, Remote, Trace, View, Write
from handoff_core.errors import DeliveryError, Gone, RateLimited, Refused, Transient, Unknown
from handoff_core.testing.stand_in import Answer, Request, StandIn


class SearchableDesk(AcmeDesk):
    """Acme Desk with a search whose index lags."""

    frozen: dict[str, dict[str, Any]] | None = None

    def answer(self, request: Request) -> Answer:
        if request.method == "DELETE":
            gone = self.tickets.pop(request.path.removeprefix("/tickets/"), None)
            return Answer(404 if gone is None else 200, {})
        if request.path != "/search":
            return super().answer(request)
        index = self.tickets if self.frozen is None else self.frozen
        return Answer(200, {"tickets": [one for one in index.values() if one["key"] == request.query["key"]]})

    def freeze_search(self) -> None:
        self.frozen = {name: dict(ticket) for name, ticket in self.tickets.items()}


class Planted(_AcmeDeskSuite):
    __test__ = False

    @pytest.fixture
    def server(self) -> Iterator[StandIn]:
        with StandIn(SearchableDesk()) as server:
            yield server


class NoTimeout(AcmeDeskConnector):
    def __init__(self, context: Any) -> None:
        super().__init__(context)
        request = self._session.request
        self._session.request = lambda *args, timeout, **rest: request(*args, **rest)  # type: ignore[method-assign]


class NeverLooks(AcmeDeskConnector):
    def find(self, write: Write) -> Sequence[Remote]:
        return []


class LooksForPrefixes(AcmeDeskConnector):
    made: ClassVar[dict[str, Remote]] = {}

    def create(self, write: Write) -> Remote:
        self.made[write.payload.key] = super().create(write)
        return self.made[write.payload.key]

    def find(self, write: Write) -> Sequence[Remote]:
        return [remote for key, remote in self.made.items() if key.startswith(write.payload.key)]


class IgnoresStatus(AcmeDeskConnector):
    def create(self, write: Write) -> Remote:
        try:
            return super().create(write)
        except DeliveryError as error:
            if error.status == 500:
                return Remote("1", url="https://acmedesk.example/t/1")
            raise


class LimitIsFinal(AcmeDeskConnector):
    def _ask(self, *args: Any, **rest: Any) -> Any:
        try:
            return super()._ask(*args, **rest)
        except RateLimited as error:
            raise Refused("Acme Desk refused the ticket, sorry.") from error


class WaitsByItself(AcmeDeskConnector):
    def _ask(self, *args: Any, **rest: Any) -> Any:
        try:
            return super()._ask(*args, **rest)
        except RateLimited as error:
            self._context.clock.sleep(error.retry_after)
            raise


class TellsTheToken(AcmeDeskConnector):
    def _ask(self, *args: Any, **rest: Any) -> Any:
        try:
            return super()._ask(*args, **rest)
        except DeliveryError as error:
            token = self._context.secret("ACME_DESK_TOKEN")
            raise type(error)(f"{error.text} (Authorization: Bearer {token})", **_retry_after(error)) from None


class ReadsTheClock(AcmeDeskConnector):
    def render(self, view: View) -> Sequence[Payload]:
        (payload,) = super().render(view)
        return [Payload("ticket", payload.key, {**payload.body, "made": time.time()})]


class ReadsItsOwnClock(AcmeDeskConnector):
    def render(self, view: View) -> Sequence[Payload]:
        (payload,) = super().render(view)
        return [Payload("ticket", payload.key, {**payload.body, "day": self._context.clock.now() // 86_400})]


class LetsForeignErrorsOut(AcmeDeskConnector):
    def _ask(self, *args: Any, **rest: Any) -> Any:
        try:
            return super()._ask(*args, **rest)
        except DeliveryError as error:
            if error.__context__ is not None:
                raise error.__context__ from None
            raise


class FindsBySearch(AcmeDeskConnector):
    def find(self, write: Write) -> Sequence[Remote]:
        found = self._ask("GET", "/search", params={"key": write.payload.key})["tickets"]
        return [self._remote(ticket) for ticket in found]


class ShrugsAtDeletion(AcmeDeskConnector):
    def update(self, write: Write) -> Remote:
        try:
            return super().update(write)
        except Gone:
            return self.create(write)


class CutsInSilence(AcmeDeskConnector):
    def render(self, view: View) -> Sequence[Payload]:
        (payload,) = super().render(view)
        return [Payload("ticket", payload.key, payload.body)]


class SendsWhatItGets(AcmeDeskConnector):
    def render(self, view: View) -> Sequence[Payload]:
        (payload,) = super().render(view)
        text = f"{view.owner.name}: {view.packet.summary}"[:TEXT_LIMIT]
        return [Payload("ticket", payload.key, {**payload.body, "text": text})]


class KeepsTheBodyInTheClass(AcmeDeskConnector):
    body: ClassVar[Any] = None
    meeting: ClassVar[threading.Barrier] = threading.Barrier(2)

    def create(self, write: Write) -> Remote:
        type(self).body = write.payload.body
        self.meeting.wait(timeout=5)
        return self._remote(self._ask("POST", "/tickets", self.body))


class SendsAgain(AcmeDeskConnector):
    def create(self, write: Write) -> Remote:
        try:
            return super().create(write)
        except Unknown:
            return super().create(write)


class RemembersOnlyItsOwn(AcmeDeskConnector):
    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self._made: list[Remote] = []

    def create(self, write: Write) -> Remote:
        self._made.append(super().create(write))
        return self._made[-1]

    def find(self, write: Write) -> Sequence[Remote]:
        return self._made


class BelievesAnything(AcmeDeskConnector):
    def create(self, write: Write) -> Remote:
        try:
            return super().create(write)
        except Unknown as error:
            if error.status is None and "usable" in error.text:
                return Remote("1")
            raise


class ForgetsTheLease(AcmeDeskConnector):
    def __init__(self, context: Any) -> None:
        from dataclasses import replace

        super().__init__(replace(context, before_request=lambda: None))


class SendsPreviews(AcmeDeskConnector):
    def __init__(self, context: Any) -> None:
        from dataclasses import replace

        super().__init__(replace(context, recorder=None))


def _retry_after(error: DeliveryError) -> dict[str, Any]:
    return {"retry_after": error.retry_after} if isinstance(error, RateLimited) else {}


class ForgetsLostUpdates(AcmeDeskConnector):
    def update(self, write: Write) -> Remote:
        try:
            return super().update(write)
        except Unknown as error:
            raise Transient("Acme Desk did not answer; it is written again.") from error


class Erasing(AcmeDeskConnector):
    @classmethod
    def erasure(cls, kind: str) -> Erasure:
        return Erasure("is deleted")

    @classmethod
    def trace(cls, payload: Payload, seen: Mapping[str, Any]) -> Trace:
        return Trace(Payload(payload.kind, payload.key, {}))

    def erase(self, write: Write) -> Erased:
        self._ask("DELETE", f"/tickets/{write.remote_id}")
        return Erased()


class KeepsTheWords(Erasing):
    @classmethod
    def trace(cls, payload: Payload, seen: Mapping[str, Any]) -> Trace:
        return Trace(payload)


class ErasesInNameOnly(Erasing):
    def erase(self, write: Write) -> Erased:
        return Erased()


class ErasesTheKey(Erasing):
    def find(self, write: Write) -> Sequence[Remote]:
        return super().find(write) if write.payload.body else []


for planted in (
    KeepsTheWords,
    ErasesInNameOnly,
    ErasesTheKey,
    NoTimeout,
    NeverLooks,
    LooksForPrefixes,
    IgnoresStatus,
    LimitIsFinal,
    WaitsByItself,
    TellsTheToken,
    ReadsTheClock,
    ReadsItsOwnClock,
    LetsForeignErrorsOut,
    FindsBySearch,
    ShrugsAtDeletion,
    CutsInSilence,
    SendsWhatItGets,
    KeepsTheBodyInTheClass,
    SendsAgain,
    ForgetsLostUpdates,
    RemembersOnlyItsOwn,
    BelievesAnything,
    ForgetsTheLease,
    SendsPreviews,
):
    name = f"Test{planted.__name__}"
    globals()[name] = type(name, (Planted,), {"__test__": True, "connector_class": planted})
