"""HO9xx: who decided, what is promised while nobody has approved, and whose customer it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff_core.packet import ContentDetails, Lane, OutboundReplyDetails, Packet, Status
from handoff_core.quality.note import mentions, words_of
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule

_STEMS = "approv|refund|grant|waiv|reject|den|declin|authori|decid|compensat|accept|agre|credit"
_VERBS = r"approved|refunded|granted|waived|rejected|denied|declined|authori[sz]ed|compensated"
_BY_AI = re.compile(
    rf"\b(?:i|we)(?:['’]ve| have)?(?: now| just| already| gladly| hereby)? (?P<verb>{_VERBS}|decided (?:to|that|"
    rf"not to|against))\b|"
    rf"\b(?:i|we)(?:['’]m| am|['’]re| are) (?P<verb2>approving|granting|waiving|refunding|denying|rejecting|"
    rf"authori[sz]ing)\b|"
    rf"\byour (?:[\w-]+ ){{1,4}}(?:has been|have been|was|were|is|are)(?: now| hereby)? (?P<verb3>{_VERBS})\b|"
    rf"\byou(?:['’]re| are| have been|['’]ve been)(?: now)? (?P<verb4>approved|denied|rejected|granted)\b",
    re.IGNORECASE,
)
_DECIDED_HINTS = ("approv", "refund", "grant", "waiv", "reject", "den", "declin", "authori", "compensat", "decided")
_RELATIONSHIP_HINTS = (
    *("manager", "advisor", "adviser", "consultant", "representative", "contact", "my c", "always be"),
    *("personally", "stay", "look after", "relationship", "on me"),
)
_IN_NOTE = re.compile(
    rf"\b(?:the )?(?:ai|assistant|bot|agent)(?: has)?(?: already)? (?P<verb>{_VERBS}|decided)\b|"
    rf"\b(?:refund|discount|credit|claim|exception|request|waiver|compensation|replacement|application|upgrade|fee)"
    rf"(?: of [\w.$€£]+(?: \w+)?)? (?:has been|have been|was|were|is)(?: now)? (?P<verb2>{_VERBS})\b(?! by\b)",
    re.IGNORECASE,
)
_BANKS = re.compile(r"\b(?:card|payment|transaction|bank|transfer|direct debit)\b", re.IGNORECASE)
"""What a bank approves or declines, and nobody here."""
_OPEN_BEFORE = re.compile(
    r"\b(?:if|once|until|unless|when|whether|before|after|as soon as|not|never|no|cannot|can|could|would|may|"
    r"might|should|"
    r"must|needs?|to be|pending|asks?|asked|wants?|says|said|claims?|claimed|told that|believes?|hopes?|"
    r"expects?|why|who)\b"
    r"[^.!?]{0,60}$|n['’]t [^.!?,]{0,30}$",
    re.IGNORECASE,
)
_OPEN_AFTER = re.compile(
    r"^[^.!?]{0,20}\b(?:if|once|as soon as|only when|by (?:my|our|the) )|^[^.!]{0,40}\?", re.IGNORECASE
)
_SEAMLESS = re.compile(
    r"\b(?:seamless(?:ly)?|smooth(?:ly)? transition|without (?:any )?(?:delay|interruption|wait(?:ing)?)|"
    r"(?:all|everything(?:['’]s| is)?(?: all)?) (?:taken care of|settled|sorted(?: out)?|done|resolved|arranged|set)|"
    r"you(?:['’]re| are) all set|nothing (?:more|else) (?:for you )?to do|consider it done|(?:fully|"
    r"already) resolved|"
    r"guarantee[ds]?)\b",
    re.IGNORECASE,
)
_REPLY = r"(?:repl(?:y|ies)|answers?|responses?|drafts?|follow-ups?)"
_SENT = re.compile(
    rf"\b(?:i|we|(?:the )?(?:ai|assistant|bot|agent))(?:['’]ve| have| has)?(?: already| just| now)? "
    rf"(?:(?:sent|e-?mailed|mailed|texted|posted|delivered) (?:\w+ ){{0,3}}?(?:{_REPLY}|it|this)\b|"
    r"(?:replied|responded|wrote back|written back|answered) to (?:\w+ ){0,2}\w+)|"
    rf"\b{_REPLY}(?: (?:to|for|about) [\w' ]{{1,40}}?)?"
    r" (?:has been|have been|was|were|is|are)(?: already| now| just)? (?:sent|e-?mailed|delivered|approved|accepted|"
    r"signed off)\b(?<!are approved)(?<!is approved)|"
    rf"\b{_REPLY} (?:is|are)(?: already| now)? approved\b(?! by\b)|"  # "are approved by the owner" is a rule
    rf"^{_REPLY} (?:already )?(?:sent|approved)\b",
    re.IGNORECASE,
)
_TO_THE_APPROVER = re.compile(
    r"^[^.!?]{0,60}\b(?:for (?:\w+ )?(?:approval|review|sign-off)|to be approved)\b", re.IGNORECASE
)
_RELATIONSHIP = re.compile(
    r"\bi(?:['’]m| am|['’]ll be| will be| remain|['’]ll remain) your (?:\w+ )?(?:(?:account|relationship|"
    r"customer success|case) "
    r"manager|advisor|adviser|consultant|representative|point of contact|contact person|contact)\b|"
    r"\bmy (?:customer|client)s?\b(?! (?:id|number|portal|service))|"
    r"\bi(?:['’]ll| will) (?:always be (?:here|there) for you|personally (?:take care|look after|see to|handle|"
    r"make sure|"
    r"oversee|follow)|stay (?:by your side|with you)|look after you)|"
    r"\bour (?:\w+ )?relationship with (?:me|you)|\byou can always (?:count|rely) on me\b",
    re.IGNORECASE,
)
_RELATIONSHIP_IN_NOTE = re.compile(
    r"\b(?:the )?(?:ai|assistant|bot) (?:owns|manages|keeps|maintains|will (?:own|manage|keep|maintain)|"
    r"is responsible for|remains responsible for) (?:the )?(?:customer|client|account|relationship)\b|"
    r"\b(?:the )?(?:customer|client|account|relationship) (?:belongs to|stays with|remains with) the (?:ai|"
    r"assistant|bot)\b",
    re.IGNORECASE,
)
_NOTE_PATHS = ("summary", "state.text", "escalation.text", "analysis", "rationale", "completed", "events")


def _to_customer(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    """Path and text of what the customer was told, or will be when the draft is sent."""
    for place, turn in context.read(packet).said_by_ai:
        yield f"transcript.{place}", turn.text
    for place, text in enumerate(packet.told_customer):
        yield f"told_customer.{place}", text
    if packet.announcement is not None:
        yield "announcement.text", packet.announcement.text
    yield "opening_line", packet.opening_line or ""
    if isinstance(packet.details, OutboundReplyDetails):
        yield "details.draft", packet.details.draft or ""


def _note(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    for line in context.read(packet).lines:
        if line.path.startswith(_NOTE_PATHS):
            yield line.path, line.text


def _is_open(text: str, found: re.Match[str]) -> bool:
    """Whether what was found is a condition, a question or what somebody else says, not a decision."""
    return bool(_OPEN_BEFORE.search(text[: found.start()]) or _OPEN_AFTER.search(text[found.end() :]))


def _is_recorded(packet: Packet, verb: str) -> bool:
    stem = next((stem for stem in _STEMS.split("|") if verb.casefold().startswith(stem)), verb.casefold())
    decided = [word for decision in packet.decisions for word in words_of(decision.text)]
    return any(word.startswith(stem) for word in decided) or (stem == "decid" and bool(packet.decisions))


def _decided_alone(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    told: set[str] = set()
    texts = [(_BY_AI, place) for place in _to_customer(packet, context)]
    texts += [(_IN_NOTE, place) for place in _note(packet, context)]
    for pattern, (path, text) in texts:
        if not mentions(text.casefold(), _DECIDED_HINTS) or (context.approved and path == "details.draft"):
            continue
        for found in pattern.finditer(text):
            verb = next(value for value in found.groupdict().values() if value)
            word = verb.split()[0].casefold()
            if word in told or _is_open(text, found) or _is_recorded(packet, verb) or _BANKS.search(found[0]):
                continue
            told.add(word)
            yield path, f'It sounds as if the AI had decided ("{word}"), and no decision is recorded.'


def _approval_open(packet: Packet, context: QualityContext) -> bool:
    """Whether a person still has to approve something. The approver's own word on a draft counts most."""
    details = packet.details
    if packet.decisions_needed or (isinstance(details, ContentDetails) and details.pending_approvals):
        return True
    if packet.lane is Lane.OUTBOUND_REPLY:
        return not context.approved
    return packet.state is not None and packet.state.status is Status.WAITING_APPROVAL


