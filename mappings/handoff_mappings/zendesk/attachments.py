"""The files that go with a ticket: the conversation word for word, and the packet."""

from __future__ import annotations

from pydantic_core import to_json

from handoff_core.connector import Attachment, View
from handoff_core.packet import Packet
from handoff_mappings.brief.words import SPEAKERS, short_time
from handoff_mappings.text import clean

TRANSCRIPT = "transcript.txt"
PACKET = "packet.json"


def attachments_of(view: View) -> tuple[Attachment, ...]:
    """The transcript, where there is one, and the packet."""
    files = [Attachment(PACKET, "application/json", _packet_json(view.packet))]
    if view.packet.transcript:
        files.insert(0, Attachment(TRANSCRIPT, "text/plain; charset=utf-8", _transcript(view)))
    return tuple(files)


def _packet_json(packet: Packet) -> bytes:
    return to_json(packet.to_object(), indent=2) + b"\n"


def _transcript(view: View) -> bytes:
    lines = [f"Transcript of {view.packet.id}, times in {view.timezone}", ""]
    for number, turn in enumerate(view.packet.transcript):
        at = f" [{short_time(turn.at, view.timezone)}]" if turn.at else ""
        words = clean(turn.text).replace("\n", "\n    ")
        lines.append(f"{number}{at} {SPEAKERS[turn.speaker]}: {words}")
    return ("\n".join(lines) + "\n").encode("utf-8")
