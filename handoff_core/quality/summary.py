"""HO510 to HO519: what it is about, in one sentence of the AI's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff_core.packet import Packet
from handoff_core.quality.english import SMALL_VERBS
from handoff_core.quality.note import Note, words_of
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule

SHORTEST = 4
"""Words below which a summary is a topic, whatever they are."""
LONGEST_TOPIC = 8
"""Words up to which a summary without any verb is a topic."""
_QUOTED = 12
"""Words from which on the same words in the conversation are no chance."""
_RUN = 5
"""Words in a row that count as the same."""
_SHORT = 40
"""Characters up to which a text may repeat what was said."""
_TURN = 5
"""Words from which on a turn that stands in a text counts as copied."""

_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|no|nr|inc|ltd|co|corp|vs|approx|ca|dept|est|ext|fig|jr|sr|tel|e\.g|i\.e|a\.m|p\.m|"
    r"u\.s|u\.k|ph\.d|etc)|\b[a-z])\.$",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?…][\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9])|\n+\s*(?=\S)")
_ABOUT = re.compile(
    r"^(?:the )?[\w.'’-]+(?: [A-Z][\w.'’-]+)?,? (?:has )?(?:called|calls|calling|is calling|contacted|contacts|"
    r"wrote|writes|"
    r"emailed|asked|asks|reached out|inquired|enquired|messaged|is asking|has a question|has an issue|has a problem)"
    r"(?: (?:us|in|support|back))? (?:about|regarding|re|concerning|for|with)(?: (?:a|an|the|his|her|their|some))?"
    r"(?: [\w'’-]+){1,2}[.!]?$",
    re.IGNORECASE,
)
_SPEAKERS = re.compile(
    r"(?:^|\n|[.!?]\s|\s)(?:customer|client|caller|user|agent|assistant|ai|bot|human|rep|operator)\s?:\s", re.IGNORECASE
)
_CHECKED = ("summary", "need", "goal", "analysis", "rationale", "state.text", "escalation.text")


def sentences(text: str) -> int:
    """How many sentences a text has; abbreviations and initials end none."""
    count = 1
    for end in _END.finditer(text.strip()):
        if end[0].startswith(".") and _ABBREVIATION.search(text.strip()[: end.start() + 1]):
            continue
        count += 1
    return count


def _topic_only(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if not context.read(packet).is_english:
        return
    words = words_of(packet.summary)
    bare = len(words) <= LONGEST_TOPIC and SMALL_VERBS.isdisjoint(words)
    if len(words) < SHORTEST or bare or _ABOUT.match(packet.summary.strip()):
        yield "summary", "The summary names a topic; it does not say what happened or what is wanted."


def _several_sentences(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    count = sentences(packet.summary)
    if count > 1:
        yield "summary", f"The summary has {count} sentences; the title of every record holds one."


def _copied(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    note = context.read(packet)
    for line in note.lines:
        if line.path not in _CHECKED or len(line.text) <= _SHORT:
            continue
        dialogue = _is_dialogue(line.text) and not _by_customer(note)
        if dialogue or (note.may_repeat(line.text) and _turns_in(packet, line.text) > 1):
            yield line.path, "This is a piece of the conversation, not what it comes to."


def _is_dialogue(text: str) -> bool:
    return len(_SPEAKERS.findall(text)) > 1


def _by_customer(note: Note) -> bool:
    """Whether the customer himself wrote a dialogue: what he says may not get the packet held."""
    return any(_is_dialogue(turn.text) for _, turn in note.said)


def _turns_in(packet: Packet, text: str) -> int:
    """How many different turns stand in a text as they were said."""
    words = f" {' '.join(words_of(text))} "
    turns = {" ".join(words_of(turn.text)) for turn in packet.transcript if turn.text.count(" ") >= _TURN - 1}
    return sum(f" {turn} " in words for turn in turns)


def _quoted(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    words = words_of(packet.summary)
    if len(words) < _QUOTED or not context.read(packet).may_repeat(packet.summary):
        return
    runs = {tuple(words[place : place + _RUN]) for place in range(len(words) - _RUN + 1)}
    for place, turn in enumerate(packet.transcript):
        spoken = words_of(turn.text)
        same = {run for at in range(len(spoken) - _RUN + 1) if (run := tuple(spoken[at : at + _RUN])) in runs}
        if len(same) >= context.limits.largest_overlap * len(runs):
            yield "summary", f"The summary repeats turn {place} of the conversation word for word."
            return


RULES: tuple[Rule, ...] = (
    PlaceRule(
        code="HO510",
        name="topic-only",
        severity="warning",
        why='"Delayed order" stands above a hundred cases; a reader must open each of them to know which it is.',
        fix="Say in one sentence who, what happened and what is wanted now.",
        places=_topic_only,
        passing={"summary": "Sam Ortiz waits for order A-1001, promised for Monday, and wants it before Friday."},
        failing={"summary": "Delayed order"},
        question="what",
    ),
    PlaceRule(
        code="HO511",
        name="several-sentences",
        severity="warning",
        why="The summary is the title of the ticket and of the alert; what comes second is cut or not read.",
        fix="Keep the one sentence that matters; put the rest into events, facts or analysis.",
        demand="Write one sentence; put the rest into events, facts or analysis.",
        places=_several_sentences,
        passing={"summary": "Sam Ortiz of Ortiz Inc. has had no heating since Monday, 9 a.m. at the latest."},
        failing={"summary": "Sam Ortiz has no heating. It began on Monday. He has a small child."},
    ),
    PlaceRule(
        code="HO512",
        name="conversation-as-note",
        severity="error",
        why="A context dump is not a handoff: the reader still has to find out what it comes to.",
        fix="Say in your own words what happened and what is wanted; the conversation belongs in transcript.",
        places=_copied,
        passing={"summary": "Sam Ortiz has had no heating since Monday, and two resets did not help."},
        failing={
            "summary": "Customer: My heating is off since Monday. AI: Did you press the reset button? Customer: Twice.",
        },
        question="what",
    ),
    PlaceRule(
        code="HO513",
        name="quotation-as-summary",
        severity="warning",
        why="The customer's sentence says what he felt then, not what a person has to know now.",
        fix="Say in your own words what happened and what is wanted; quote at most a few words.",
        places=_quoted,
        passing={
            "transcript": [
                {"speaker": "customer", "text": "My heating has been off since Monday and I pressed reset twice."}
            ],
        },
        failing={
            "summary": "My heating has been off since Monday and I pressed the red reset button twice already.",
            "transcript": [
                {
                    "speaker": "customer",
                    "text": "My heating has been off since Monday and I pressed the red reset button twice already.",
                }
            ],
        },
        question="what",
    ),
)
