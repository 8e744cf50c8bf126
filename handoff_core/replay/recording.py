"""Recordings of conversations: packets, packets of nothing but a transcript, and turns as chat interfaces keep them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handoff_core.errors import PacketInvalid, Problem
from handoff_core.packet import Channel, Lane, Packet, Speaker, Turn
from handoff_core.replay.plain import read_plain

_SPEAKERS: Final[Mapping[str, Speaker]] = {
    **{speaker.value: speaker for speaker in Speaker},
    **dict.fromkeys(("user", "caller", "client", "visitor", "guest", "lead", "contact", "patient"), Speaker.CUSTOMER),
    **dict.fromkeys(("assistant", "bot", "model", "virtual agent", "ai agent"), Speaker.AI),
    **dict.fromkeys(("agent", "rep", "representative", "operator", "staff", "employee"), Speaker.HUMAN),
    **dict.fromkeys(("function", "tool_result"), Speaker.TOOL),
    **dict.fromkeys(("developer", "event"), Speaker.SYSTEM),
}
"""Who is meant. An ``agent`` is a person: in recordings of transfers that is what help desks call theirs."""
_TURNS: Final = ("transcript", "turns", "messages", "conversation")
_TEXT: Final = ("text", "content", "message", "body")
_WHO: Final = ("speaker", "role", "from", "sender", "author")
_RATINGS: Final = ("rating", "satisfaction")
_OF_A_PACKET: Final = frozenset({"summary", "next_action", "escalation", "schema"})
"""One of these, and a packet was meant."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A conversation without a note. ``lane`` and ``channel``: where the recording says them."""

    id: str
    turns: tuple[Turn, ...]
    lane: Lane | None = None
    channel: Channel | None = None


def read_recordings(pieces: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, Packet | Recording | PacketInvalid]]:
    """Each packet or recording of a file, with its place. ``pieces``: place and JSON of each line or element.

    Where every piece is one turn, the file is one conversation; so is a text of lines such as ``Customer: …``.
    """
    values = [(place, text, _json(text)) for place, text in pieces]
    if len(values) == 1 and values[0][2] is None:
        place, text, _ = values[0]
        yield place, _guarded(_plain, text, place)
        return
    if values and all(_is_turn(value) for _, _, value in values):
        first = values[0][0]
        yield first, _guarded(_recording, {"transcript": [value for _, _, value in values]}, first)
        return
    for place, text, value in values:
        if isinstance(value, Mapping) and not _OF_A_PACKET.isdisjoint(value):
            yield place, _guarded_packet(text)
        else:
            yield place, _guarded(_recording, value, place)


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _guarded_packet(text: bytes) -> Packet | PacketInvalid:
    try:
        return Packet.from_json(text)
    except PacketInvalid as error:
        return error


def _guarded(read: Any, value: Any, place: str) -> Recording | PacketInvalid:
    try:
        found: Recording = read(value, place)
    except PacketInvalid as error:
        return error
    return found


def _plain(text: bytes, place: str) -> Recording:
    return _recording(read_plain(text, _SPEAKERS), place)


def _is_turn(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and any(isinstance(value.get(key), str) for key in _WHO)
        and not any(isinstance(value.get(key), list) for key in _TURNS)
        and _OF_A_PACKET.isdisjoint(value)
    )


def _recording(value: Any, place: str) -> Recording:
    about: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    rows = value if isinstance(value, list) else next((about[key] for key in _TURNS if key in about), None)
    if not isinstance(rows, list) or not rows:
        raise PacketInvalid(
            [
                Problem(
                    "",
                    "is neither a packet nor a conversation",
                    'write a packet, {"transcript": [{"speaker": "customer", "text": "…"}]}, one turn a line, '
                    "or lines such as Customer: … and AI: …",
                )
            ]
        )
    turns = tuple(turn for number, row in enumerate(rows) for turn in _turns(row, number))
    name = about.get("id")
    return Recording(
        name if isinstance(name, str) and name.strip() else place,
        turns,
        _word(Lane, about.get("lane")),
        _word(Channel, about.get("channel")),
    )


def _word(kind: Any, value: Any) -> Any:
    return next((one for one in kind if one.value == value), None)


def _turns(row: Any, number: int) -> Iterator[Turn]:
    """The turns of one message: what it says, then what it calls or what a tool answered in it."""
    path = f"transcript.{number}"
    who = next((row[key] for key in _WHO if isinstance(row.get(key), str)), "") if isinstance(row, Mapping) else ""
    speaker = _SPEAKERS.get(who.strip().casefold())
    if speaker is None:
        known = ", ".join(sorted({one.value for one in Speaker}))
        raise PacketInvalid([Problem(f"{path}.speaker", "does not say who speaks", f"write one of {known}")])
    said: list[tuple[Speaker, str]] = []
    content = next((row[key] for key in _TEXT if row.get(key) is not None), None)
    for block in content if isinstance(content, list) else [content]:
        if isinstance(block, str):
            said.append((speaker, block))
        elif isinstance(block, Mapping) and isinstance(block.get("text"), str):
            said.append((speaker, block["text"]))
        elif isinstance(block, Mapping):
            said.append((Speaker.TOOL, json.dumps(block, ensure_ascii=False)))
    if speaker is Speaker.TOOL and (row.get("tool_call_id") or row.get("name")):
        # Whole: its name and id find the call that it answers.
        said = [(speaker, json.dumps(row, ensure_ascii=False))]
    for key in ("tool_calls", "function_call"):
        if row.get(key):
            said.append((Speaker.TOOL, json.dumps({key: row[key]}, ensure_ascii=False)))
    for one, text in said:
        if text.strip():
            yield _turn(one, text, row, path)


def _mood(row: Mapping[str, Any]) -> float | None:
    """The sentiment that a turn says, -1 to 1, or its rating from 1 to 5; None where it says neither."""
    for key in ("sentiment", *_RATINGS):
        value = row.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value) if key == "sentiment" else (float(value) - 3) / 2
    return None


def _turn(speaker: Speaker, text: str, row: Mapping[str, Any], path: str) -> Turn:
    values: dict[str, Any] = {"speaker": speaker.value, "text": text}
    if isinstance(row.get("at"), str):
        values["at"] = row["at"]
    mood = _mood(row)
    if mood is not None:
        values["sentiment"] = mood
    stub = {"id": "recording", "lane": "support", "summary": "x", "next_action": {"text": "x"}}
    try:
        packet = Packet.from_object({**stub, "escalation": {"reason": "other"}, "transcript": [values]})
    except PacketInvalid as error:
        raise PacketInvalid(
            [Problem(one.path.replace("transcript.0", path), one.text, one.fix) for one in error.problems]
        ) from error
    return packet.transcript[0]
