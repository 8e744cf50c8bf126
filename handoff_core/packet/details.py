"""What each lane adds to the packet, as ``details``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import Field

from handoff_core.packet.enums import Lane
from handoff_core.packet.scalars import Identifier, Part, Scalar, Sentence, Text, Time

_EXTRA = "Whatever else belongs to the case: names with a text, a number, true or false."


class Answer(Part):
    """A question that was asked and what the customer answered."""

    question: Sentence = Field(description="The question, as it was asked.")
    answer: Text = Field(description="What the customer answered.")


class SupportDetails(Part):
    """Details of the lane ``support``."""

    product: Text | None = Field(None, description="The product or service that the problem is about.")
    order_id: Identifier | None = Field(None, description="The order, contract or job that it belongs to.")
    error: Text | None = Field(None, description="The exact error message or symptom.")
    tried_before: tuple[Text, ...] = Field((), description="What the customer tried before this contact.")
    extra: dict[Text, Scalar] = Field({}, description=_EXTRA)


class SalesDetails(Part):
    """Details of the lane ``sales``."""

    service_needed: Text | None = Field(None, description="What the lead wants to buy.")
    budget_signals: tuple[Text, ...] = Field((), description="What the lead said about money.")
    fit_signal: Text | None = Field(None, description="Why this lead fits the business, or does not.")
    objections: tuple[Text, ...] = Field((), description="Doubts that the lead raised.")
    questions_asked: tuple[Text, ...] = Field((), description="Questions that the lead asked.")
    answers_given: tuple[Answer, ...] = Field((), description="What the lead was asked, and the answers.")
    campaign: Text | None = Field(None, description="The campaign or page that the lead came from.")
    talking_points: tuple[Text, ...] = Field((), description="What the human should bring up.")
    extra: dict[Text, Scalar] = Field({}, description=_EXTRA)


class OwnerEscalationDetails(Part):
    """Details of the lane ``owner_escalation``."""

    decision: Text | None = Field(None, description="The decision that only the owner may take.")
    options: tuple[Text, ...] = Field((), description="The choices, each with its consequence.")
    exposure: Text | None = Field(None, description="What is at stake: money, safety, law, reputation.")
    deadline_reason: Text | None = Field(None, description="Why it must be decided by then.")
    extra: dict[Text, Scalar] = Field({}, description=_EXTRA)


class InternalTaskDetails(Part):
    """Details of the lane ``internal_task``."""

    source_of_truth: Text | None = Field(None, description="Where the binding version is kept.")
    blocker: Text | None = Field(None, description="What stops the task now.")
    suggested_owner: Text | None = Field(None, description="Who should do it, in the AI's view.")
    status: Text | None = Field(None, description="How far the task is, in words.")
    due: Time | None = Field(None, description="When the task must be finished.")
    extra: dict[Text, Scalar] = Field({}, description=_EXTRA)


class OutboundReplyDetails(Part):
    """Details of the lane ``outbound_reply``."""

    account: Text | None = Field(None, description="The account that the reply goes to.")
    prior_context: Text | None = Field(None, description="What was said before.")
    draft: Text | None = Field(None, description="The reply as drafted, for approval; Handoff never sends it.")
    objection: Text | None = Field(None, description="The objection that the reply answers.")
    approval_by: Text | None = Field(
        None, description="Who must approve the draft: an owner's id, full name or e-mail address."
    )
    final_owner: Text | None = Field(
        None, description="Who sends it and owns the answer: an owner's id, full name or e-mail address."
    )
    extra: dict[Text, Scalar] = Field({}, description=_EXTRA)


class BookingDetails(Part):
    """Details of the lane ``booking``."""

    reason: Text | None = Field(None, description="What the appointment is for.")
    slot: Text | None = Field(None, description="The wanted date and time.")
    alternatives: tuple[Text, ...] = Field((), description="Other dates and times that would do.")
    equipment: tuple[Text, ...] = Field((), description="What must be brought or be ready.")
    after_hours: bool | None = Field(None, strict=True, description="Whether it is outside of business hours.")
    address: Text | None = Field(None, description="Where the appointment takes place.")
    extra: dict[Text, Scalar] = Field({}, description=_EXTRA)


class ContentDetails(Part):
    """Details of the lane ``content``."""

    draft_status: Text | None = Field(None, description="How far the draft is.")
    links: tuple[Text, ...] = Field((), description="Where the draft and its material are.")
    blockers: tuple[Text, ...] = Field((), description="What stops publication.")
    checks_completed: tuple[Text, ...] = Field((), description="Checks that are done.")
    pending_approvals: tuple[Text, ...] = Field((), description="Who still has to approve.")
    publishing_requirements: tuple[Text, ...] = Field((), description="What publication must keep to.")
    extra: dict[Text, Scalar] = Field({}, description=_EXTRA)


Details = (
    SupportDetails
    | SalesDetails
    | OwnerEscalationDetails
    | InternalTaskDetails
    | OutboundReplyDetails
    | BookingDetails
    | ContentDetails
)

DETAILS_BY_LANE: Mapping[Lane, type[Details]] = MappingProxyType(
    {
        Lane.SUPPORT: SupportDetails,
        Lane.SALES: SalesDetails,
        Lane.OWNER_ESCALATION: OwnerEscalationDetails,
        Lane.INTERNAL_TASK: InternalTaskDetails,
        Lane.OUTBOUND_REPLY: OutboundReplyDetails,
        Lane.BOOKING: BookingDetails,
        Lane.CONTENT: ContentDetails,
    }
)
"""Which details belong to which lane; every lane has its own."""
