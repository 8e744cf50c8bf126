"""HO501 to HO509: who, why, when and where. What is asked in summary.py, what next in next_step.py."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff_core.packet import BookingDetails, Channel, Lane, OutboundReplyDetails, Packet, Reason, UrgencyLevel
from handoff_core.quality.note import words_of
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule

_WITH_CUSTOMER = frozenset({Lane.SUPPORT, Lane.SALES, Lane.BOOKING, Lane.OUTBOUND_REPLY})
_IDENTITY = frozenset({"who", "name", "identity", "caller", "customer", "account", "number", "contact"})
_FILLERS = frozenset(
    {
        "for the record", "n a", "na", "none", "nothing", "unknown", "tbd", "other", "see above", "see below",
        "see summary", "see transcript", "see notes", "see conversation", "escalated", "escalation", "handoff",
        "hand off", "handover", "transfer", "transferred", "transferred to human", "transferring to a human",
        "human needed", "needs human", "needs a human", "human required", "human agent", "needs a person",
        "human assistance needed", "requires human assistance", "requires human intervention", "needs attention",
        "needs review", "please review", "please handle", "issue", "customer issue", "as requested", "as discussed",
    }
)  # fmt: skip


def _who(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.lane not in _WITH_CUSTOMER or packet.channel is Channel.INTERNAL:
        return
    customer = packet.customer
    known = customer and (customer.name, customer.company, customer.email, customer.phone, customer.account_id)
    if any((part or "").strip() for part in known or ()):
        return
    if isinstance(packet.details, OutboundReplyDetails) and (packet.details.account or "").strip():
        return
    if any(not _IDENTITY.isdisjoint(words_of(unknown.question)) for unknown in packet.unknowns):
        return
    yield "customer", "The note does not say who it is about."


def _is_filler(text: str, *, asked: bool) -> bool:
    """``asked``: that the customer wants a person is then the reason."""
    return " ".join(words_of(text)) in _FILLERS or (not asked and _ONLY_A_PERSON.fullmatch(text.strip()) is not None)


_ONLY_A_PERSON = re.compile(
    r"(?:the )?(?:customer|client|caller|user|guest|lead|case|issue|request|matter|this|it|he|she|they)? ?"
    r"(?:needs?|requires?|is in need of|should get|must get|wants?) (?:some |further |more |additional )?"
    r"(?:(?:help|assistance|support|attention|intervention|handling|review|follow-?up) (?:from|by|of) "
    r"(?:an? |the |our )?|(?:an? |to be (?:handled|reviewed|seen|helped) by (?:an? )?))?"
    r"(?:real |live )?(?:human(?: being)?|person|agent|human agent|someone|somebody|colleague|team|support team|staff)"
    r"(?:['’]s)?(?: (?:help|assistance|support|attention|intervention|handling|review|agent|input))?[.!]?",
    re.IGNORECASE,
)
"""That a person is needed is known; why is what the text is for."""


def _no_reason(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    escalation = packet.escalation
    text = (escalation.text or "").strip()
    if escalation.reason is Reason.OTHER and not text:
        yield "escalation.text", "Nothing says why a person is needed."
    elif text and _is_filler(text, asked=escalation.reason is Reason.EXPLICIT_REQUEST):
        yield "escalation.text", "What stands as the reason does not say why a person is needed."


def _reason_without_words(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    escalation = packet.escalation
    if escalation.reason is not Reason.OTHER and not (escalation.text or "").strip():
        yield (
            "escalation.text",
            f"The reason is only a label ({escalation.reason.value}); nothing says it of this case.",
        )


def _when(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    urgency = packet.urgency
    dated = urgency.deadline is not None or packet.next_action.due is not None
    explained = bool((urgency.reason or "").strip())
    if urgency.level in (UrgencyLevel.HIGH, UrgencyLevel.CRITICAL) and not dated and not explained:
        yield "urgency.reason", f"The case is called {urgency.level.value}, and nothing says why or until when."


def _booking_time(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.lane is not Lane.BOOKING:
        return
    details = packet.details if isinstance(packet.details, BookingDetails) else BookingDetails()
    times = ((details.slot or "").strip(), *details.alternatives, packet.urgency.deadline, packet.next_action.due)
    asked = any("time" in words_of(one.question) or "when" in words_of(one.question) for one in packet.unknowns)
    if not any(times) and not asked:
        yield "details.slot", "Nothing says for when the appointment is wanted."
    if not (details.reason or "").strip():
        yield "details.reason", "Nothing says what the appointment is for."


def _where(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.channel is None and not packet.sources:
        yield "channel", "The note does not say where it came from."


def _nothing_to_open(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if not packet.sources:
        yield "sources", "No record is linked that a reader could open first."


def _first_not_marked(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    marked = sum(source.open_first for source in packet.sources)
    if len(packet.sources) > 1 and marked != 1:
        text = "None of the sources is marked as the one" if not marked else f"{marked} sources are marked as the ones"
        yield "sources", f"{text} to open first."


RULES: tuple[Rule, ...] = (
    PlaceRule(
        code="HO501",
        name="no-who",
        severity="error",
        why="A person who does not know whom it is about can neither call nor look anything up.",
        fix="Give customer.name, or an address, number or account; if nobody knows, ask for it in unknowns.",
        lanes=(
            Lane.SUPPORT,
            Lane.SALES,
            Lane.BOOKING,
            Lane.OUTBOUND_REPLY,
        ),
        places=_who,
        passing={"customer": {"account_id": "ACC-77"}},
        failing={"customer": None},
        question="who",
    ),
    PlaceRule(
        code="HO502",
        name="no-reason",
        severity="error",
        why="Who does not know why the AI stopped begins where the AI began.",
        fix="Say in escalation.text, in one sentence of this case, what the AI could not or may not do.",
        places=_no_reason,
        passing={"escalation": {"reason": "other", "text": "He speaks only Basque, which we do not offer."}},
        failing={"escalation": {"reason": "other", "text": "For the record"}},
        question="why",
    ),
    PlaceRule(
        code="HO503",
        name="reason-without-words",
        severity="warning",
        why="A label says what kind of reason it was, not what happened.",
        fix="Say in escalation.text, in one sentence of this case, what the AI could not or may not do.",
        places=_reason_without_words,
        passing={"escalation": {"reason": "needs_authority", "text": "A refund above 100 dollars is the owner's."}},
        failing={"escalation": {"reason": "needs_authority"}},
        question="why",
    ),
    PlaceRule(
        code="HO504",
        name="urgent-without-reason",
        severity="warning",
        why="An urgency that nobody explains is not believed the next time.",
        fix="Say in urgency.reason what happens otherwise, or in urgency.deadline until when.",
        demand=(
            "Where urgency is high or critical, say in urgency.reason what happens otherwise, or in "
            "urgency.deadline until when."
        ),
        places=_when,
        passing={"urgency": {"level": "critical", "reason": "Water runs into the flat below"}},
        failing={"urgency": {"level": "critical"}},
        question="when",
    ),
    PlaceRule(
        code="HO505",
        name="booking-without-time",
        severity="warning",
        why="An appointment without its reason or its time has to be asked for again.",
        fix="Fill details.reason and details.slot, or say in unknowns that the time is open.",
        lanes=(Lane.BOOKING,),
        places=_booking_time,
        passing={"lane": "booking", "details": {"reason": "Boiler check", "slot": "Tuesday, 09:00"}},
        failing={"lane": "booking", "details": {"reason": "Boiler check"}},
        question="when",
    ),
    PlaceRule(
        code="HO506",
        name="no-where",
        severity="warning",
        why="A reader looks first at the place where it happened.",
        fix="Set channel, and link the conversation or the record in sources.",
        places=_where,
        passing={"channel": "chat", "sources": None},
        failing={"channel": None, "sources": None},
        question="where",
    ),
    PlaceRule(
        code="HO507",
        name="nothing-to-open",
        severity="warning",
        why="Whoever wants to check one thing has to search for the conversation.",
        fix="Link the recording, ticket or order in sources, and mark one with open_first.",
        places=_nothing_to_open,
        passing={"sources": [{"label": "Order A-1001", "url": "https://shop.acme.example/A-1001"}]},
        failing={"sources": None},
    ),
    PlaceRule(
        code="HO508",
        name="first-not-marked",
        severity="info",
        why="The first link is shown at the top; it should be the one that answers most.",
        fix="Mark exactly one source with open_first.",
        places=_first_not_marked,
        passing={"sources": [{"label": "Call", "open_first": True}, {"label": "Order A-1001"}]},
        failing={"sources": [{"label": "Call"}, {"label": "Order A-1001"}]},
    ),
)
