"""``handoff sync``: the scheduled job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from handoff_core.cli import exits
from handoff_core.cli.businesses import each_business
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.printing import many, print_json, say
from handoff_core.cli.progress import progress_bar
from handoff_core.durations import parse_duration

if TYPE_CHECKING:
    from handoff_core.client import Handoff
    from handoff_core.delivery.result import SyncResult


def _seconds(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    try:
        seconds = parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} {error}") from error
    if seconds <= 0:
        raise click.BadParameter("must be more than nothing, e.g. 50s")
    return seconds


@click.command(short_help="The scheduled job: take the inbox, deliver what is due.")
@click.option("--deliver-only", is_flag=True, help="Only deliver what is due; leave the inbox for another run.")
@click.option("--time-budget", metavar="50s", callback=_seconds, help="Begin nothing new after this long.")
@click.option(
    "--reconcile", is_flag=True, help="Look every record up before it is written: after the ledger was restored."
)
@shared
@pass_scope
def sync(scope: Scope, deliver_only: bool, time_budget: float | None, reconcile: bool) -> int:
    """Take the inbox, ask the next owner where nobody acknowledged in time, and deliver what is due. Run it every
    minute from cron or a timer.

    Ends with 1 only for what this run newly refused, gave up or parked, or found nobody left to ask for; a vendor
    that is down gives 0.
    """
    return each_business(
        scope,
        lambda handoff: sync_one(scope, handoff, inbox=not deliver_only, time_budget=time_budget, reconcile=reconcile),
        _print_failed if scope.as_json else None,
    )


def _print_failed(business: str, code: int) -> None:
    """The object of a business that could not run: a reader of ``--json`` finds one for each."""
    from handoff_core.delivery.result import SyncResult

    print_json(SyncResult(business, exit=code))


def sync_one(
    scope: Scope,
    handoff: Handoff,
    *,
    inbox: bool = True,
    time_budget: float | None = None,
    reconcile: bool = False,
) -> int:
    """One run for one business, printed; its exit code."""
    before = stuck_states(handoff)
    with progress_bar(handoff.config.business.id) as bar:
        result = handoff.sync(
            time_budget=time_budget,
            inbox=inbox,
            reconcile=reconcile,
            on_progress=None if bar is None else lambda at: bar(at.done, at.done + at.waiting),
        )
    print_result(scope, result, before)
    return result.exit


def stuck_states(handoff: Handoff) -> Mapping[str, int]:
    """How many deliveries are dead and parked now."""
    from handoff_core.ledger.moves import count_states

    with handoff.ledger.read() as tx:
        return count_states(tx, handoff.config.business.id)


def print_result(scope: Scope, result: SyncResult, before: Mapping[str, int]) -> None:
    """What a run did, in a line. ``before``: ``stuck_states`` when it began."""
    if scope.as_json:
        print_json(result)
        return
    done = [
        f"{count} {what}"
        for count, what in (
            (result.taken, "taken"),
            (result.refused, "refused"),
            (result.delivered, "delivered"),
            (result.erased, "erased"),
            (result.outcomes, "outcome" if result.outcomes == 1 else "outcomes"),
            (result.escalated, "passed on"),
            (result.put_off, "tried without success, to be tried again"),
            (result.dead - before.get("dead", 0), "given up"),
            (result.parked - before.get("parked", 0), "newly parked"),
        )
        if count > 0
    ]
    open_ = [
        f"{count} {what}"
        for count, what in (
            (result.dead, "dead"),
            (result.parked, "parked"),
            (result.waiting, "waiting"),
            (result.unknown, "unknown"),
            (result.retrying, "retrying"),
            (result.held, "held"),
        )
        if count
    ]
    # One that was dead before, revived and given up anew does not change the count, but is no quiet run.
    nothing = "given up or parked again" if result.exit else "nothing due"
    line = f"{result.business}: {', '.join(done) or nothing}"
    say(line + (f" ({', '.join(open_)})" if open_ else "") + f" in {result.seconds:.1f} s")
    for wait in result.asked_to_wait:
        say(f"  {wait.text}")
    if result.exit == exits.SOMETHING:
        say(f"  needs a person: {_what_to_do(result)}")


def _what_to_do(result: SyncResult) -> str:
    steps = []
    if result.refused:
        packets = many(result.refused, "packet lies", "packets lie")
        their = "its" if result.refused == 1 else "their"
        steps.append(f"{packets} in the inbox's refused/ folder beside {their} problems")
    if result.stuck:
        stay = many(result.stuck, "file stays", "files stay")
        steps.append(f"{stay} in the inbox, with the reason on stderr: mend that, and the next run goes on")
    if result.unanswered:
        steps.append(f"nobody acknowledged {many(result.unanswered, 'handoff')}: `handoff status` names them")
    if result.parked:
        steps.append("`handoff check --online` tells why an account is stopped")
    if result.dead:
        steps.append("`handoff dead list` tells what could not be delivered")
    return "; ".join(steps) or "see `handoff status`"
