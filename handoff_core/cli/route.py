"""``handoff route``: which rule matched, and why."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from handoff_core.cli import exits
from handoff_core.cli.businesses import load_one
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.packets import PACKET_FILE, packet_texts
from handoff_core.cli.printing import console, print_json, safe, say, say_error, say_finding, say_invalid
from handoff_core.connector import Finding
from handoff_core.durations import format_duration
from handoff_core.errors import PacketInvalid

if TYPE_CHECKING:
    from handoff_core.config import Config
    from handoff_core.packet import Packet


@click.command(short_help="Which rule matches a packet, and why.")
@click.argument("packet", type=PACKET_FILE)
@click.option("--expect", metavar="OWNER", help="End with 1 unless this owner (an id of [owners]) gets it.")
@shared
@pass_scope
def route(scope: Scope, packet: str, expect: str | None) -> int:
    """Say who would get a packet, in which systems, by which rule. Stores and sends nothing."""
    from handoff_core.packet import Packet

    config = load_one(scope, "A packet goes to one business")
    if expect is not None and expect not in config.owners:
        raise click.BadParameter(
            f"{expect!r} is not one of [owners]: {', '.join(config.owners)}.", param_hint="--expect"
        )
    code = exits.NOTHING
    for piece in packet_texts(packet):
        try:
            found = _routed(config, Packet.from_json(piece.text))
        except PacketInvalid as error:
            say_invalid(piece.place, error)
            code = exits.SOMETHING
            continue
        right = expect is None or found["owner"]["id"] == expect
        if scope.as_json:
            print_json(found if expect is None else {**found, "expected": expect, "as_expected": right})
        else:
            _print(found, expect, right)
        code = code if right else exits.SOMETHING
    return code


def _routed(config: Config, packet: Packet) -> dict[str, Any]:
    from handoff_core.delivery.accept import outbox_of
    from handoff_core.routing import route as route_packet

    found = route_packet(
        packet,
        config.routing,
        config.people(),
        tuple(config.destinations),
        now=datetime.now(UTC),
        hours=config.hours,
    )
    return {
        "id": packet.id,
        "owner": {"id": found.owner_id, "name": config.owners[found.owner_id].name, "why": found.why},
        "rule": found.rule,
        "destinations": [*found.destinations, *outbox_of(config, packet)],
        "acknowledge_within": found.acknowledge_within,
        "then": list(found.chain),
        "findings": [asdict(one) for one in found.findings],
    }


def _print(found: dict[str, Any], expect: str | None, right: bool) -> None:
    owner = found["owner"]
    head = Text(safe(found["id"]), style="bold")
    head.append(f"  for {safe(owner['name'])} ({safe(owner['id'])})", style="")
    console().print(head, soft_wrap=True)
    say(f"    why           {owner['why']}")
    say(f"    destinations  {', '.join(found['destinations']) or 'none'}")
    if found["acknowledge_within"] is not None:
        then = f", then {', '.join(found['then'])}" if found["then"] else ""
        say(f"    acknowledge   within {format_duration(found['acknowledge_within'])}{then}")
    for one in found["findings"]:
        say_finding(Finding(**one))
    if not right:
        say_error(f"{found['id']}: expected owner {expect}, got {owner['id']}.")
