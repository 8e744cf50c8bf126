"""HO904: what the AI may never decide, as ``[review] ai_never_decides`` lists it, and decided all the same.

A matter is decided when a sentence speaks of it and says so: a decision in ``decisions`` whose ``by`` is no person,
words by which the AI gives or refuses it, or a promise of it. A condition, a question, or a person's recorded decision
on the same matter is none of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff_core.packet import OutboundReplyDetails, Packet
from handoff_core.quality.matters import Mention, mentions_of
from handoff_core.quality.note import words_of
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule
from handoff_core.routing.people import find_person

_MACHINES = frozenset({"ai", "bot", "chatbot", "voicebot", "llm", "gpt", "chatgpt", "claude", "gemini", "copilot"})
"""Words that name a machine, whatever stands beside them."""
_MACHINE_LIKE = frozenset(
    {
        *("agent", "assistant", "system", "model", "automation", "automatic", "automatically", "automated", "virtual"),
        *("digital", "voice", "chat", "support", "the", "a", "an", "our", "this", "by", "rule", "workflow", "script"),
    }
)
"""Words that name a machine when nothing else stands beside them: an assistant manager is a person."""
_CONFIRMED = re.compile(
    r"\b(?:approved|confirmed|authori[sz]ed|accepted|signed off|okayed) by (?P<who>.+)", re.IGNORECASE
)

_SENTENCE = re.compile(r"[^.!?\n;]+(?:\.(?=\S)[^.!?\n;]+)*[.!?;]?")
_GIVES = (
    r"approv(?:e|es|ed|ing)|grant(?:s|ed|ing)?|giv(?:e|es|en|ing)|gave|issu(?:e|es|ed|ing)|offer(?:s|ed|ing)?|"
    r"waiv(?:e|es|ed|ing)|reject(?:s|ed|ing)?|den(?:y|ies|ied|ying)|declin(?:e|es|ed|ing)|authori[sz](?:e|es|ed|ing)|"
    r"decid(?:e|es|ed|ing)|agree(?:s|d|ing)?|accept(?:s|ed|ing)?|refus(?:e|es|ed|ing)|promis(?:e|es|ed|ing)|"
    r"guarantee(?:s|d|ing)?|appl(?:y|ies|ied|ying)|process(?:es|ed|ing)?|credit(?:s|ed|ing)?|settl(?:e|es|ed|ing)"
)
_AUX = (
    r"(?:['’](?:ve|ll|m|re)|['’]s)?(?: (?:have|has|had|will|shall|am|are|is|can|do|did|now|just|already|hereby|gladly|"
    r"been|be|going|to|also|then|happily|immediately))*"
)
_AI = r"(?:i|we|(?:the )?(?:ai|bot|chatbot|assistant|virtual assistant|ai agent|agent))"
_BY_AI = re.compile(rf"\b{_AI}{_AUX} (?P<verb>{_GIVES})\b", re.IGNORECASE)
_DOES_IT = re.compile(rf"\b{_AI}{_AUX}\s*$", re.IGNORECASE)
"""Before the matter as a verb: I refunded, we will refund, the AI has cancelled."""
_DONE_TO_IT = re.compile(
    r"\b(?:has|have|had|was|were|is|are|will|shall|being)(?: now| already| been| be| hereby)* "
    r"(?P<verb>approved|granted|given|issued|offered|waived|rejected|denied|declined|authori[sz]ed|agreed|accepted|refused|"
    r"promised|guaranteed|applied|processed|credited|settled|decided|on (?:its|the) way)\b",
    re.IGNORECASE,
)
_WAS_DONE = re.compile(
    r"\b(?:has|have|had|was|were|been|got|will be|are|is|['’]ve been|['’]re|['’]ll be)"
    r"(?: now| already| been| fully)*\s*$",
    re.IGNORECASE,
)
"""Before the matter as a participle: has been refunded, you were refunded."""
_PARTICIPLE = re.compile(r"\w+(?:ed|id|ld|nt)\b", re.IGNORECASE)
_YOURS = re.compile(
    r"\byou(?:['’]ll| will|['’]re going to| are going to| shall)? (?:get|receive|have|are getting|are entitled to|"
    r"are owed|qualify for)\b|\b(?:entitled to|qualif(?:y|ies) for|gets|receives|will get|will receive)\b",
    re.IGNORECASE,
)
_SHORT_VERDICT = re.compile(
    r"^[\s:,–-]*(?:of [\w.,$€£ ]{1,30} )?(?P<verb>approved|granted|issued|denied|declined|rejected|waived|"
    r"authori[sz]ed|agreed|accepted|refused|guaranteed|promised|confirmed)\b",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"^(?:(?:a|an|the|your|his|her|their|full|partial|complete|free|\d+ ?%?|[$€£]\d[\d.,]*)[\s-]+)*$", re.IGNORECASE
)
"""What may stand before a matter that is itself the promise: a full refund."""
_PROMISED = re.compile(
    r"^\s*(?:$|[.!,;(]|(?:of|for|within|by|in|before|on|to|at|today|tomorrow|this|next|today)\b)", re.IGNORECASE
)
"""What may follow it: a full refund of 49 dollars, within five days."""
_OTHER_DEED = re.compile(
    r"\b(?:if|whether|until|unless|not|no|about|regarding|concerning|asks?|discuss|checks?|look|call|answers?|"
    r"information)\b",
    re.IGNORECASE,
)
_ABOUT_IT = re.compile(
    r"^[\s-]*(?:requests?|questions?|inquir(?:y|ies)|enquir(?:y|ies)|decisions?|polic(?:y|ies)|forms?|claims?|cases?|"
    r"topics?|terms|options?|matters?|teams?|departments?|desk|status|process)\b",
    re.IGNORECASE,
)
"""What is said about a matter without deciding it."""
_OPEN_BEFORE = re.compile(
    r"\b(?:if|once|until|unless|when|whether|before|after|as soon as|not|never|no|nobody|cannot|could|would|may|might|"
    r"should|must|needs?|pending|asks?|asked|asking|wants?|wanted|requests?|requested|says|said|claims|claimed|told|"
    r"believes?|hopes?|expects?|thinks?|why|who|how|check|checks|checking|review|reviews|ask|decide whether)\b"
    r"[^.!?]{0,80}$|"
    r"n['’]t [^.!?,]{0,40}$",
    re.IGNORECASE,
)
_OPEN_AFTER = re.compile(
    r"^[^.!?]{0,60}\b(?:if|once|as soon as|only when|unless|until|provided|pending|subject to)\b|^[^.!]{0,80}\?",
    re.IGNORECASE,
)
_BY_PERSON = re.compile(
    r"\bby (?!(?:the )?(?:AI|ai|bot|chatbot|assistant|agent|system)\b)"
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:January|February|March|April|May|June|July|August|September|"
    r"October|November|December)\b)(?:[A-Z][\w'’-]+|(?:my|our|the|a|an|his|her|your) (?!end\b|day\b|week\b|\d))"
)
_PERSON_WILL = re.compile(
    r"\b(?:will|must|has to|have to|needs? to|to) "
    r"(?:decide|review|approve|check|confirm|look at|be decided|be approved)\b",
    re.IGNORECASE,
)


def is_machine(by: str | None, packet: Packet, context: QualityContext) -> bool:
    """Whether nobody, or a machine, is named as who decided."""
    if by is None or not by.strip():
        return True
    if find_person(by, context.owners) is not None:
        return False
    confirmed = _CONFIRMED.search(by)
    if confirmed is not None:
        return is_machine(confirmed["who"].strip(" )."), packet, context)
    producer = packet.producer.name if packet.producer is not None else None
    words = words_of(by)
    if producer and words_of(producer) == words:
        return True
    return bool(_MACHINES.intersection(words)) or set(words) <= _MACHINE_LIKE


def _decided(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    for matter in context.never_decides:
        for path in _places(packet, context, matter):
            yield path, f"The AI may not decide: {matter}. Here it reads as if it had; a person decides."


def _places(packet: Packet, context: QualityContext, matter: str) -> Iterator[str]:
    """Every place where a matter is decided by no person."""
    by_person = False
    for number, decision in enumerate(packet.decisions):
        if not mentions_of(decision.text, matter):
            continue
        if is_machine(decision.by, packet, context):
            yield f"decisions.{number}"
        else:
            by_person = True
    if by_person:
        return
    for path, text, promise in _texts(packet, context):
        if any(_decides(sentence, matter, promise) for sentence in _sentences(text)):
            yield path


def _texts(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str, bool]]:
    """Path, text, and whether naming a matter there is a promise of it already."""
    yield "summary", packet.summary, False
    yield "next_action.text", packet.next_action.text, False
    for name in ("completed", "told_customer"):
        for place, text in enumerate(getattr(packet, name)):
            yield f"{name}.{place}", text, name == "told_customer"
    for place, promise in enumerate(packet.commitments):
        yield f"commitments.{place}", promise.text, True
    for path, text in (
        ("state.text", packet.state.text if packet.state else None),
        ("analysis", packet.analysis),
        ("rationale", packet.rationale),
        ("opening_line", packet.opening_line),
        ("announcement.text", packet.announcement.text if packet.announcement else None),
    ):
        yield path, text or "", False
    if isinstance(packet.details, OutboundReplyDetails):
        yield "details.draft", packet.details.draft or "", False
    for place, turn in context.read(packet).said_by_ai:
        yield f"transcript.{place}", turn.text, False


def _sentences(text: str) -> Iterator[str]:
    for found in _SENTENCE.finditer(text):
        yield found[0].strip()


def _decides(sentence: str, matter: str, promise: bool) -> bool:
    return any(_decides_at(sentence, place, promise) for place in mentions_of(sentence, matter))


def _decides_at(sentence: str, place: Mention, promise: bool) -> bool:
    before, words, after = sentence[: place.start], sentence[place.start : place.end], sentence[place.end :]
    if _OPEN_AFTER.search(after) or _BY_PERSON.search(after) or _PERSON_WILL.search(sentence):
        return False
    found = _BY_AI.search(before)
    if found is not None and not _OPEN_BEFORE.search(before[: found.start()]):
        return not _is_open_between(before[found.end() :])
    if _OPEN_BEFORE.search(before):
        return False
    if _DOES_IT.search(before) and not _ABOUT_IT.search(after):
        return True
    if _WAS_DONE.search(before) and _PARTICIPLE.fullmatch(words):
        return True
    later = _DONE_TO_IT.search(after[:80])
    if later is not None and not _is_open_between(after[: later.start()]):
        return True
    yours = _YOURS.search(before)
    if yours is not None and _GIVEN.match(before[yours.end() :].lstrip()) and not _ABOUT_IT.search(after):
        return True
    if _SHORT_VERDICT.search(after):
        return True
    return promise and bool(_GIVEN.match(before) and _PROMISED.search(after))


def _is_open_between(text: str) -> bool:
    """Whether a condition, a doubt, or another deed that is only about it stands between the verb and the matter."""
    return bool(_OTHER_DEED.search(text))


RULES: tuple[Rule, ...] = (
    PlaceRule(
        code="HO904",
        name="ai-never-decides",
        severity="error",
        why="`[review] ai_never_decides` lists it: only a person decides it, and no person is named who did.",
        fix="Ask for it in decisions_needed, or record in decisions which person decided it (by).",
        places=_decided,
        passing={
            "decisions_needed": [{"question": "Refund the call-out fee?"}],
            "told_customer": ["Dana Fields decides on the refund by noon"],
        },
        failing={"decisions": [{"text": "Refund of 49 dollars", "by": "AI"}]},
    ),
)
