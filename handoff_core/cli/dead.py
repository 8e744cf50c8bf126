"""``handoff dead``: what could not be delivered, and what a person decides about it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from handoff_core.cli import exits
from handoff_core.cli.businesses import each_business, open_one
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.printing import ago, many, print_json, say, say_error, short, table
from handoff_core.cli.status import print_log_line

if TYPE_CHECKING:
    from handoff_core.client import Handoff
    from handoff_core.views import DeadLine

_WENT_WELL = frozenset({"ok", "delivered", "again"})
"""Outcomes in the audit trail that need no explanation."""


@click.group(short_help="What could not be delivered: list, show, retry, drop.")
@shared
def dead() -> None:
    """List, read, retry or drop what could not be delivered."""


@dead.command("list")
@shared
@pass_scope
def list_(scope: Scope) -> int:
    """List every delivery that was given up, with its reason. Ends with 1 while there is one."""

    def do(handoff: Handoff) -> int:
        found = handoff.dead()
        _print(scope, handoff, found)
        return exits.SOMETHING if found else exits.NOTHING

    return each_business(scope, do)


@dead.command("show", short_help="Show one handoff: reason, attempts, what to do.")
@click.argument("id")
@shared
@pass_scope
def show(scope: Scope, id: str) -> int:
    """Show the deliveries of one handoff that were given up: the whole reason, what was tried, and what to do.

    Ends with 1, as `handoff dead list` does.
    """
    met: list[str] = []

    def do(handoff: Handoff) -> int:
        found = tuple(line for line in handoff.dead() if line.id == id)
        if not found:
            return exits.NOTHING
        met.append(id)
        _print_dead(scope, handoff, found)
        return exits.SOMETHING

    code = each_business(scope, do)
    if code == exits.NOTHING and not met:
        return _none(id)
    return code


@dead.command("retry")
@click.argument("id")
@click.option("--destination", metavar="NAME", help="Only there.")
@shared
@pass_scope
def retry(scope: Scope, id: str, destination: str | None) -> int:
    """Try a given-up delivery again with the next `handoff sync`."""
    with open_one(scope, "A retry concerns one business") as handoff:
        return _done(scope, id, handoff.retry(id, destination), "retried with the next `handoff sync`", "retried")


@dead.command("drop")
@click.argument("id")
@click.option("--destination", metavar="NAME", help="Only there.")
@shared
@pass_scope
def drop(scope: Scope, id: str, destination: str | None) -> int:
    """Decide that a given-up delivery is not to be made. A later revision does not change that."""
    with open_one(scope, "A drop concerns one business") as handoff:
        return _done(scope, id, handoff.drop(id, destination), "dropped", "dropped")


def _done(scope: Scope, packet_id: str, count: int, words: str, key: str) -> int:
    if scope.as_json:
        print_json({"id": packet_id, key: count})
        return exits.NOTHING if count else exits.SOMETHING
    if not count:
        return _none(packet_id)
    say(f"{packet_id}: {_deliveries(count)} {words}")
    return exits.NOTHING


def _deliveries(count: int) -> str:
    return many(count, "delivery", "deliveries")


def _none(packet_id: str) -> int:
    say_error(f"Nothing of {packet_id} was given up; `handoff dead list` lists what was.")
    return exits.SOMETHING


def _print(scope: Scope, handoff: Handoff, found: tuple[DeadLine, ...]) -> None:
    business = handoff.config.business.id
    if scope.as_json:
        for line in found:
            print_json(line, business=business)
        return
    if not found:
        say(f"{business}: nothing was given up")
        return
    now = handoff.ledger.now()
    table(
        f"{business}: {_deliveries(len(found))} given up",
        ("id", "destination", "since", "reason", "summary"),
        [(line.id, line.destination, ago(now - line.since), line.reason or "", short(line.summary)) for line in found],
    )
    say("`handoff dead retry ID` tries again once the reason is gone; `handoff dead drop ID` ends it.")


def _print_dead(scope: Scope, handoff: Handoff, found: tuple[DeadLine, ...]) -> None:
    """Each given-up delivery of one handoff with everything that was tried there and did not succeed."""
    business = handoff.config.business
    failed = [line for line in handoff.log(found[0].id) if line.outcome not in _WENT_WELL]
    if scope.as_json:
        for one in found:
            tried = [line.to_object() for line in failed if line.destination == one.destination]
            print_json(one, business=business.id, attempts=tried)
        return
    now, zone = handoff.ledger.now(), ZoneInfo(business.timezone)
    say(f"{found[0].id}  {found[0].summary}")
    for one in found:
        say(f"\n{one.destination}: given up {_since(now - one.since)}, revision {one.revision}")
        say(f"    {one.reason or 'no reason was given'}")
        say("  What was tried:")
        for line in failed:
            if line.destination == one.destination:
                print_log_line(line, zone)
    say(f"\n`handoff dead retry {found[0].id}` tries again once the reason is gone;")
    say(f"`handoff dead drop {found[0].id}` ends it. --destination NAME means only one of them.")


def _since(seconds: float) -> str:
    age = ago(seconds)
    return "just now" if age == "now" else f"{age} ago"