def _seamless(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if not _approval_open(packet, context):
        return
    for path, text in _to_customer(packet, context):
        found = _SEAMLESS.search(text)
        if found is not None and not _is_open(text, found):
            yield path, f'The customer reads "{found[0].casefold()}" while somebody still has to approve.'


def _sent_before_approval(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.lane is not Lane.OUTBOUND_REPLY or context.approved:
        return
    told = [place for place in _to_customer(packet, context) if place[0] != "details.draft"]
    for path, text in (*told, *_note(packet, context), ("next_action.text", packet.next_action.text)):
        for found in _SENT.finditer(text):
            if not _OPEN_BEFORE.search(text[: found.start()]) and not _TO_THE_APPROVER.search(text[found.end() :]):
                yield path, "It reads as if the reply were approved or sent, and nobody has approved this draft here."
                break


def _relationship(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    texts = [
        (_RELATIONSHIP, (path, text))
        for path, text in _to_customer(packet, context)
        if mentions(text.casefold(), _RELATIONSHIP_HINTS)
    ]
    texts += [(_RELATIONSHIP_IN_NOTE, place) for place in _note(packet, context)]
    for pattern, (path, text) in texts:
        if pattern.search(text):
            yield path, "The AI speaks as if the customer were its own."


_OUTBOUND = {"account": "Ortiz Homes", "draft": "Dear Sam, we can come on Friday.", "approval_by": "Dana Fields"}

RULES: tuple[Rule, ...] = (
    PlaceRule(
        code="HO901",
        name="ai-decided",
        severity="warning",
        why="A customer takes it for the word of the business, and nobody of the business has given it.",
        fix="Record in decisions who decided and when, or say that a person will decide.",
        demand=(
            "Call nothing approved, refunded or refused that no person decided; record in decisions "
            "who decided and when."
        ),
        places=_decided_alone,
        passing={
            "told_customer": ["Your refund has been approved"],
            "decisions": [{"text": "Refund of 49 dollars approved", "by": "Dana Fields"}],
        },
        failing={"told_customer": ["Your refund has been approved"]},
    ),
    PlaceRule(
        code="HO902",
        name="seamless-while-pending",
        severity="warning",
        why="What still waits for a person is neither seamless nor settled, and the customer will notice.",
        fix="Say what is decided, what is not, and when the customer hears of it.",
        demand=(
            "Call nothing settled or seamless while something is open: say what is decided, what is "
            "not, and when the customer hears of it."
        ),
        places=_seamless,
        passing={
            "decisions_needed": [{"question": "Refund the fee?"}],
            "announcement": {"text": "Dana Fields decides on the fee and calls you by noon."},
        },
        failing={
            "decisions_needed": [{"question": "Refund the fee?"}],
            "announcement": {"text": "You are all set, the handover is seamless."},
        },
    ),
    PlaceRule(
        code="HO903",
        name="ai-owns-customer",
        severity="warning",
        why="The relationship is a person's; an AI that claims it leaves the customer alone when it stops.",
        fix="Name the person who takes over.",
        demand="Never speak as the owner of the customer: name the person who takes over.",
        places=_relationship,
        passing={"announcement": {"text": "Dana Fields takes over and calls you by noon."}},
        failing={"announcement": {"text": "I will be your personal account manager from now on."}},
    ),
    PlaceRule(
        code="HO905",
        name="sent-before-approval",
        severity="warning",
        why="Whoever reads that a reply is approved, or has gone out, neither reads nor sends it.",
        fix="Say that the draft waits for approval; the approver's word is given with `handoff approve`.",
        places=_sent_before_approval,
        passing={
            "lane": "outbound_reply",
            "details": _OUTBOUND,
            "completed": ["I have sent the draft to Dana for approval"],
        },
        failing={"lane": "outbound_reply", "details": _OUTBOUND, "completed": ["The reply has been sent"]},
    ),
)
