"""What of a packet follows from its conversation alone, and what only the agent can say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from handoff_core.connector import Finding
from handoff_core.packet import Lane, Packet, Speaker, Turn
from handoff_core.privacy.find import find
from handoff_core.privacy.kinds import Kind
from handoff_core.quality import QualityContext, QualitySettings, assess
from handoff_core.quality.tool_calls import calls_of
from handoff_core.quality.tool_subjects import established, masked, parts_of
from handoff_core.replay.recording import Recording

_PERSON = (
    r"(?:a|an|some|real|actual|live)?\s*(?:real |actual |live |another )?"
    r"(?:person|human(?: being)?|agent|representative|rep|manager|supervisor|operator|somebody|someone(?: else)?)"
)
_ASKED = re.compile(
    rf"\b(?:speak|talk|chat|connect me|transfer me|put me through|pass me|get me)(?: (?:to|with))? {_PERSON}\b|"
    rf"\b(?:i (?:want|need|would like|['’]d like)|give me|get me|is there) (?:to (?:speak|talk) (?:to|"
    rf"with) )?{_PERSON}\b|"
    r"^\W*(?:agent|human|representative|operator|real person)\W*$|"
    r"\b(?:to|with|want) a person,? not (?:to )?(?:a|the) (?:bot|robot|machine)\b",
    re.IGNORECASE,
)
_CALLED = re.compile(r"\b(?:[Mm]y name is|[Mm]y name['’]s|[Tt]his is) (?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?)")
_FIRST_TURNS = 4
"""Turns of the customer in which he says who he is."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A field with its value, and from which turn it is; ``turn`` is None for the conversation as a whole."""

    path: str
    value: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """What the AI wrote into the call by which it handed over: the note that a person would get."""

    turn: int
    name: str
    summary: str
    reason: str


def handover_of(recording: Recording) -> Handover | None:
    """The last call of a conversation that hands over to a person with words of its own; None where there is none."""
    for call in reversed(calls_of(stub(recording))):
        if _TRANSFER.isdisjoint(parts_of(call.name)):
            continue
        said = {name: value.strip() for name, value in call.given.items() if isinstance(value, str)}
        summary = next((said[key] for key in _SUMMARIES if said.get(key)), "")
        reason = next((said[key] for key in _REASONS if said.get(key)), "")
        if summary or reason:
            return Handover(call.turn, call.name, summary or reason, reason if summary else "")
    return None


_TRANSFER = frozenset({"transfer", "escalate", "escalation", "handoff", "handover"})
_SUMMARIES = ("summary", "note", "notes", "message", "conversation_summary", "issue_summary")
_REASONS = ("reason", "escalation_reason")


def derive(recording: Recording) -> Iterator[Derived]:
    """Every field that can be filled without understanding the conversation, each value once: same recording, same
    answer.
    """
    seen: set[tuple[str, str]] = set()
    for one in _derive(recording):
        if (one.path, one.value) not in seen:
            seen.add((one.path, one.value))
            yield one


def _derive(recording: Recording) -> Iterator[Derived]:
    count = len(recording.turns)
    yield Derived("transcript", "1 turn" if count == 1 else f"{count} turns")
    if recording.channel is not None:
        yield Derived("channel", recording.channel.value)
    said = [(place, turn) for place, turn in enumerate(recording.turns) if turn.speaker is Speaker.CUSTOMER]
    asked = next((place for place, turn in said if _ASKED.search(turn.text)), None)
    if asked is not None:
        yield Derived("escalation.reason", "explicit_request", asked)
    for place, turn in said[:_FIRST_TURNS]:
        called = _CALLED.search(turn.text)
        if called is not None:
            yield Derived("customer.name", called["name"], place)
            break
    for path, kind in (("customer.email", Kind.EMAIL), ("customer.phone", Kind.PHONE)):
        found = _only(said, kind)
        if found is not None:
            yield Derived(path, *found)
    note = handover_of(recording)
    if note is not None:
        yield Derived("summary", note.summary, note.turn)
        if note.reason:
            yield Derived("escalation.text", note.reason, note.turn)
    for one in established(calls_of(stub(recording))):
        yield Derived(
            f"facts.{one.name.strip().replace(' ', '_') or 'id'}", " or ".join(map(masked, one.values)), one.turn
        )


def must_say(recording: Recording, region: str) -> tuple[Finding, ...]:
    """What the conversation holds that a reader must not miss: promises, alarms, failed calls, changes, ids.

    Where the AI wrote a note into its transfer, only what that note leaves out, and what is wrong with its words.
    """
    packet, note = stub(recording), handover_of(recording)
    if note is not None:
        escalation = packet.escalation.model_copy(update={"text": note.reason or None})
        packet = packet.model_copy(update={"summary": note.summary, "escalation": escalation})
    found = assess(packet, QualitySettings.model_validate({}), QualityContext(region=region))
    return tuple(_of_the_conversation(found, noted=note is not None))


def _of_the_conversation(found: Iterable[Finding], *, noted: bool) -> Iterator[Finding]:
    for one in found:
        lost = one.code.startswith(("HO7", "HO8")) and one.path.startswith("transcript.")
        if lost or (noted and one.path == "summary" and one.code in _OF_WORDS):
            yield one


_OF_WORDS = frozenset({"HO510", "HO512", "HO513"})
"""What is judged of a transfer's summary: that of a call may have several sentences."""


def must_fill(
    recording: Recording, require: Mapping[str, tuple[str, ...]], derived: tuple[Derived, ...]
) -> tuple[str, ...]:
    """The paths that only the agent can fill: what every packet needs, then what the lane does."""
    known = {one.path for one in derived}
    always = ["summary", "next_action.text", "escalation.text", "definition_of_done", "nature"]
    always = [*(["lane"] if recording.lane is None else []), *always]
    if "escalation.reason" not in known:
        always.append("escalation.reason")
    if not known & {"customer.name", "customer.email", "customer.phone"}:
        always.append("customer")
    lane = require.get(recording.lane.value, ()) if recording.lane is not None else ()
    return tuple(dict.fromkeys(path for path in (*always, *lane) if path not in known))


def stub(recording: Recording) -> Packet:
    """A packet that says nothing and holds the conversation."""
    return Packet.from_object(
        {
            "id": "recording",
            "lane": (recording.lane or Lane.SUPPORT).value,
            "summary": "-",
            "next_action": {"text": "-"},
            "escalation": {"reason": "other"},
        }
    ).model_copy(update={"transcript": recording.turns})


def _only(said: list[tuple[int, Turn]], kind: Kind) -> tuple[str, int] | None:
    """The one value of a kind that the customer gave, as he wrote it; None where he gave none, or several."""
    found: dict[str, tuple[str, int]] = {}
    for place, turn in said:
        for one in find(turn.text):
            if one.kind is kind:
                found.setdefault(one.key, (turn.text[one.start : one.end], place))
    return next(iter(found.values())) if len(found) == 1 else None
