"""HO3xx: who owns the next step, and who has to decide. HO301 (an unknown owner) is found by routing."""

from __future__ import annotations

from collections.abc import Iterator

from handoff_core.packet import Lane, OutboundReplyDetails, OwnerEscalationDetails, Packet
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule
from handoff_core.routing.people import find_person


def _no_owner(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    wish = packet.owner
    named = wish is not None and any((part or "").strip() for part in (wish.id, wish.name, wish.email))
    if not named and not context.routed:
        yield "owner", "Nobody is named who owns the next step."


def _only_the_fallback(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.owner is None and context.fallback:
        yield "owner", "Neither the packet nor a rule names an owner; the fallback owner has it."


def _decision_without_question(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.lane is not Lane.OWNER_ESCALATION or packet.decisions_needed:
        return
    details = packet.details
    if not (isinstance(details, OwnerEscalationDetails) and (details.decision or "").strip()):
        yield "decisions_needed", "The owner is asked to decide, and nothing says what."


def _decision_without_options(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.lane is not Lane.OWNER_ESCALATION:
        return
    details = packet.details
    if isinstance(details, OwnerEscalationDetails) and details.options:
        return
    if packet.decisions_needed and not any(needed.options for needed in packet.decisions_needed):
        yield "decisions_needed.0.options", "The decision has no options to choose from."


def _reply_without_approver(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.lane is not Lane.OUTBOUND_REPLY:
        return
    details = packet.details if isinstance(packet.details, OutboundReplyDetails) else OutboundReplyDetails()
    if not (details.draft or "").strip():
        yield "details.draft", "There is nothing to approve: the draft is missing."
    if not (details.approval_by or "").strip():
        yield "details.approval_by", "Nothing says who must approve the draft."


def _unknown_approver(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    details = packet.details
    if not isinstance(details, OutboundReplyDetails) or not context.owners:
        return
    if (details.approval_by or "").strip() and find_person(details.approval_by, context.owners) is None:
        yield "details.approval_by", "The approver is nobody of [owners], so the packet's owner is asked instead."


_REPLY = {"account": "Ortiz Homes", "draft": "Dear Sam, we can come on Friday.", "approval_by": "Dana Fields"}

RULES: tuple[Rule, ...] = (
    PlaceRule(
        code="HO302",
        name="no-owner",
        severity="error",
        why="What belongs to nobody is done by nobody. With a configuration, routing always names an owner.",
        fix="Name an owner, or lint with --config, so that what routing chooses counts.",
        demand="",
        places=_no_owner,
        passing={"owner": {"id": "dana"}},
        failing={"owner": None},
    ),
    PlaceRule(
        code="HO303",
        name="fallback-owner",
        severity="info",
        why="The fallback owner is there so that nothing is lost, not because the case is theirs.",
        fix="Name an owner in the packet, or add a rule under [[routing.rules]].",
        places=_only_the_fallback,
        passing={"owner": {"id": "dana"}},
        failing={"owner": None},
    ),
    PlaceRule(
        code="HO304",
        name="decision-without-question",
        severity="error",
        why="Nobody can decide what is not asked.",
        fix="Write the question with its options in decisions_needed.",
        lanes=(Lane.OWNER_ESCALATION,),
        places=_decision_without_question,
        passing={
            "lane": "owner_escalation",
            "decisions_needed": [{"question": "Refund the call-out fee?", "options": ["Yes, 180 dollars", "No"]}],
        },
        failing={"lane": "owner_escalation"},
    ),
    PlaceRule(
        code="HO305",
        name="decision-without-options",
        severity="info",
        why="A choice is made faster than an answer.",
        fix="Give the options, each with what it would mean.",
        lanes=(Lane.OWNER_ESCALATION,),
        places=_decision_without_options,
        passing={
            "lane": "owner_escalation",
            "decisions_needed": [{"question": "Refund the call-out fee?", "options": ["Yes, 180 dollars", "No"]}],
        },
        failing={"lane": "owner_escalation", "decisions_needed": [{"question": "Refund the call-out fee?"}]},
    ),
    PlaceRule(
        code="HO306",
        name="reply-without-approval",
        severity="error",
        why="A reply to a customer goes out only when a named person has approved a text.",
        fix="Put the text in details.draft and the approver's name in details.approval_by.",
        lanes=(Lane.OUTBOUND_REPLY,),
        places=_reply_without_approver,
        passing={"lane": "outbound_reply", "details": _REPLY},
        failing={"lane": "outbound_reply", "details": {"account": "Ortiz Homes"}},
    ),
    PlaceRule(
        code="HO307",
        name="unknown-approver",
        severity="warning",
        why="Only somebody whom the configuration knows can be asked for approval.",
        fix="Name an owner by id, full name or e-mail address, or add the person under [owners].",
        places=_unknown_approver,
        passing={"lane": "outbound_reply", "details": _REPLY},
        failing={"lane": "outbound_reply", "details": {**_REPLY, "approval_by": "Kim of accounting"}},
    ),
)
