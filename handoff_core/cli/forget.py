"""``handoff forget`` and ``handoff prune``: erasure and retention, each with its plan first."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from handoff_core.cli import exits
from handoff_core.cli.businesses import each_business, open_one
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.printing import many, print_json, say, say_error, table
from handoff_core.privacy.erasure import erased_on

if TYPE_CHECKING:
    from handoff_core.client import Handoff
    from handoff_core.views import ErasedPacket, ErasureResult


@click.command(short_help="Erase packets for good; --plan first.")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--customer", metavar="WHO", help="All packets of one customer: e-mail, telephone number or account_id.")
@click.option("--plan", is_flag=True, help="Only say what would be erased where, and what cannot be.")
@click.option("--yes", is_flag=True, help="Do not ask, on a terminal.")
@click.option("--now", is_flag=True, help="Erase the records at the vendors at once, not with the next sync.")
@shared
@pass_scope
def forget(scope: Scope, ids: tuple[str, ...], customer: str | None, plan: bool, yes: bool, now: bool) -> int:
    """Erase packets: their words leave the ledger and the inbox's files at once, and the records at the vendors with
    the next `handoff sync`. A later packet with the id is refused. It cannot be taken back.

    Ends with 1 when an id is not known, a person has to erase something, or the command has to be run again.
    """
    if not ids and customer is None:
        raise click.UsageError("Name at least one ID, or --customer.")
    with open_one(scope, "An erasure concerns one business") as handoff:
        try:
            if not plan and not yes and sys.stdin.isatty():
                _show(scope, handoff, handoff.forget(*ids, customer=customer, plan=True))
                click.confirm("Erase this for good?", abort=True, err=True)
            result = handoff.forget(*ids, customer=customer, plan=plan)
        except ValueError as error:
            raise click.BadParameter(f"{customer!r} {error}", param_hint="--customer") from error
        _show(scope, handoff, result, at_once=now)
        person = result.unfinished or result.by_hand
        code = exits.SOMETHING if result.unknown or (person and not plan) else exits.NOTHING
        if not result.packets and not result.unknown:
            say_error(f"Nothing of {customer} is known here.")
            code = exits.SOMETHING
        if now and not plan and result.packets:
            code = max(code, handoff.sync(inbox=False).exit)
            if not scope.as_json:
                _say_left(handoff, result)
    return code


@click.command(short_help="Erase what retention no longer allows; --plan first.")
@click.option("--plan", is_flag=True, help="Only say what would be erased.")
@shared
@pass_scope
def prune(scope: Scope, plan: bool) -> int:
    """Do what [retention] says: erase old closed packets from the ledger and the inbox's files, and take the
    conversation out of younger ones. Records at the vendors stay: they are the business's. Run it once a night.

    What is not wholly delivered, or waits for a person, is left alone.
    """

    def do(handoff: Handoff) -> int:
        retention = handoff.config.retention
        if not scope.as_json and (retention is None or (retention.packets is None and retention.transcripts is None)):
            say(f"{handoff.config.business.id}: [retention] sets no limit, so nothing is pruned")
            return exits.NOTHING
        result = handoff.prune(plan=plan)
        _show(scope, handoff, result)
        return exits.SOMETHING if result.unfinished and not plan else exits.NOTHING

    return each_business(scope, do)


def _show(scope: Scope, handoff: Handoff, result: ErasureResult, *, at_once: bool = False) -> None:
    business = handoff.config.business.id
    if scope.as_json:
        print_json(result, business=business)
        return
    for word in result.unfinished:
        say_error(f"{business}: {word}. Run the same command again.")
    for packet_id in result.unknown:
        say_error(f"There is no handoff {packet_id}; `handoff status` lists the open ones.")
    if not result.packets:
        if not result.unknown:
            say(f"{business}: nothing is to be erased")
        return
    rows = [row for packet in result.packets for row in _rows(packet)]
    table(
        f"{business}: {_headline(result)}",
        ("id", "where", "what happens"),
        rows,
    )
    for packet in result.packets:
        for record in packet.records:
            # Not in the table, where it would be folded and could not be followed.
            say(
                f"  {packet.id}  {record.destination} {record.kind}: {record.url or record.id or 'no address is known'}"
            )
    if result.stays:
        say("What stays, and what a person does about it:")
        for word in result.stays:
            say(f"  - {word}")
    if result.remote and not result.planned and not at_once:
        say(f"{many(result.remote, 'record')} at the vendors: erased with the next `handoff sync`.")
    if result.by_hand:
        them = "it" if result.by_hand == 1 else "them"
        say(f"{many(result.by_hand, 'record')} at the vendors: a person has to erase {them}, see above.")


def _headline(result: ErasureResult) -> str:
    """How many packets go, and how many had gone before."""
    erased = sum(one.erased_at is not None for one in result.packets)
    going = sum(one.keeps is None and one.erased_at is None for one in result.packets)
    parts = (
        [f"{many(going, 'packet')} {'would be erased' if result.planned else 'erased'}"] if going or not erased else []
    )
    if erased:
        parts.append(f"{many(erased, 'packet')} {'is' if erased == 1 else 'are'} erased already")
    return ", ".join(parts)


def _rows(packet: ErasedPacket) -> Iterator[tuple[str, str, str]]:
    shown = packet.id or "(without an id)"
    if packet.keeps is not None:
        yield shown, "ledger", f"stays: {packet.keeps}"
        return
    held = ", ".join(many(count, name) for name, count in packet.rows.items())
    if packet.erased_at is not None:
        yield shown, "ledger", f"was {erased_on(packet.erased_at)}"
    elif packet.what == "transcript":
        yield shown, "ledger", f"the conversation is taken out of {held}"
    elif packet.what == "draft":
        yield shown, "ledger", "a draft that nobody handed off"
    elif packet.what == "erase":
        yield shown, "ledger", f"{held} erased" if held else "a row that refuses later packets"
    for name in packet.files:
        yield shown, "inbox", f"{name}: written anew without it, or removed"
    for record in packet.records:
        yield shown, f"{record.destination} {record.kind}", record.what


def _say_left(handoff: Handoff, result: ErasureResult) -> None:
    """What became of the records at the vendors."""
    for packet in result.packets:
        shown = handoff.show(packet.id) if packet.id else None
        for record in shown.records if shown is not None else ():
            if record.kind is not None or record.state != "erased":
                reason = f": {record.reason}" if record.reason else ""
                say(f"{packet.id}  {record.destination} {record.kind or ''}  {record.state}{reason}")
