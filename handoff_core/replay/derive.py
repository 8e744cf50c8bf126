"""What of a packet follows from its conversation alone, and what only the agent can say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handoff_core.connector import Finding
from handoff_core.packet import Lane, Packet, Speaker, Turn
from handoff_core.privacy.find import find
from handoff_core.privacy.kinds import Kind
from handoff_core.quality import QualityContext, QualitySettings, assess
from handoff_core.quality.tool_calls import calls_of
from handoff_core.quality.tool_subjects import established, masked
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


def derive(recording: Recording) -> Iterator[Derived]:
    """Every field that can be filled without understanding the conversation. Same recording, same answer."""
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
    for one in established(calls_of(stub(recording))):
        yield Derived(
            f"facts.{one.name.strip().replace(' ', '_') or 'id'}", " or ".join(map(masked, one.values)), one.turn
        )


def must_say(recording: Recording, region: str) -> tuple[Finding, ...]:
    """What the conversation holds that a reader must not miss: promises, alarms, failed calls, changes, ids."""
    found = assess(stub(recording), QualitySettings.model_validate({}), QualityContext(region=region))
    return tuple(one for one in found if one.code.startswith(("HO7", "HO8")) and one.path.startswith("transcript."))


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
