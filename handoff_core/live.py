"""A live draft: what an automation gathers turn by turn, kept in the ledger from the first word on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from handoff_core.delivery.route_text import StoredRoute
from handoff_core.errors import PacketInvalid, Problem
from handoff_core.ledger import drafts, packets
from handoff_core.ledger.transaction import Transaction
from handoff_core.packet import Attempt, Commitment, Event, Fact, Packet, Turn, format_time
from handoff_core.packet.scalars import Part
from handoff_core.privacy.erasure import erased_problem
from handoff_core.receipt import Receipt, ReceiptStatus
from handoff_core.triage import Verdict, Watch

if TYPE_CHECKING:
    from handoff_core.client import Handoff


class Live:
    """One conversation. Every method is one transaction, so that several workers may add to the same draft.

    Nothing is delivered before ``hand_off``; from then on each turn and each change is a revision. A change that
    would make a handed-off packet invalid raises PacketInvalid and leaves the draft as it was; so does everything once
    the packet was erased.
    """

    def __init__(self, handoff: Handoff, packet_id: str, fields: dict[str, Any]) -> None:
        self._handoff = handoff
        self.id = packet_id
        self._watch: Watch | None = None
        self._last = 0
        _refuse_known(fields)
        with handoff.ledger.write() as tx:
            self._refuse_erased(tx)
            drafts.open_draft(tx, handoff.config.business.id, packet_id, fields, now=handoff.ledger.now())

    def turn(self, speaker: str, text: str, *, sentiment: float | None = None, at: datetime | None = None) -> Verdict:
        """Append one turn; the verdict says whether a person should take over, and why.

        Once handed off the turn becomes a revision: its receipt is the verdict's ``receipt``, and nobody is due again.
        Turns that other workers appended meanwhile count too; each is read once.
        """
        when = at or datetime.fromtimestamp(self._handoff.ledger.now(), UTC)
        values: dict[str, Any] = {"speaker": speaker, "text": text, "at": format_time(when)}
        if sentiment is not None:
            values["sentiment"] = sentiment
        _check_turn(values)
        business = self._handoff.config.business.id
        with self._handoff.ledger.write() as tx:
            self._lock(tx)
            drafts.add_turn(tx, business, self.id, values)
            receipt = self._revise()
            fields, handed_off = drafts.read_fields(tx, business, self.id)
            turns = drafts.turns_after(tx, business, self.id, self._last)
            acknowledged = handed_off and self._acknowledged(tx)
        return replace(self._judge(fields, turns, handed_off, acknowledged), receipt=receipt)

    def _acknowledged(self, tx: Transaction) -> bool:
        stored = packets.find_packet(tx, self._handoff.config.business.id, self.id)
        return stored is not None and StoredRoute.from_text(stored.route).taken is not None

    def _judge(
        self, fields: dict[str, Any], turns: list[tuple[int, dict[str, Any]]], handed_off: bool, acknowledged: bool
    ) -> Verdict:
        if self._watch is None:
            self._watch = Watch(self._handoff.config.timing)
            for one in fields.get("transcript", ()):
                self._watch.see(Turn.model_validate(one))
        if handed_off:
            self._watch.handed_off(acknowledged=acknowledged)
        for number, one in turns:
            verdict = self._watch.turn(Turn.model_validate(one), fields)
            self._last = number
        return verdict

    def tool(
        self, name: str, given: Mapping[str, Any] | None = None, result: Any = None, *, at: datetime | None = None
    ) -> Verdict:
        """Append a call of a tool and what it gave, as a turn of the conversation in the form that the rules read.

        ``given`` and ``result`` are what JSON can hold; a text as ``result`` stands as it is.
        """
        try:
            called = f"{name}({json.dumps(dict(given or {}), ensure_ascii=False)})"
            gave = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
        except (TypeError, ValueError) as error:
            fix = "give dicts, lists, texts, numbers and booleans"
            raise PacketInvalid([Problem("transcript.text", f"holds what JSON cannot: {error}", fix)]) from None
        return self.turn("tool", called if result is None else f"{called} -> {gave}", at=at)

    def fact(self, name: str, value: str | float | bool, *, source: str, **more: Any) -> Receipt | None:
        """Append a fact; a later one of the same name and source takes its place. ``more``: its other fields."""
        return self._part("facts", Fact, {"name": name, "value": value, "source": source, **more})

    def promise(self, text: str, *, to: str | None = None, **more: Any) -> Receipt | None:
        """Append a promise to the customer; the same again with ``status="kept"`` or ``"broken"`` says what became of
        it. ``more``: made_at, due, turn, status."""
        return self._part("commitments", Commitment, {"text": text, "to": to, **more})

    def attempt(self, action: str, outcome: str = "unknown", **more: Any) -> Receipt | None:
        """Append what was tried and how it ended. ``more``: detail, at, source."""
        return self._part("attempts", Attempt, {"action": action, "outcome": outcome, **more})

    def concern(self, text: str, *, answered: bool = False) -> Receipt | None:
        """Append a concern of the customer's that is open; with ``answered`` it is taken out again."""
        return self._part("open_concerns", None, {"text": text, **({"answered": True} if answered else {})})

    def told(self, text: str) -> Receipt | None:
        """Append what the customer was told, so that nobody repeats it."""
        return self._part("told_customer", None, {"text": text})

    def update(self, **fields: Any) -> Receipt | None:
        """Set fields of the packet; None removes one. Once handed off it becomes a revision."""
        _refuse_known(fields)
        business = self._handoff.config.business.id
        with self._handoff.ledger.write() as tx:
            self._lock(tx)
            drafts.change_draft(tx, business, self.id, fields, now=self._handoff.ledger.now())
            return self._revise()

    def hand_off(self, **fields: Any) -> Receipt:
        """Make the draft a packet. PacketInvalid, with all that is missing or why it is refused; the draft stays as it
        is then."""
        _refuse_known(fields)
        business = self._handoff.config.business.id
        with self._handoff.ledger.write() as tx:
            self._lock(tx)
            values, _ = drafts.read_draft(tx, business, self.id)
            packet = Packet.from_object({**values, **fields, "id": self.id})
            drafts.change_draft(tx, business, self.id, fields, now=self._handoff.ledger.now(), handed_off=True)
            receipt = self._handoff.submit(packet)
            if receipt.status is ReceiptStatus.REFUSED:
                raise PacketInvalid(receipt.problems)  # undoes the mark on the draft too
            return receipt

    def fields(self) -> dict[str, Any]:
        """What the draft holds, its turns as ``transcript``."""
        with self._handoff.ledger.read() as tx:
            self._refuse_erased(tx)
            return drafts.read_draft(tx, self._handoff.config.business.id, self.id)[0]

    def _part(self, field: str, model: type[Part] | None, given: dict[str, Any]) -> Receipt | None:
        values = {name: _written(value) for name, value in given.items() if value is not None}
        _check_part(field, model or Event, values if model else {"text": values["text"]})
        with self._handoff.ledger.write() as tx:
            self._lock(tx)
            drafts.add_part(tx, self._handoff.config.business.id, self.id, field, values)
            return self._revise()

    def _lock(self, tx: Transaction) -> None:
        self._refuse_erased(tx)
        drafts.lock_draft(tx, self._handoff.config.business.id, self.id, now=self._handoff.ledger.now())

    def _refuse_erased(self, tx: Transaction) -> None:
        stored = packets.find_packet(tx, self._handoff.config.business.id, self.id)
        if stored is not None and stored.erased_at is not None:
            raise PacketInvalid([erased_problem(stored.erased_at)])

    def _revise(self) -> Receipt | None:
        business = self._handoff.config.business.id
        with self._handoff.ledger.write() as tx:
            if not drafts.read_fields(tx, business, self.id)[1]:
                return None
            values, _ = drafts.read_draft(tx, business, self.id)
            return self._handoff.submit(Packet.from_object({**values, "id": self.id}))


def _check_turn(values: dict[str, Any]) -> None:
    _check_part("transcript", Turn, values)


def _written(value: Any) -> Any:
    return format_time(value) if isinstance(value, datetime) else value


def _check_part(field: str, model: type[Part], values: dict[str, Any]) -> None:
    """PacketInvalid for a part that no packet could hold: nothing of it may come into the draft."""
    from pydantic import ValidationError

    try:
        model.model_validate(values)
    except ValidationError as error:
        raise PacketInvalid(
            [
                Problem(".".join((field, *map(str, one["loc"]))), one["msg"], "see the packet's schema")
                for one in error.errors(include_input=False, include_url=False, include_context=False)
            ]
        ) from None


def _refuse_known(fields: dict[str, Any]) -> None:
    """``id`` and ``revision`` are the draft's own."""
    wrong = [name for name in ("id", "revision") if name in fields]
    if wrong:
        raise PacketInvalid(
            [Problem(name, "belongs to the draft itself", "leave it out; every change is a revision") for name in wrong]
        )
