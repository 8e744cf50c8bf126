"""HO6xx: the next step must be one exact thing that a person can do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff_core.packet import Packet
from handoff_core.quality.english import SOFT, VAGUE, VERBS
from handoff_core.quality.limits import LONGEST_STEP
from handoff_core.quality.note import words_of
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule
from handoff_core.quality.summary import sentences

_EXACT = (
    VERBS - VAGUE - {"have", "leave", "keep", "let", "enter", "try", "turn", "find", "give", "ring", "talk", "speak"}
)
"""Verbs that say what is done."""
_ALSO = ("re", "double", "follow", "look", "handle", "assist", "help", "deal", "sort", "continue")
"""Further words with which an instruction may begin."""
_TOLD = re.compile(
    r"^(?:the )?(?:customer|caller|client|user|guest|lead|ai|assistant|bot|ai agent|ai assistant)\b"
    r"(?! (?:to|must|should|needs? to be|has to be|is to be|can be)\b)|"
    r"^(?:he|she|they|i|we|it) (?:was|were|is|are|has|have|had|did|\w+ed|wants?|needs?)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"^(?:already )?(?:informed|told|explained|advised|asked|apologi[sz]ed|escalated|offered|sent|called|transferred|"
    r"collected|gathered|verified|confirmed|checked|provided|logged|created|updated)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"^(?:please|kindly|now|then|first|next|today|tomorrow|immediately|urgently|asap|as soon as possible|"
    r"(?:before|by|on|at|within|after|until|as soon as|when|once|if) [^,:]{1,60}[,:]|"
    r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+)?[,:])\s+",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:^|\n|\s)(?:\d{1,2}[.)]|[-*•])\s+\S")
_CLAUSE = re.compile(r"[.;]\s+|\n+|,? (?:and )?then |,? after that,? |, (?:and )?|\band (?=\w)", re.IGNORECASE)
_HARD_CLAUSE = re.compile(r"[.;]\s+|\n+|,? (?:and )?then |,? after that,? ", re.IGNORECASE)


def _bare(text: str) -> str:
    """The step without politeness, time or name before its verb."""
    text = text.strip().lstrip("-*•–> ").strip()
    for _ in range(3):
        shorter = _BEFORE.sub("", text, count=1)
        if shorter == text or not shorter:
            break
        text = shorter
    return text


def _is_vague(text: str) -> bool:
    words = words_of(text)
    if not words or VAGUE.issuperset(words):
        return True
    joined = " ".join(words)
    for soft in SOFT:
        if joined.startswith(soft.replace("-", " ")) and (joined[len(soft) :][:1] in ("", " ")):
            return not _says_exactly(words[len(soft.replace("-", " ").split()) :])
    # "Call back and finish: ...": words that only say "do something", then a topic.
    head, colon, topic = text.partition(":")
    if not colon or len(words_of(head)) < 3 or not VAGUE.issuperset(words_of(head)):
        return False
    return words_of(topic)[:1] == [] or words_of(topic)[0] not in _EXACT or _is_vague(topic)


def _says_exactly(words: list[str]) -> bool:
    """Whether an exact verb stands among words; ``with exchanging`` and ``by moving`` count too."""
    for before, word in zip(["", *words], words, strict=False):
        if word in _EXACT:
            return True
        stem = word[:-3] if word.endswith("ing") and before in ("with", "by") else ""
        if stem and not _EXACT.isdisjoint((stem, f"{stem}e", stem[:-1])):
            return True
    return False


def _vague(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if context.read(packet).is_english and _is_vague(_bare(packet.next_action.text)):
        yield "next_action.text", "The next step does not say what exactly is to be done."


def _what_happened(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    text = packet.next_action.text.strip()
    if not context.read(packet).is_english or _is_vague(_bare(text)):
        return
    if _TOLD.match(text) or _PAST.match(text):
        yield "next_action.text", "The next step tells what happened or what is wanted, not what is to be done."


def _no_verb(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    text = _bare(packet.next_action.text)
    if not context.read(packet).is_english or _is_vague(text) or _TOLD.match(text) or _PAST.match(text):
        return
    words = words_of(text)
    begins = words[0] in VERBS or "-".join(words[:2]) in VERBS or words[0] in _ALSO or words[1:3] == ["to", "be"]
    if not begins or words[1:2] == ["of"]:
        yield "next_action.text", "The next step does not begin with what is to be done."


def _several(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    text = packet.next_action.text.strip()
    if len(_NUMBERED.findall(text)) > 1:
        yield "next_action.text", "The next step is a list of steps."
        return
    if not context.read(packet).is_english:
        return
    hard = [part for part in _HARD_CLAUSE.split(text) if _begins_with_verb(part)]
    soft = [part for part in _CLAUSE.split(text) if _begins_with_verb(part)]
    if len(hard) > 1 or len(soft) > 2:
        yield "next_action.text", f"The next step is {max(len(hard), len(soft))} steps."


def _begins_with_verb(part: str) -> bool:
    words = words_of(_bare(part))
    return len(words) > 1 and words[0] in VERBS and words[1] not in ("of", "is", "was", "has")


def _same_as_summary(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    summary = words_of(packet.summary)
    for path, text in (("need", packet.need), ("next_action.text", packet.next_action.text)):
        if text and words_of(text) == summary:
            yield path, f"{path} says the same as the summary."


def _too_long(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    count, lines = len(words_of(packet.next_action.text)), sentences(packet.next_action.text)
    if count > LONGEST_STEP:
        yield "next_action.text", f"The next step has {count} words; a step is one instruction."
    elif lines > 2 and not any(True for _ in _several(packet, context)):
        yield "next_action.text", f"The next step has {lines} sentences; a step is one instruction."


RULES: tuple[Rule, ...] = (
    PlaceRule(
        code="HO601",
        name="vague-next-step",
        severity="error",
        why='"Follow up" hands over the problem, not the work: the reader has to find out what to do.',
        fix='Begin with the verb of the work and name its object: "Refund the second charge of 49 dollars".',
        places=_vague,
        passing={"next_action": {"text": "Refund the second charge of 49 dollars on invoice 2210"}},
        failing={"next_action": {"text": "Follow up with the customer as soon as possible"}},
        question="next",
    ),
    PlaceRule(
        code="HO602",
        name="no-next-step",
        severity="error",
        why="What happened is known; what is missing is what a person does now.",
        fix='Write an instruction, e.g. "Call Sam and offer Friday at 09:00".',
        places=_what_happened,
        passing={"next_action": {"text": "Offer the customer a free second visit on Friday"}},
        failing={"next_action": {"text": "Customer was told that somebody will be in touch"}},
        question="next",
    ),
    PlaceRule(
        code="HO603",
        name="step-without-verb",
        severity="info",
        why="A step that begins with its verb is understood at the first glance.",
        fix='Write an instruction, e.g. "Send the quote for two boilers to Sam".',
        places=_no_verb,
        passing={"next_action": {"text": "Send the quote for two boilers to Sam"}},
        failing={"next_action": {"text": "A quote for two boilers"}},
    ),
    PlaceRule(
        code="HO604",
        name="several-steps",
        severity="warning",
        why="Of several steps nobody knows which is due, and whose they are.",
        fix="Keep the first step; the others follow from definition_of_done or belong to their own packet.",
        demand="Give one step; the others follow from definition_of_done or belong to a packet of their own.",
        places=_several,
        passing={"next_action": {"text": "Call Sam and confirm a visit for tomorrow at 09:00"}},
        failing={"next_action": {"text": "Call Sam. Order the board. Then book a technician for Friday."}},
    ),
    PlaceRule(
        code="HO605",
        name="need-equals-summary",
        severity="warning",
        why="What is and what is needed are two things; the same words twice answer one of them.",
        fix="Say in need what the customer or the team needs next, or leave it out.",
        places=_same_as_summary,
        passing={"need": "A technician who brings an ignition board"},
        failing={"need": "Sam Ortiz has had no heating since Monday, and two resets did not help"},
    ),
    PlaceRule(
        code="HO606",
        name="long-next-step",
        severity="warning",
        why="An instruction that has to be read twice is not exact.",
        fix="Keep the instruction; put reasons into escalation.focus and details into facts.",
        demand="Write at most {longest_step} words; put reasons into escalation.focus and details into facts.",
        places=_too_long,
        passing={"next_action": {"text": "Call Sam and confirm a visit for tomorrow at 09:00"}},
        failing={"next_action": {"text": "Call Sam " + "and explain again what the board does for him " * 5}},
    ),
)
