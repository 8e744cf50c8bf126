"""``handoff preview``: each record as its readers would see it, and the exact requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
from rich.text import Text

from handoff_core.cli import exits
from handoff_core.cli.businesses import load_one
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.packets import PACKET_FILE, packet_texts
from handoff_core.cli.printing import console, print_json, safe, say, say_invalid
from handoff_core.clock import SystemClock
from handoff_core.errors import PacketInvalid

if TYPE_CHECKING:
    from handoff_core.config import Config
    from handoff_core.connector import RecordedRequest
    from handoff_core.packet import Lane
    from handoff_core.privacy import Policy
    from handoff_core.views import PreviewRecord


@click.command(short_help="The exact requests and a readable rendering; no network, no ledger.")
@click.argument("packet", type=PACKET_FILE)
@click.option("--destination", metavar="NAME", help="Only this destination.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("records", "markdown")),
    default="records",
    show_default=True,
    help="markdown: the packet itself, for any tool: what --destination may see, else nothing personal.",
)
@shared
@pass_scope
def preview(scope: Scope, packet: str, destination: str | None, form: str) -> int:
    """Show what a packet would become: each record in words, then the exact requests with secrets masked.

    Nothing is sent or stored, and no token is needed. Ends with 1 for an invalid packet.
    """
    if form == "markdown" and scope.as_json:
        raise click.UsageError("--format markdown is for people and AI tools; the packet is JSON already.")
    from handoff_core.delivery.assessed import assess_packet
    from handoff_core.delivery.preview import preview_packet
    from handoff_core.export import packet_markdown
    from handoff_core.packet import Packet

    config = load_one(scope, "A packet goes to one business")
    names = ", ".join(config.places)
    if destination is not None and destination not in config.places:
        raise click.BadParameter(
            f"{destination!r} is not one of [destinations] or [agents]: {names}.", param_hint="--destination"
        )
    code = exits.NOTHING
    for piece in packet_texts(packet):
        try:
            found = Packet.from_json(piece.text)
        except PacketInvalid as error:
            say_invalid(piece.place, error)
            code = exits.SOMETHING
            continue
        if form == "markdown":
            say(packet_markdown(found, _policy(config, destination)))
            continue
        clock = SystemClock()
        if not scope.as_json:
            say(_style_words(config, found.lane))
        for record in preview_packet(config, assess_packet(config, found, now=clock.now()), clock, destination):
            if scope.as_json:
                print_json(record)
            else:
                _print(record)
    return code


def _policy(config: Config, destination: str | None) -> Policy:
    """What a destination may see; without one the least with which somebody can work."""
    from handoff_core.packet.enums import Sensitivity
    from handoff_core.privacy import Policy

    return Policy(Sensitivity.INTERNAL, region=config.region) if destination is None else config.policy(destination)


def _style_words(config: Config, lane: Lane) -> str:
    """Which house style the records below have, and where to change it."""
    style = config.styles.get(lane)
    if style is None:
        return f"House style: {lane}, as built in. [lanes.{lane}.style] changes it: docs/house-style.md.\n"
    return (
        f"House style: {style.name}, as [lanes.{lane}] in {config.path} has it; "
        f"the head reads in at most {style.reading_seconds:g} s.\n"
    )


def _print(record: PreviewRecord) -> None:
    out = console()
    head = f"{record.destination} ({record.connector}) {record.kind}"
    out.print(Text(safe(f"{head}: {record.title}" if record.title else head), style="bold"), soft_wrap=True)
    out.print(Text(safe(record.text)), soft_wrap=True)
    for text in record.withheld:
        say(f"not shown there: {text}")
    for request in record.requests:
        _print_request(request)
    say("")


def _print_request(request: RecordedRequest) -> None:
    out = console()
    out.print(Text(safe(f"\n{request.method} {request.url}"), style="bold cyan"), soft_wrap=True)
    for name, value in request.headers.items():
        say(f"{name}: {value}")
    if request.body:
        say("")
        say(_readable(request.body))


def _readable(body: str) -> str:
    """JSON indented, anything else as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
