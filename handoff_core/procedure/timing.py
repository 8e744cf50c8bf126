"""When a conversation goes to a person, and which questions the AI answers itself."""

from __future__ import annotations

from collections.abc import Iterator

from handoff_core.config import Config
from handoff_core.procedure.words import field, listed
from handoff_core.triage.topics import TOPICS


def note(config: Config) -> str:
    """What holds for every conversation."""
    rules = config.timing
    first = "A customer who asks for a person gets one, at once."
    if rules.require:
        known = listed(field(path) for path in rules.require)
        first += f" Before a handover that can wait, the AI asks for {known}."
    if rules.stay:
        first += f" The AI answers itself: {listed((_words(name) for name in rules.stay), 'or')}."
    return f"{first} The AI also hands over when the matter is:"


def matters(config: Config) -> tuple[str, ...]:
    """One line a matter that goes to a person."""
    return tuple(_matters(config))


def _matters(config: Config) -> Iterator[str]:
    for name in config.timing.escalate:
        topic = TOPICS.get(name)
        urgent = " (whatever is still missing)" if topic is not None and topic.urgent else ""
        yield f"{_words(name)}{urgent}"


def _words(name: str) -> str:
    topic = TOPICS.get(name)
    return topic.meaning if topic is not None else f"“{name}”"
