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
    from handoff_core.routing import Route


def _moment(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(
            f"{value!r} is no time; write e.g. 2026-12-25T20:00 or 2026-12-25T20:00:00-06:00."
        ) from None


@click.command(short_help="Which rule matches a packet, and why.")
@click.argument("packet", type=PACKET_FILE)
@click.option("--expect", metavar="OWNER", help="End with 1 unless this owner (an id of [owners]) gets it.")
@click.option(
    "--at",
    metavar="TIME",
    callback=_moment,
    help="As if it were this time, e.g. 2026-12-25T20:00 (in the business's zone unless it names an offset).",
)
@shared
@pass_scope
def route(scope: Scope, packet: str, expect: str | None, at: datetime | None) -> int:
    """Say who would get a packet now, in which systems, by which rule, and who was passed over why.

    Stores and sends nothing.
    """
    from handoff_core.packet import Packet

    config = load_one(scope, "A packet goes to one business")
    if expect is not None and expect not in config.owners:
        raise click.BadParameter(
            f"{expect!r} is not one of [owners]: {', '.join(config.owners)}.", param_hint="--expect"
        )
    code = exits.NOTHING
    for piece in packet_texts(packet):
        try:
            found = _routed(config, Packet.from_json(piece.text), at)
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


def _routed(config: Config, packet: Packet, at: datetime | None) -> dict[str, Any]:
    from handoff_core.delivery.assessed import outbox_of
    from handoff_core.routing import route as route_packet

    now = datetime.now(UTC)
    if at is not None:
        now = at if at.tzinfo is not None else at.replace(tzinfo=config.business.zone)
    found = route_packet(
        packet,
        config.routing,
        config.people(),
        tuple(config.destinations),
        now=now,
        hours=config.hours,
        staff=config.staff,
    )
    return {
        "id": packet.id,
        "owner": {"id": found.owner_id, "name": config.owners[found.owner_id].name, "why": found.why},
        "rule": found.rule,
        "destinations": [*found.destinations, *outbox_of(config, packet)],
        "acknowledge_within": found.acknowledge_within,
        "acknowledge_in": found.acknowledge_in.value,
        "then": list(found.chain),
        "escalation_path": _path(found, config.routing.fallback),
        "passed_over": [{"id": one.owner_id, "name": one.name, "why": one.why} for one in found.passed],
        "findings": [asdict(one) for one in found.findings],
    }


def _path(found: Route, fallback: str) -> list[str]:
    """Who is asked while nobody acknowledges, in order, the fallback owner last."""
    if found.acknowledge_within is None:
        return []
    return [one for one in dict.fromkeys((*found.chain, fallback)) if one != found.owner_id]


def _print(found: dict[str, Any], expect: str | None, right: bool) -> None:
    owner = found["owner"]
    head = Text(safe(found["id"]), style="bold")
    head.append(f"  for {safe(owner['name'])} ({safe(owner['id'])})", style="")
    console().print(head, soft_wrap=True)
    say(f"    why           {owner['why']}")
    for one in found["passed_over"]:
        say(f"    passed over   {one['name']} ({one['id']}): {one['why']}")
    say(f"    destinations  {', '.join(found['destinations']) or 'none'}")
    if found["acknowledge_within"] is not None:
        then = f", then {', then '.join(found['escalation_path'])}" if found["escalation_path"] else ""
        business = " of business time" if found["acknowledge_in"] == "business" else ""
        say(f"    acknowledge   within {format_duration(found['acknowledge_within'])}{business}{then}")
    for one in found["findings"]:
        say_finding(Finding(**one))
    if not right:
        say_error(f"{found['id']}: expected owner {expect}, got {owner['id']}.")
