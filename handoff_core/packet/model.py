"""The packet: everything that an AI agent knows about a case when it hands the case to a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, Strict, ValidationError, ValidationInfo

from handoff_core.errors import PacketInvalid, Problem
from handoff_core.packet.canonical import canonical_json, digest_of, readable_json
from handoff_core.packet.details import DETAILS_BY_LANE, Details
from handoff_core.packet.enums import Channel, Lane, Nature
from handoff_core.packet.parse import LARGEST_PACKET, check_object, check_size, parse_object
from handoff_core.packet.parts import (
    Announcement,
    Attempt,
    Classification,
    Commitment,
    Constraint,
    Customer,
    Decision,
    DecisionNeeded,
    Escalation,
    Event,
    Fact,
    NextAction,
    OpenQuestion,
    OwnerWish,
    PriorContact,
    Privacy,
    Producer,
    Source,
    State,
    Turn,
    Urgency,
)
from handoff_core.packet.problems import MANY, beginning, problems_of
from handoff_core.packet.scalars import LARGEST_INTEGER, Part, Sentence, Share, Text, Time, refusal

SCHEMA = "handoff.packet/1"
"""The name of this format, as ``schema`` carries it."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_AGENT = re.compile(r"agent:[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_GROWTH = 8
"""A packet's own JSON is never this many times longer than the JSON that it was read from."""


def _case_id(text: str) -> str:
    if _ID.fullmatch(text) is None:
        raise refusal(
            "is not a packet id",
            "Use 1 to 64 letters, digits, dots, underscores and hyphens, beginning with a letter or digit.",
        )
    return text


def _agent(text: str) -> str:
    if _AGENT.fullmatch(text) is None:
        raise refusal("is not the address of an agent", 'Write "agent:" and the agent\'s name, e.g. "agent:planner".')
    return text


def _details_of_lane(value: Any, info: ValidationInfo) -> Any:
    lane = info.data.get("lane")
    if value is None or lane is None:  # without a lane there is nothing to compare with; the lane has its own problem
        return None
    model = DETAILS_BY_LANE[lane]
    if isinstance(value, Part) and not isinstance(value, model):
        raise refusal(f"does not fit the lane {lane}", f"Give {model.__name__}, or a dict.")
    return model.model_validate(value)


class Packet(Part):
    """One case on its way from an AI agent to a person. Frozen; equal when all fields are equal.

    ``Packet(...)``, ``Packet.from_json`` and ``Packet.from_object`` raise PacketInvalid with every problem at once.
    What is absent is None or an empty tuple; only ``urgency`` has a value of its own then (normal).
    """

    schema_: Literal["handoff.packet/1"] = Field("handoff.packet/1", alias="schema", description="The packet format.")
    id: Annotated[Text, AfterValidator(_case_id)] = Field(
        description="The caller's stable id of the case; the same id again is a new revision of the same case.",
        json_schema_extra={"pattern": f"^{_ID.pattern}$"},
    )
    revision: Annotated[int, Strict(), Field(ge=1, le=LARGEST_INTEGER)] | None = Field(
        None, description="The producer's own number of this revision; higher is newer."
    )
    made_at: Time | None = Field(None, description="When the producer made this revision.")
    lane: Lane = Field(description="Which baton this is; shown in every title.")
    channel: Channel | None = Field(None, description="Where it came from.")
    summary: Sentence = Field(description="The customer or task in one sentence.")
    goal: Text | None = Field(None, description="The wanted outcome.")
    need: Text | None = Field(None, description="What the customer or team needs next.")
    analysis: Text | None = Field(None, description="The AI's analysis of the case.")
    rationale: Text | None = Field(None, description="Why the AI sees it that way.")
    opening_line: Text | None = Field(None, description="A specific first sentence for the human to say or write.")
    state: State | None = Field(None, description="How far the case is.")
    customer: Customer | None = Field(None, description="Who it is about.")
    next_action: NextAction = Field(description="The one exact next step.")
    definition_of_done: tuple[Text, ...] = Field((), description="When the step is finished.")
    owner: OwnerWish | None = Field(None, description="Who should own the next step; absent: routing chooses.")
    escalation: Escalation = Field(description="Why the AI hands over.")
    urgency: Urgency = Field(Urgency(), description="How soon a person must act.")
    nature: Nature | None = Field(None, description="What kind of judgement the case asks for.")
    risk: Text | None = Field(None, description="What can go wrong; a sensitive case needs it.")
    confidence: Share | None = Field(None, description="The AI's confidence in its understanding, from 0 to 1.")
    classification: Classification | None = Field(None, description="What kind of case it is.")
    events: tuple[Event, ...] = Field((), description="What happened, in order.")
    attempts: tuple[Attempt, ...] = Field((), description="What was tried, and how it ended.")
    completed: tuple[Text, ...] = Field((), description="What is done already.")
    told_customer: tuple[Text, ...] = Field((), description="What the customer was told already; do not repeat it.")
    open_concerns: tuple[Text, ...] = Field((), description="What was raised and not yet answered.")
    facts: tuple[Fact, ...] = Field((), description="What is known, each with the label of its source.")
    unknowns: tuple[OpenQuestion, ...] = Field((), description="What is not known.")
    decisions: tuple[Decision, ...] = Field((), description="Decisions that were made.")
    decisions_needed: tuple[DecisionNeeded, ...] = Field((), description="Decisions that wait for a human.")
    constraints: tuple[Constraint, ...] = Field((), description="What must be kept to.")
    commitments: tuple[Commitment, ...] = Field((), description="Promises that the AI made.")
    prior_contacts: tuple[PriorContact, ...] = Field((), description="Earlier contacts about the same matter.")
    sources: tuple[Source, ...] = Field((), description="Linked source records.")
    transcript: tuple[Turn, ...] = Field((), description="The whole conversation.")
    privacy: Privacy | None = Field(None, description="What may be done with the content.")
    announcement: Announcement | None = Field(None, description="What the customer was told about the transfer.")
    details: Annotated[Details | None, BeforeValidator(_details_of_lane)] = Field(
        None, description="What only this lane has."
    )
    producer: Producer | None = Field(None, description="Who made the packet.")
    to: Annotated[Text, AfterValidator(_agent)] | None = Field(
        None,
        description="Another agent that should take over, as agent:<name>; people get the records all the same.",
        json_schema_extra={"pattern": f"^{_AGENT.pattern}$"},
    )

    def __init__(self, /, **values: Any) -> None:
        """Check ``values`` (the contract's field names; plain dicts and lists are taken too). PacketInvalid."""
        self._fill(values)
        check_size(len(self.to_json().encode("utf-8")))

    @classmethod
    def from_json(cls, text: bytes | str) -> Self:
        """The packet in a JSON text (UTF-8, at most 1 MiB). PacketInvalid with every problem at once."""
        values, problems = parse_object(text)
        packet = cls.__new__(cls)
        try:
            packet._fill(values)
        except PacketInvalid as error:
            raise PacketInvalid([*problems, *error.problems]) from None
        if problems:
            raise PacketInvalid(problems)
        longest = len(text) * (4 if isinstance(text, str) else 1)  # a character has at most 4 bytes in UTF-8
        if longest > LARGEST_PACKET // _GROWTH:  # what is accepted must stay readable when it is written anew
            check_size(len(packet.to_json().encode("utf-8")))
        return packet

    @classmethod
    def from_object(cls, values: Mapping[str, Any]) -> Self:
        """The packet in a plain dict, as ``json.loads`` gives it. PacketInvalid with every problem at once."""
        return cls(**check_object(values))

    def to_object(self) -> dict[str, Any]:
        """Plain dicts, lists and scalars, ready for JSON, in the contract's order; defaults are left out."""
        return {"schema": self.schema_, **self.model_dump(mode="json", by_alias=True, exclude_defaults=True)}

    def to_json(self) -> str:
        """JSON on one line, in the contract's order. ``Packet.from_json`` gives an equal packet."""
        return readable_json(self.to_object())

    def canonical(self) -> bytes:
        """The content as sorted JSON without spaces: without schema, revision, made_at, producer and defaults."""
        return canonical_json(self.to_object())

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hex: equal content, equal digest."""
        return digest_of(self.to_object())

    def to_json_and_digest(self) -> tuple[str, str]:
        """``to_json`` and ``digest``, of one pass over the fields."""
        values = self.to_object()
        digest = self.__dict__.setdefault("digest", digest_of(values))  # as the cached property would keep it
        return readable_json(values), digest

    def changed(self, **changes: Any) -> Self:
        """A packet with some fields replaced, checked as a whole. None takes a field out. PacketInvalid."""
        kept = {name: value for name, value in self.to_object().items() if name not in changes}
        return type(self)(**kept, **changes)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic's, which does not check; the digest is counted anew. Prefer ``changed``."""
        copy = super().model_copy(update=update, deep=deep)
        copy.__dict__.pop("digest", None)
        return copy

    def _fill(self, values: Mapping[str, Any]) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise PacketInvalid(self._problems(values, error)) from None

    def _problems(self, values: Mapping[str, Any], error: ValidationError) -> tuple[Problem, ...]:
        count = error.error_count()
        if count > MANY:
            try:
                super().__init__(**beginning(values))
            except ValidationError as first:
                return problems_of(first, Packet, count)
        return problems_of(error, Packet)
