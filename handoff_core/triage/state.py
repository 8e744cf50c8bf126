"""What a conversation has shown so far, kept so that a further turn costs one turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from handoff_core.packet.enums import Speaker
from handoff_core.packet.parts import Turn
from handoff_core.triage import cues
from handoff_core.triage.asked import asks_for_person, takes_back
from handoff_core.triage.cues import AI_CUES, CUSTOMER_CUES
from handoff_core.triage.events import amounts_of, sentences_of
from handoff_core.triage.known import told_by
from handoff_core.triage.phrases import Found, Phrases
from handoff_core.triage.sentiment import mood_of
from handoff_core.triage.settings import TriageRules
from handoff_core.triage.signals import Sign, Signal
from handoff_core.triage.topics import TOPICS
from handoff_core.triage.words import Words, words_of

REMEMBERED: Final = 6
"""Turns of each side that a new one is compared with."""
SAME: Final = 0.6
"""Share of the words of two turns that makes one a repetition of the other."""
_FEWEST: Final = 3
_NEWEST: Final = 0.5
"""How much of the mood is the latest turn."""
_GIVEN: Final = 0.65
"""The same where the agent itself says that it became worse: that is surer than words counted."""


@dataclass(slots=True)
class State:
    """Counts and marks; ``decide`` reads them. Turns count from 0, -1 is never."""

    number: int = -1
    customer_turns: int = 0
    answers: int = 0
    """Turns of the AI since the customer first spoke."""
    fresh: bool = True
    """Whether the AI had not answered yet when the customer spoke last."""
    ai_spoke: bool = False
    taken_over: bool = False
    handed_off: bool = False
    acknowledged: bool = False
    """Whether a person took what was handed off, whatever the AI says meanwhile."""
    sentiment: float | None = None
    mood: float = 0.0
    content: bool = False
    """Whether the agent itself rates the customer's last turn as no worse than neutral."""
    best: deque[float] = field(default_factory=lambda: deque([0.0], maxlen=REMEMBERED))
    scores: deque[float] = field(default_factory=lambda: deque(maxlen=9))
    because: tuple[str, ...] = ()
    failures: int = 0
    failed_with: tuple[str, int] = ("", -1)
    confused: int = 0
    confused_with: tuple[str, int] = ("", -1)
    beyond: tuple[str, int] = ("", -1)
    at_the_ai: bool = False
    delay: tuple[str, int] = ("", -1)
    delay_age: int = 99
    near: tuple[str, int] = ("", -1)
    near_age: int = 99
    leaving: tuple[str, int] = ("", -1)
    before: tuple[str, int] = ("", -1)
    before_count: int = 0
    direct: tuple[str, int] = ("", -1)
    faq: tuple[str, int] = ("", -1)
    proposed: tuple[str, int] = ("", -1)
    proposed_age: int = 99
    offered: bool = False
    suggested: bool = False
    solved: bool = False
    standing: dict[Signal, Sign] = field(default_factory=dict)
    """What calls for a person until it is settled."""
    told: set[str] = field(default_factory=set)
    said: deque[frozenset[str]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    answered: deque[frozenset[str]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    urgent: bool = False
    """Whether one of the topics that call for a person waits for nothing."""
    held: bool = False
    asked_to_repeat: bool = False
    due_since: int = -1
    due_customer: int = -1


def observe(state: State, turn: Turn, rules: TriageRules) -> None:
    """Take one turn into the state."""
    state.number += 1
    state.sentiment = None
    speaker = turn.speaker
    if speaker is Speaker.HUMAN and (state.ai_spoke or Signal.EXPLICIT_REQUEST in state.standing):
        state.taken_over = True
        state.standing.clear()
    elif speaker is Speaker.CUSTOMER:
        _customer(state, turn, words_of(turn.text), rules)
    elif speaker in (Speaker.AI, Speaker.HUMAN) or (
        # Recordings call an assistant the system too; what the system says beside an AI is no answer.
        speaker is Speaker.SYSTEM and state.customer_turns and not state.ai_spoke
    ):
        # A person who answers from the beginning is judged as an agent is: nobody took over from anybody.
        state.ai_spoke = state.ai_spoke or speaker is Speaker.AI
        if speaker is Speaker.AI:
            state.taken_over = False
        _answer(state, words_of(turn.text))


def _customer(state: State, turn: Turn, words: Words, rules: TriageRules) -> None:
    number = state.number
    state.customer_turns += 1
    mood = mood_of(words)
    state.sentiment = turn.sentiment if turn.sentiment is not None else mood.score
    state.because = mood.because
    felt = state.sentiment if turn.sentiment is not None else mood.felt
    newest = _GIVEN if turn.sentiment is not None and felt < state.mood else _NEWEST
    state.mood = newest * felt + (1 - newest) * state.mood
    state.fresh = not state.answers
    state.content = turn.sentiment is not None and turn.sentiment >= 0
    state.best.append(state.mood)
    state.scores.append(state.sentiment)
    found: dict[str, Found] = {}
    for one in CUSTOMER_CUES.find(words):
        found.setdefault(one.label, one)
    topics: dict[str, Found] = {}
    for one in topics_of(rules.escalate, rules.stay).find(words):
        topics.setdefault(one.label, one)
    for age in ("delay_age", "near_age", "proposed_age"):
        setattr(state, age, getattr(state, age) + 1)
    state.told |= told_by(turn.text, words)
    _failures(state, words, found)
    _marks(state, found, topics, rules)
    _standing(state, turn, words, found, topics, rules)
    state.solved = (
        cues.SOLVED in found and cues.STILL not in found and state.sentiment > -0.2 and state.customer_turns > 1
    )
    if state.solved:
        state.failures, state.confused, state.at_the_ai, state.leaving, state.beyond = 0, 0, False, ("", -1), ("", -1)
        state.urgent = False
        for signal in (Signal.TOPIC, Signal.NEEDS_AUTHORITY, Signal.REVIEW):
            state.standing.pop(signal, None)
        state.near, state.near_age = (found[cues.SOLVED].text, number), 0
    elif state.sentiment >= 0.3 and state.failures:
        state.failures -= 1
    state.offered = False


def _failures(state: State, words: Words, found: Mapping[str, Found]) -> None:
    """What was tried did not help: said, or shown by a customer who has to say it all again."""
    stems = frozenset(word for word in words.words if len(word) > 3)
    again = len(stems) >= _FEWEST and any(_alike(stems, earlier) for earlier in state.said)
    state.said.append(stems)
    if not state.answers:
        return
    if cues.MISUNDERSTOOD in found:
        state.failures += 1
        state.failed_with = (f'"{found[cues.MISUNDERSTOOD].text}"', state.number)
        state.at_the_ai = True
    elif cues.STILL in found or (cues.FAILED in found and state.suggested):
        state.failures += 1
        state.failed_with = (f'"{(found.get(cues.STILL) or found[cues.FAILED]).text}"', state.number)
    elif again and not state.content and not state.asked_to_repeat:
        state.failures += 1
        state.failed_with = ("the customer says the same again", state.number)
    if cues.AT_THE_AI in found:
        state.at_the_ai = True


def _marks(state: State, found: Mapping[str, Found], topics: Mapping[str, Found], rules: TriageRules) -> None:
    for label, name in ((cues.DELAY, "delay"), (cues.NEAR, "near"), (cues.LEAVING, "leaving"), (cues.DIRECT, "direct")):
        if label in found:
            setattr(state, name, (found[label].text, state.number))
    if cues.DELAY in found:
        state.delay_age = 0
    if cues.NEAR in found and state.sentiment is not None and state.sentiment > -0.2:
        state.near_age = 0
    if cues.BEFORE in found:
        state.before = (found[cues.BEFORE].text, state.number)
        state.before_count += 1
    stays = next((name for name in rules.stay if name in topics), None)
    state.faq = (stays, state.number) if stays is not None else ("", -1)


def _standing(
    state: State,
    turn: Turn,
    words: Words,
    found: Mapping[str, Found],
    topics: Mapping[str, Found],
    rules: TriageRules,
) -> None:
    number = state.number
    asked = asks_for_person(words)
    accepts = state.offered and cues.YES in found and cues.NO not in found
    if asked is not None:
        _stand(state, Signal.EXPLICIT_REQUEST, 1.0, f'the customer asks for a person: "{asked.text}"')
    elif accepts:
        _stand(state, Signal.EXPLICIT_REQUEST, 1.0, "the customer takes the offer of a person")
    elif takes_back(words):
        state.standing.pop(Signal.EXPLICIT_REQUEST, None)
        state.proposed_age = 99
    name = next((name for name in rules.escalate if name in topics), None)
    if name is not None:
        meaning = TOPICS[name].meaning if name in TOPICS else f'"{name}"'
        urgent = name in TOPICS and TOPICS[name].urgent
        weight = rules.weights[Signal.TOPIC]
        if weight and not (urgent is False and Signal.TOPIC in state.standing):
            state.standing[Signal.TOPIC] = Sign(
                Signal.TOPIC, weight, f'the matter is {meaning}: "{topics[name].text}"', number
            )
            if urgent:
                state.urgent = True
    if cues.AUTHORITY in found:
        _stand(
            state,
            Signal.NEEDS_AUTHORITY,
            1.0,
            f'only somebody with authority can grant it: "{found[cues.AUTHORITY].text}"',
        )
    if rules.review or rules.never_decides:
        _events(state, turn, words, found, topics, rules, asked is not None)


def _events(
    state: State,
    turn: Turn,
    words: Words,
    found: Mapping[str, Found],
    topics: Mapping[str, Found],
    rules: TriageRules,
    asked: bool,
) -> None:
    labels = frozenset(
        (*found, *(f"topic {name}" for name in all_topics().labels(words)), *(("asked",) if asked else ()))
    )
    sentences, amounts = sentences_of(words), amounts_of(turn.text)
    for event in rules.review:
        if event.happened(sentences, amounts, labels):
            _stand(state, Signal.REVIEW, 1.0, f'"{event.text}" always goes to a person ([review] always)')
    for event in rules.never_decides:
        if event.happened(sentences, amounts, labels, must_ask=True):
            _stand(
                state, Signal.NEEDS_AUTHORITY, 1.0, f'the AI never decides "{event.text}" ([review] ai_never_decides)'
            )


def _stand(state: State, signal: Signal, weight: float, text: str) -> None:
    """The first time counts: it says since when a person was called for."""
    state.standing.setdefault(signal, Sign(signal, weight, text, state.number))


def _answer(state: State, words: Words) -> None:
    number = state.number
    if state.customer_turns:
        state.answers += 1
    found: dict[str, Found] = {}
    for one in AI_CUES.find(words):
        found.setdefault(one.label, one)
    state.offered = cues.OFFERS in found
    state.asked_to_repeat = cues.CONFUSED in found
    if cues.PROPOSES in found and not state.offered:
        state.proposed, state.proposed_age = (found[cues.PROPOSES].text, number), 0
    if cues.OWN_LIMIT in found:
        _stand(
            state, Signal.NEEDS_AUTHORITY, 1.0, f'the AI says that it may not decide: "{found[cues.OWN_LIMIT].text}"'
        )
    if cues.CONFUSED in found:
        state.confused += 1
        state.confused_with = (found[cues.CONFUSED].text, number)
    if cues.BEYOND in found and state.customer_turns:
        state.beyond = (found[cues.BEYOND].text, number)
    if cues.SUGGESTS in found:
        state.suggested = True
        state.told.add("attempts")
    if cues.DONE in found and cues.BEYOND not in found:
        state.near, state.near_age = (found[cues.DONE].text, number), 0
    stems = frozenset(word for word in words.words if len(word) > 3)
    if (
        not state.content
        and len(stems) > _FEWEST
        and state.customer_turns > 1
        and any(_alike(stems, earlier, 0.8) for earlier in state.answered)
    ):
        state.failures += 1
        state.failed_with = ("the AI gives the same answer again", number)
    state.answered.append(stems)


def _alike(one: frozenset[str], other: frozenset[str], share: float = SAME) -> bool:
    together = len(one & other)
    return len(other) >= _FEWEST and together >= share * len(one | other)


class _Topics:
    """The tables of some topics; words of a business's own are topics by themselves."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._phrases = Phrases(
            {name: TOPICS[name].patterns if name in TOPICS else (_plain(name),) for name in dict.fromkeys(names)}
        )

    def find(self, words: Words) -> list[Found]:
        return list(self._phrases.find(words))

    def labels(self, words: Words) -> set[str]:
        return {one.label for one in self._phrases.find(words)}


def _plain(text: str) -> str:
    return " ".join(word for word in words_of(text).words if word[0].isalnum())


@lru_cache(maxsize=64)
def topics_of(escalate: tuple[str, ...], stay: tuple[str, ...]) -> _Topics:
    """The topics of a business, read once."""
    return _Topics((*escalate, *stay))


@lru_cache(maxsize=1)
def all_topics() -> _Topics:
    """Every topic: events of [review] may mean any."""
    return _Topics(tuple(TOPICS))
