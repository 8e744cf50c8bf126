"""What a person asked again after the transfer: questions that the packet had answered, and calls for an explanation.

English only, as the other rules that look for words. Pure: the return sync and ``handoff replay`` use it on turns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from handoff_core.packet import BookingDetails, Packet, SalesDetails, Speaker, SupportDetails, Turn
from handoff_core.quality.english import words
from handoff_core.quality.note import Note, words_of


class RepeatKind(StrEnum):
    """What kind of question it was."""

    ESTABLISHED = "established"
    """Something that the packet says already."""
    EXPLANATION = "explanation"
    """What it is about: a second explanation."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """One question of a person. ``turn``: its place in the turns after the transfer; ``path``: what answers it."""

    turn: int
    kind: RepeatKind
    path: str


_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_ASKS = re.compile(
    r"\?\s*$|^\s*(?:and |so |ok(?:ay)?,? |hi,? |hello,? |sorry,? |sure,? |\w+, )*(?:what|which|when|where|who|how|"
    r"could you|"
    r"can you|would you|may i (?:have|ask|get)|can i (?:have|get)|could i (?:have|get)|please (?:give|tell|send|"
    r"share|state|"
    r"provide|describe|explain)|tell me|i(?:['’]ll| will)? (?:just )?need your|i need your)\b",
    re.IGNORECASE,
)
_EXPLAIN = re.compile(
    r"\b(?:(?:can|could|would) you (?:please |just |briefly |quickly )?(?:explain|describe|walk me through|"
    r"fill me in|"
    r"catch me up|bring me up to speed|summari[sz]e|tell me (?:again )?(?:what (?:happened|is going on|"
    r"the (?:problem|issue|"
    r"matter) is|this is about|it is about)|about (?:the|your) (?:problem|issue|situation)|"
    r"more about what happened))|"
    r"what(?:['’]s| is| was) (?:this|it|that|your call|the call) (?:all )?about|what(?:['’]s| is) (?:the|"
    r"your) (?:problem|"
    r"issue|matter|concern|question)|what seems to be (?:the|your) (?:problem|issue|trouble)|what can i (?:do for|"
    r"help) you|"
    r"how (?:can|may) i (?:help|assist)|what (?:exactly )?(?:happened|is going on|went wrong)|"
    r"from the (?:beginning|start|top)|"
    r"what are you (?:calling|writing|contacting us) about|why (?:are|were) you (?:calling|transferred)|"
    r"please (?:explain|describe) (?:the|your|what))",
    re.IGNORECASE,
)
_CHECKS = re.compile(
    r"\b(?:security|verif\w+|identity|is that (?:right|correct|still)|is this (?:right|correct|still)|correct\?|"
    r"right\?|"
    r"is it still|just to confirm|to confirm|do i have (?:that|this|it) right|i see (?:that|here)|"
    r"your (?:date of birth|"
    r"birthday|last four)|since (?:then|we spoke|your last))\b",
    re.IGNORECASE,
)
"""A check of what is known, or of who speaks: it shows that the packet was read, or has to be."""


@dataclass(frozen=True, slots=True)
class _Topic:
    """One thing that people ask for. ``answer``: the path and value in a packet; None where it does not say."""

    asked: re.Pattern[str]
    answer: Callable[[Packet], tuple[str, str] | None]


def repeats(packet: Packet, after: Sequence[Turn]) -> tuple[Repeat, ...]:
    """The questions of people in the turns after the transfer that ``packet`` had answered; the first of each path.

    A question that repeats the value itself, or only checks who speaks, is none. No turn of the customer counts.
    """
    found: dict[str, Repeat] = {}
    for place, turn in enumerate(after):
        if turn.speaker is not Speaker.HUMAN:
            continue
        for sentence in _SENTENCE.findall(turn.text):
            for kind, path in _asked_again(packet, sentence.strip()):
                found.setdefault(path, Repeat(place, kind, path))
    return tuple(found.values())


def after_transfer(turns: Sequence[Turn]) -> int:
    """The place of the first turn of a person; the number of turns where none speaks."""
    return next((place for place, turn in enumerate(turns) if turn.speaker is Speaker.HUMAN), len(turns))


def _asked_again(packet: Packet, sentence: str) -> Iterator[tuple[RepeatKind, str]]:
    if not sentence or _CHECKS.search(sentence):
        return
    if _EXPLAIN.search(sentence):
        yield RepeatKind.EXPLANATION, "summary"
        return
    if not _ASKS.search(sentence):
        return
    topics = [topic for topic in _TOPICS if topic.asked.search(sentence)]
    for topic in topics:
        answer = topic.answer(packet)
        if answer is not None and not _holds(sentence, answer[1]):
            yield RepeatKind.ESTABLISHED, answer[0]
    if topics:
        return
    for path, value in (*_tried(packet, sentence), *_answered(packet, sentence), *_facts(packet, sentence)):
        if not _holds(sentence, value):
            yield RepeatKind.ESTABLISHED, path
            return


def _holds(sentence: str, value: str) -> bool:
    """Whether a question says the value itself: ``Is W-1 your order?``."""
    said = set(words_of(sentence))
    parts = {part for part in words_of(value) if len(part) > 1}
    return bool(parts) and parts <= said


def _customer(field: str) -> Callable[[Packet], tuple[str, str] | None]:
    def answer(packet: Packet) -> tuple[str, str] | None:
        value = getattr(packet.customer, field, None) if packet.customer is not None else None
        if value and value.strip():
            return f"customer.{field}", value
        return _fact(packet, _ALIASES.get(field, (field,)))

    return answer


_ALIASES: Final = {"phone": ("phone", "mobile", "callback"), "account_id": ("account", "customer", "member")}


def _fact(packet: Packet, names: Sequence[str]) -> tuple[str, str] | None:
    for fact in packet.facts:
        if not set(names).isdisjoint(words_of(fact.name)) and fact.words.strip():
            return f"facts.{fact.name}", fact.words
    return None


def _detail(field: str, *names: str) -> Callable[[Packet], tuple[str, str] | None]:
    def answer(packet: Packet) -> tuple[str, str] | None:
        value = getattr(packet.details, field, None) if packet.details is not None else None
        text = "; ".join(value) if isinstance(value, tuple) else value
        return (f"details.{field}", text) if isinstance(text, str) and text.strip() else _fact(packet, names)

    return answer


def _order(packet: Packet) -> tuple[str, str] | None:
    if isinstance(packet.details, SupportDetails) and packet.details.order_id:
        return "details.order_id", packet.details.order_id
    return _fact(packet, ("order", "invoice", "reservation", "booking")) or _in_summary(packet)


_NUMBER = re.compile(r"\b(?:order|invoice|reservation|booking)\s#?(?P<id>(?=[\w-]*\d)[\w-]{3,})", re.IGNORECASE)


def _in_summary(packet: Packet) -> tuple[str, str] | None:
    found = _NUMBER.search(packet.summary)
    return ("summary", found["id"]) if found is not None else None


def _slot(packet: Packet) -> tuple[str, str] | None:
    details = packet.details
    return ("details.slot", details.slot) if isinstance(details, BookingDetails) and details.slot else None


def _all_tried(packet: Packet) -> tuple[str, str] | None:
    return ("attempts", "") if packet.attempts else None


def _topic(asked: str, answer: Callable[[Packet], tuple[str, str] | None]) -> _Topic:
    return _Topic(re.compile(asked, re.IGNORECASE), answer)


_TOPICS: Final = (
    _topic(
        r"\b(?:your|the) (?:full |first |last |customer['’]?s? )?name\b|who am i (?:speaking|talking)",
        _customer("name"),
    ),
    _topic(
        r"\b(?:phone|telephone|mobile|callback|cell) number|number (?:to|can we|should we|we can) (?:call|reach)|"
        r"(?:best )?number to reach",
        _customer("phone"),
    ),
    _topic(r"\be-?mail(?: address)?\b(?!.*\b(?:send|get|receive|sent)\b)", _customer("email")),
    _topic(r"\b(?:account|customer|member(?:ship)?|client) (?:number|id|no)\b", _customer("account_id")),
    _topic(
        r"\b(?:order|invoice|reservation|booking|confirmation) (?:number|id|no|code)\b|"
        r"\bwhich (?:order|invoice|reservation|booking)\b",
        _order,
    ),
    _topic(
        r"\b(?:your|the) (?:street |home |delivery )?address\b|where (?:do you live|should we (?:come|send))",
        _detail("address", "address", "street"),
    ),
    _topic(r"\berror (?:message|code|number)\b|what (?:error|message)\b", _detail("error", "error")),
    _topic(
        r"\b(?:which|what) (?:product|model|device|appliance|boiler|unit)\b",
        _detail("product", "product", "model", "device"),
    ),
    _topic(r"\bserial number\b", lambda packet: _fact(packet, ("serial",))),
    _topic(
        r"\b(?:your|the|what) budget\b|how much (?:do you want to|would you|can you) spend",
        _detail("budget_signals", "budget"),
    ),
    _topic(r"\bwhat (?:day|time|date)\b|\bwhen (?:would|do|should) (?:you|we|it|that)\b", _slot),
    _topic(
        r"\bwhat (?:have|did) you (?:already )?tr(?:y|ied)\b|\bhave you tried anything\b",
        _all_tried,
    ),
)

_TRIED = re.compile(
    r"\b(?:have you|did you|could you|can you|would you|please) (?:already )?(?:tr(?:y|ied) )?(?P<what>.+)",
    re.IGNORECASE,
)
_SMALL = words(
    "the a an to of and or your you it that this is are was for on in at with by did do does have has had could "
    "can would "
    "please already try tried trying again me my what which when how i we any some"
)


def _stems(text: str) -> set[str]:
    found = set()
    for word in words_of(text):
        if word in _SMALL or len(word) < 3:
            continue
        for end in ("ting", "ing", "ted", "ed", "es", "s", "e"):
            if word.endswith(end) and len(word) - len(end) > 3:
                word = word[: -len(end)]
                break
        found.add(word)
    return found


def _tried(packet: Packet, sentence: str) -> Iterator[tuple[str, str]]:
    asked = _TRIED.search(sentence)
    if asked is None:
        return
    wanted = _stems(asked["what"])
    for place, attempt in enumerate(packet.attempts):
        done = _stems(attempt.action)
        if done and len(wanted & done) >= min(2, len(done)) and len(wanted & done) * 2 >= len(wanted):
            yield f"attempts.{place}", ""


def _answered(packet: Packet, sentence: str) -> Iterator[tuple[str, str]]:
    if not isinstance(packet.details, SalesDetails):
        return
    asked = _stems(sentence)
    for place, answer in enumerate(packet.details.answers_given):
        before = _stems(answer.question)
        if before and asked and len(asked & before) * 10 >= len(asked | before) * 6:
            yield f"details.answers_given.{place}", answer.answer


def _facts(packet: Packet, sentence: str) -> Iterator[tuple[str, str]]:
    asked = _stems(sentence)
    note = Note(packet)
    for fact in packet.facts:
        name = _stems(fact.name)
        # A name of one common word ("status") is asked about for many reasons.
        if len(name) > 1 and name <= asked and note.has(fact.words):
            yield f"facts.{fact.name}", fact.words
