"""``handoff triage``: when a conversation should go to a person, turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from rich.text import Text

from handoff_core.cli import exits
from handoff_core.cli.businesses import load_if_any
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.packets import PACKET_FILE, packet_texts
from handoff_core.cli.printing import console, many, print_json, safe, say, say_error, say_invalid, word
from handoff_core.errors import PacketInvalid

if TYPE_CHECKING:
    from handoff_core.replay import Timed
    from handoff_core.triage import TriageRules

_MOST_REASONS = 3


@click.command(short_help="When a conversation should go to a person, turn by turn.")
@click.argument("transcripts", type=PACKET_FILE, nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="End with 1 when a person is due at the end of a conversation.")
@shared
@pass_scope
def triage(scope: Scope, transcripts: Sequence[str], strict: bool) -> int:
    """Give the verdict of each turn with its reasons: now, late, too_early, hold or not_yet. Sends and stores nothing.

    A file holds what `handoff replay` takes: packets, conversations, one turn a line, or plain lines such as
    "Customer: …" and "AI: …"; "-" reads standard input. A turn may bring its sentiment (-1 to 1) or a rating (1 to
    5); where it brings none, one is computed. With a configuration its [triage], [review] and lanes count.
    docs/triage.md explains the signals.

    Ends with 1 for what is neither a packet nor a conversation.
    """
    from handoff_core.packet import Packet
    from handoff_core.replay import read_recordings, time_packet, time_recording
    from handoff_core.triage import default_rules

    config = load_if_any(scope, "A conversation is judged by the settings of one business")
    rules: TriageRules = config.timing if config is not None else default_rules()
    unreadable = due = 0
    for name in transcripts:
        pieces = [(piece.place, piece.text) for piece in packet_texts(name)]
        if not pieces:
            unreadable += 1
            say_error(f"{name}: this file holds neither packets nor a conversation.")
        for place, found in read_recordings(pieces):
            if isinstance(found, PacketInvalid):
                unreadable += 1
                say_invalid(place, found)
                continue
            timed = time_packet(rules, found) if isinstance(found, Packet) else time_recording(rules, found)
            due += timed.last is not None and timed.last.is_due
            if scope.as_json:
                print_json(timed.to_object())
            else:
                _print(timed)
    return exits.SOMETHING if unreadable or (strict and due) else exits.NOTHING


def _print(timed: Timed) -> None:
    from handoff_core.triage import sparkline

    chart = f"  mood {timed.trajectory.sparkline} {timed.trajectory.trend}" if timed.trajectory.series else ""
    head = Text(safe(timed.id), style="bold")
    head.append(safe(f"  {timed.lane or 'no lane'}  {many(len(timed.turns), 'turn')}{chart}"), style="")
    console().print(head, soft_wrap=True)
    before: tuple[str, ...] = ()
    for turn, verdict in zip(timed.turns, timed.verdicts, strict=True):
        mood = (
            f"{sparkline([verdict.sentiment])} {verdict.sentiment:+.2f}" if verdict.sentiment is not None else " " * 7
        )
        line = Text.assemble(f"{verdict.turn:>5} {turn.speaker.value:<8} {mood}  ", word(verdict.verdict.value))
        texts = tuple(sign.text for sign in verdict.reasons[:_MOST_REASONS])
        if texts and texts != before:
            line.append(safe(f"  {'; '.join(texts)}"))
        if verdict.missing and texts != before:
            line.append(safe(f"; not known yet: {', '.join(verdict.missing)}"))
        before = texts
        console().print(line, soft_wrap=True)
    say(f"    {_summary(timed)}")


def _summary(timed: Timed) -> str:
    due = timed.due
    if due is None:
        return "No person was due."
    left = len(timed.turns) - 1 - due.turn
    return f"A person was due at turn {due.turn}, {many(left, 'turn')} before the end."
