"""``handoff replay``: recorded conversations and packets through a configuration, before it goes live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click
from rich.text import Text

from handoff_core.cli import exits
from handoff_core.cli.businesses import load_one
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.packets import PACKET_FILE, packet_texts
from handoff_core.cli.printing import console, many, print_json, safe, say, say_error, say_invalid, word
from handoff_core.clock import SystemClock
from handoff_core.errors import PacketInvalid

if TYPE_CHECKING:
    from handoff_core.replay import Replayed, Totals

_MOST_SHOWN = 25
"""Packets that are shown one by one, the worst of them; --json prints all."""


@click.command(short_help="Recorded conversations and packets through a configuration.")
@click.argument("files", type=PACKET_FILE, nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="End with 1 for warnings, and for what people asked again, too.")
@shared
@pass_scope
def replay(scope: Scope, files: Sequence[str], strict: bool) -> int:
    """Run packets and recorded conversations through a configuration: who would own each, in which systems, whether it
    would be held, and what its reader could not answer. Sends and stores nothing.

    A file holds packets, or conversations: {"transcript": […]}, {"messages": […]}, one turn a line with speaker (or
    role) and text (or content), or plain lines such as "Customer: …" and "AI: …". Where people speak in it, what
    they asked again after the transfer is counted. Of a conversation without a note it says which fields follow
    from it, and which the agent must fill. What the AI wrote into its call of transfer is judged as its note.

    The worst come first. Ends with 1 for an error, or for what is neither a packet nor a conversation.
    """
    from handoff_core.packet import Packet
    from handoff_core.replay import Totals, read_recordings, replay_packet, replay_recording

    config, clock, totals = load_one(scope, "A replay is for one business"), SystemClock(), Totals()
    for name in files:
        pieces = [(piece.place, piece.text) for piece in packet_texts(name)]
        if not pieces:
            totals.unreadable += 1
            say_error(f"{name}: this file holds neither packets nor a conversation.")
        for place, found in read_recordings(pieces):
            if isinstance(found, PacketInvalid):
                totals.unreadable += 1
                say_invalid(place, found)
                continue
            one = replay_packet(config, found, clock) if isinstance(found, Packet) else replay_recording(config, found)
            totals.replayed.append(one)
    if scope.as_json:
        for one in (*totals.packets, *totals.conversations):
            print_json(one.to_object())
        print_json({"total": totals.to_object()})
    else:
        _print(totals)
    asked = any(one.repeats for one in totals.packets)
    failed = totals.count("error") or totals.unreadable or (strict and (totals.count("warning") or asked))
    return exits.SOMETHING if failed else exits.NOTHING


def _print(totals: Totals) -> None:
    shown = totals.packets[:_MOST_SHOWN]
    for one in shown:
        _print_packet(one)
    left = len(totals.packets) - len(shown)
    if left:
        say(f"and {many(left, 'packet')} with less to say (--json prints all)")
    for one in totals.conversations:
        _print_conversation(one)
    if totals.packets:
        _print_totals(totals)
    noted = sum(bool(one.noted_by) for one in totals.conversations)
    bare = len(totals.conversations) - noted
    say(
        f"{many(len(totals.packets), 'packet')}: {many(totals.count('error'), 'error')}, "
        f"{many(totals.count('warning'), 'warning')}; {many(bare, 'conversation')} without a note"
        + (f"; {many(noted, 'conversation')} with the note of a transfer" if noted else "")
        + (f"; a person was due in {totals.due}" if totals.due else "")
        + (f"; {totals.unreadable} unreadable" if totals.unreadable else "")
    )


def _head(one: Replayed, rest: str) -> None:
    head = Text(safe(one.id), style="bold")
    head.append(safe(f"  {rest}"), style="")
    console().print(head, soft_wrap=True)


def _print_packet(one: Replayed) -> None:
    held = "HELD for " if one.held else "for "
    _head(one, f"{one.lane}  {held}{one.owner} ({one.owner_id})  in {', '.join(one.destinations) or 'no system'}")
    for finding in one.findings:
        if finding.severity != "info":
            where = f"{finding.path}: " if finding.path else ""
            console().print(
                Text.assemble(
                    "    ", safe(finding.code), " ", word(finding.severity), safe(f": {where}{finding.text}")
                ),
                soft_wrap=True,
            )
    for name, questions in (one.unseen or {}).items():
        say(f"    {name}: its record does not show: {', '.join(questions)}")
    for repeat in one.repeats:
        what = "wants it explained again" if repeat.kind.value == "explanation" else f"asks for {repeat.path} again"
        say(f"    transcript.{repeat.turn}: the person {what}")
    if one.open_questions:
        say(f"    not answered: {', '.join(one.open_questions)}")
    _print_due(one, "    ")


def _print_conversation(one: Replayed) -> None:
    what = f"a conversation with the note of {one.noted_by}" if one.noted_by else "a conversation without a note"
    _head(one, f"{one.lane or 'no lane'}  {what}")
    for derived in one.derived:
        turn = f"  (turn {derived.turn})" if derived.turn is not None else ""
        say(f"    follows     {derived.path}: {derived.value}{turn}")
    for finding in one.findings:
        if one.noted_by:
            say(f"    left out    {finding.path}: {finding.text} ({finding.code})")
            continue
        say(f"    must say    {finding.path}: {finding.text.partition(';')[0].rstrip('.')} ({finding.code})")
    say(f"    must fill   {', '.join(one.to_fill)}")
    _print_due(one, "    due         ")


def _print_due(one: Replayed, before: str) -> None:
    if one.due is not None:
        why = one.due.reasons[0].text if one.due.reasons else "see `handoff triage`"
        say(f"{before}a person was due at turn {one.due.turn}: {why}")


def _print_totals(totals: Totals) -> None:
    say("")
    for row in totals.rules():
        if row["severity"] != "info":
            console().print(
                Text.assemble(f"{row['packets']:>5}  {row['code']} ", word(row["severity"]), f" {row['name']}"),
                soft_wrap=True,
            )
    if totals.questions():
        say("not answered: " + ", ".join(f"{name} {count}" for name, count in totals.questions().items()))
    _print_groups("lane", totals.lanes())
    _print_groups("reason", totals.reasons())
    if len(totals.producers()) > 1:
        _print_groups("producer", totals.producers())


def _print_groups(title: str, groups: Mapping[str, Mapping[str, int]]) -> None:
    for name, figures in groups.items():
        asked = (
            f", asked again {figures['asked_again']} of {figures['with_transfer']}" if figures["with_transfer"] else ""
        )
        say(
            f"{title} {name}: {many(figures['packets'], 'packet')}, {many(figures['errors'], 'error')}, "
            f"{many(figures['warnings'], 'warning')}, {figures['held']} held{asked}"
        )
