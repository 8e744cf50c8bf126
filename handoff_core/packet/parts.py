"""The groups of fields that a packet is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, Strict, model_validator

from handoff_core.packet.enums import (
    CommitmentStatus,
    Complexity,
    Consent,
    ConstraintKind,
    Outcome,
    Reason,
    Sensitivity,
    Speaker,
    Status,
    UrgencyLevel,
)
from handoff_core.packet.scalars import (
    Identifier,
    Part,
    Scalar,
    Sentence,
    Share,
    Text,
    Time,
    TurnNumber,
    Url,
    refusal,
)


class Customer(Part):
    """Who it is about. An odd address or number is a finding, never a refusal."""

    name: Text | None = Field(None, description="The customer's name.")
    email: Text | None = Field(None, description="E-mail address.")
    phone: Text | None = Field(None, description="Phone number, best with its country code.")
    company: Text | None = Field(None, description="The company that the customer belongs to.")
    account_id: Identifier | None = Field(None, description="The customer's account in the business's own system.")
    language: Text | None = Field(None, description="The language to answer in, e.g. en or pt-BR.")
    timezone: Text | None = Field(None, description="The customer's time zone, e.g. America/Chicago.")
    external_ids: dict[Text, Identifier] = Field(
        {}, description="The customer's ids in other systems, by the name of the system."
    )


class State(Part):
    """How far the case is."""

    status: Status | None = Field(None, description="How far the case is.")
    text: Text | None = Field(None, description="The state in words.")


class NextAction(Part):
    """The one exact next step."""

    text: Sentence = Field(description="The one exact next step, as an instruction to the human.")
    due: Time | None = Field(None, description="When that step must be done.")


class OwnerWish(Part):
    """Whom the packet names as owner of the next step: ``id``, or ``name`` and ``email``."""

    id: Sentence | None = Field(None, description="A key of [owners] in the configuration.")
    name: Text | None = Field(None, description="The person's name.")
    email: Text | None = Field(None, description="The person's e-mail address, as one of [owners] has it.")

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if self.id is None and self.name is None and self.email is None:
            raise refusal("names nobody", 'Give "id", or "name" and "email"; or leave "owner" out and routing chooses.')
        return self


class Escalation(Part):
    """Why the AI hands over."""

    reason: Reason = Field(description="Why the AI hands over.")
    text: Text | None = Field(None, description="The reason in words.")
    focus: Text | None = Field(None, description="What the human should concentrate on.")
    trigger: Text | None = Field(None, description="The rule, word or event that set the handoff off.")


class Urgency(Part):
    """How soon a person must act."""

    level: UrgencyLevel = Field(UrgencyLevel.NORMAL, description="How soon a person must act.")
    reason: Text | None = Field(None, description="Why it is this urgent.")
    deadline: Time | None = Field(None, description="The moment after which it is too late.")


class Classification(Part):
    """What kind of case it is."""

    issue_type: Text | None = Field(None, description="The kind of issue, in the business's own words.")
    complexity: Complexity | None = Field(None, description="How much work or knowledge it needs.")
    intent: Text | None = Field(None, description="What the customer wants to achieve.")


class Event(Part):
    """Something that happened."""

    at: Time | None = Field(None, description="When it happened.")
    text: Sentence = Field(description="What happened.")
    turn: TurnNumber | None = Field(None, description="The turn of the transcript that shows it, counted from 0.")


class Attempt(Part):
    """Something that was tried."""

    action: Sentence = Field(description="What was tried.")
    outcome: Outcome = Field(Outcome.UNKNOWN, description="How it ended.")
    detail: Text | None = Field(None, description="What exactly happened.")
    at: Time | None = Field(None, description="When it was tried.")
    source: Text | None = Field(None, description="The label of the source that shows it.")


class Fact(Part):
    """Something that is known, with where it is known from."""

    name: Sentence = Field(description="What the value is, e.g. order_id.")
    value: Scalar = Field(description="The value: text, a number, true or false.")
    source: Text | None = Field(None, description="The label of the source that it comes from.")
    confidence: Share | None = Field(None, description="How sure it is, from 0 to 1.")
    at: Time | None = Field(None, description="When it was learned.")
    sensitivity: Sensitivity | None = Field(None, description="Who may see it.")

    @property
    def words(self) -> str:
        """The value as text: numbers as JSON writes them, ``true`` and ``false`` in lower case."""
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        return str(self.value)


class OpenQuestion(Part):
    """Something that is not known."""

    question: Sentence = Field(description="What is not known.")
    why: Text | None = Field(None, description="Why it matters, or why it is not known.")


class Decision(Part):
    """A decision that was made."""

    text: Sentence = Field(description="What was decided.")
    by: Text | None = Field(None, description="Who decided.")
    at: Time | None = Field(None, description="When it was decided.")


class DecisionNeeded(Part):
    """A decision that waits for a human."""

    question: Sentence = Field(description="What must be decided.")
    options: tuple[Text, ...] = Field((), description="The choices.")
    by: Text | None = Field(None, description="Who must decide.")


class Constraint(Part):
    """Something that is not free to change."""

    text: Sentence = Field(description="What must be kept to.")
    kind: ConstraintKind = Field(ConstraintKind.MUST_NOT_CHANGE, description="Why it is not free to change.")


class Commitment(Part):
    """A promise that the AI made."""

    text: Sentence = Field(description="What was promised.")
    to: Text | None = Field(None, description="To whom.")
    made_at: Time | None = Field(None, description="When it was promised.")
    due: Time | None = Field(None, description="By when it must be kept.")
    status: CommitmentStatus = Field(CommitmentStatus.OPEN, description="What became of it.")
    turn: TurnNumber | None = Field(None, description="The turn of the transcript that shows it, counted from 0.")


class PriorContact(Part):
    """An earlier contact about the same matter."""

    at: Time | None = Field(None, description="When it was.")
    summary: Sentence = Field(description="What it was about and how it ended.")
    url: Url | None = Field(None, description="Where it is recorded; http or https.")


class Source(Part):
    """A linked record in another system. Without a ``label`` it is called by its system, host or id."""

    model_config = ConfigDict(
        json_schema_extra={
            "required": [],
            "anyOf": [{"required": [name]} for name in ("label", "system", "url", "record_id")],
        }
    )

    label: Sentence = Field(description="What people call this source.")
    system: Text | None = Field(None, description="The system that holds it.")
    url: Url | None = Field(None, description="Its address; http or https.")
    record_id: Identifier | None = Field(None, description="Its id in that system.")
    open_first: bool = Field(False, strict=True, description="Whether the human should open this one first.")

    @model_validator(mode="before")
    @classmethod
    def _label(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and values.get("label") is None:
            for label in (values.get("system"), _host(values.get("url")), values.get("record_id")):
                if isinstance(label, str | int) and str(label).strip():
                    return {**values, "label": str(label)}
        return values


def _host(url: object) -> str | None:
    try:
        return urlsplit(url).hostname if isinstance(url, str) else None
    except ValueError:
        return None


class Turn(Part):
    """One turn of the conversation."""

    at: Time | None = Field(None, description="When it was said.")
    speaker: Speaker = Field(description="Who said it.")
    text: Text = Field(description="What was said, word for word.")
    sentiment: Annotated[float, Strict(), Field(ge=-1, le=1, allow_inf_nan=False)] | None = Field(
        None, description="The mood of the turn, from -1 (bad) to 1 (good)."
    )


class ConsentStatus(Part):
    """What the customer agreed to."""

    contact: Consent = Field(Consent.UNKNOWN, description="To be contacted.")
    recording: Consent = Field(Consent.UNKNOWN, description="To have the conversation recorded.")
    sharing: Consent = Field(Consent.UNKNOWN, description="To have the content shared with others.")


class Privacy(Part):
    """What may be done with the content."""

    consent: ConsentStatus = Field(ConsentStatus(), description="What the customer agreed to.")
    lawful_basis: Text | None = Field(None, description="The lawful basis of keeping the content.")
    sensitive: tuple[Text, ...] = Field((), description="What in this packet needs special care, in words.")


class Announcement(Part):
    """What the customer was told about the transfer."""

    text: Sentence = Field(description="What the customer was told.")
    told_at: Time | None = Field(None, description="When.")
    expected_wait: Text | None = Field(None, description="How long the customer was told to wait, in words.")


class Producer(Part):
    """Who made the packet."""

    name: Text | None = Field(None, description="The automation or agent.")
    model: Text | None = Field(None, description="The language model.")
    prompt_version: Text | None = Field(None, description="The version of its instructions.")
