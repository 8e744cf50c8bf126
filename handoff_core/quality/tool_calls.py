"""The calls in a tool log, each with its result: what was called, with what, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator

from handoff_core.packet import Packet, Speaker
from handoff_core.quality.tool_call import Call
from handoff_core.quality.tool_turn import called_by_ai, read

__all__ = ["Call", "calls_of"]


def calls_of(packet: Packet) -> tuple[Call, ...]:
    """Every call of the tool log, in order. A result finds its call by its id, else by the name, else by the order."""
    calls: list[Call] = []
    waiting: list[int] = []
    for call in _every(packet):
        place = _asked(call, calls, waiting)
        if place is not None:
            before = calls[place]
            calls[place] = Call(call.turn, before.name, before.given, call.result, call.failed, ref=before.ref)
            waiting.remove(place)
            continue
        if not call.answered:
            waiting.append(len(calls))
        calls.append(call)
    return tuple(calls)


def _every(packet: Packet) -> Iterator[Call]:
    for turn, said in enumerate(packet.transcript):
        if said.speaker is Speaker.TOOL:
            yield from read(turn, said.text)
        elif said.speaker is Speaker.AI:
            yield from called_by_ai(turn, said.text)


def _asked(call: Call, calls: list[Call], waiting: list[int]) -> int | None:
    """The place of the call that a result answers; None where it is a call itself, or nothing waits for it."""
    if not call.answered or (call.name and call.given) or not waiting:
        return None
    if call.ref:
        by_ref = next((place for place in waiting if calls[place].ref == call.ref), None)
        if by_ref is not None:
            return by_ref
    if call.name:
        return next((place for place in waiting if calls[place].name == call.name), None)
    return waiting[0]
