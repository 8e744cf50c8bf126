"""``handoff submit``: packets from files into the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from handoff_core.cli import exits
from handoff_core.cli.businesses import open_one
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.packets import PACKET_FILE, packet_texts
from handoff_core.cli.printing import clause, console, print_json, safe, say, say_finding, transition_lines, word
from handoff_core.errors import Problem
from handoff_core.receipt import Receipt, ReceiptStatus

if TYPE_CHECKING:
    from handoff_core.client import Handoff

_NO_PACKET = Problem("", "holds no packet", "write one JSON object, or one a line; see what made it empty")


@click.command(short_help="Packets from files into the ledger.")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=PACKET_FILE)
@click.option("--now", is_flag=True, help="Also deliver what is due.")
@shared
@pass_scope
def submit(scope: Scope, files: Sequence[str], now: bool) -> int:
    """Put packets (JSON, or JSONL with one packet a line; "-" reads standard input) into the ledger.

    Each packet stands alone: good ones are accepted beside bad ones, and each gets a receipt. Nothing is sent
    before the next `handoff sync`, except with --now. Ends with 1 when a packet was refused, and
    for a file that holds none.
    """
    from handoff_core.cli.sync import sync_one

    refused = 0
    with open_one(scope, "A packet goes to one business") as handoff:
        for place, receipt in _receipts(handoff, files):
            refused += receipt.status in ("refused", "conflict")
            if scope.as_json:
                print_json(receipt)
            else:
                print_receipt(receipt, place)
        codes = [exits.SOMETHING if refused else exits.NOTHING]
        if now:
            codes.append(sync_one(scope, handoff, inbox=False))
    return exits.worst(codes)


def print_receipt(receipt: Receipt, place: str = "") -> None:
    """A receipt for people: one line, then what was found, each with what to do."""
    line = word(receipt.status)
    line.append(safe(f"  {receipt.id or place}"), style="bold")
    if receipt.status in ("accepted", "unchanged", "stale") and receipt.revision:
        line.append(f"  revision {receipt.revision}", style="")
    if receipt.owner is not None:
        line.append(safe(f"  for {receipt.owner.name} ({receipt.owner.why})"), style="")
    if receipt.destinations:
        line.append(safe(f"  to {', '.join(receipt.destinations)}"), style="")
    if receipt.held:
        line.append("  HELD: `handoff release` lets it go", style="bold yellow")
    console().print(line, soft_wrap=True)
    for problem in receipt.problems:
        where = f"{place}: {problem.path}" if place and problem.path else problem.path or place or "packet"
        say(f"    {where}: {clause(problem.text, problem.fix)}")
    for name, text in transition_lines(receipt.announcement, receipt.opening_line):
        say(f"    {name}: {text}")
    for finding in receipt.findings:
        say_finding(finding)


def _receipts(handoff: Handoff, files: Sequence[str]) -> Iterator[tuple[str, Receipt]]:
    """Place and receipt of every packet. A file without any is refused: an empty pipe is a broken automation."""
    for name in files:
        empty = True
        for piece in packet_texts(name):
            empty = False
            yield piece.place, handoff.submit_text(piece.text)
        if empty:
            yield "stdin" if name == "-" else name, Receipt(None, ReceiptStatus.REFUSED, problems=(_NO_PACKET,))
