"""``handoff status``, ``show`` and ``log``: what is open, one handoff, and its audit trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from rich.text import Text

from handoff_core.cli import exits
from handoff_core.cli.businesses import each_business
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.printing import (
    ago,
    console,
    many,
    print_json,
    safe,
    say,
    say_error,
    say_finding,
    short,
    table,
    transition_lines,
    word,
)
from handoff_core.connector import Finding
from handoff_core.durations import format_duration
from handoff_core.views import approve_command

if TYPE_CHECKING:
    from handoff_core.client import Handoff
    from handoff_core.views import ApprovalStatus, DeliveryWait, HandoffStatus, LogLine, RecordLine, Shown

_URGENCY = ("critical", "high", "normal", "low")


@click.command(short_help="Open handoffs by owner and state.")
@shared
@pass_scope
def status(scope: Scope) -> int:
    """List the open handoffs by owner, the most urgent first. Ends with 1 while anything needs a person."""

    def do(handoff: Handoff) -> int:
        business = handoff.config.business
        found = sorted(handoff.status(), key=_order)
        if scope.as_json:
            for one in found:
                print_json(one, business=business.id)
            return _code(found)
        if not found:
            say(f"{business.id}: no open handoffs")
        else:
            table(
                f"{business.id}: {many(len(found), 'open handoff')}",
                ("owner", "urgency", "state", "id", "lane", "age", "summary"),
                [_row(one) for one in found],
            )
        for line in _waits_together(found, ZoneInfo(business.timezone)):
            say(line)
        for wait in handoff.account_waits():
            say(wait.text)
        return _code(found)

    return each_business(scope, do)


def _code(found: Sequence[HandoffStatus]) -> int:
    return exits.SOMETHING if any(one.needs_person for one in found) else exits.NOTHING


def _waits_together(found: Sequence[HandoffStatus], zone: ZoneInfo) -> Iterator[str]:
    """A line for each destination and state in which something stands still: a stopped account stops many alike."""
    together: dict[tuple[str, str], list[DeliveryWait]] = {}
    for one in found:
        for wait in one.waits:
            together.setdefault((wait.destination, wait.state), []).append(wait)
    for (destination, state), waits in sorted(together.items()):
        first = min(waits, key=lambda wait: wait.since)
        others = len({wait.reason for wait in waits}) - 1
        more = f" (and {many(others, 'other reason')}: `handoff show ID`)" if others else ""
        yield f"{destination}: {len(waits)} {state} {_stands_still(first, zone)}{more}"


def _stands_still(wait: DeliveryWait, zone: ZoneInfo) -> str:
    """Since when, until when where that is known, and why."""
    until = f", next try {_moment(wait.until, zone)}" if wait.until is not None else ""
    return f"since {_moment(wait.since, zone)}{until}" + (f": {wait.reason}" if wait.reason else "")


def _order(one: HandoffStatus) -> tuple[str, int, float]:
    urgency = _URGENCY.index(one.urgency) if one.urgency in _URGENCY else len(_URGENCY)
    return one.owner_name, urgency, -one.age_seconds


def _row(one: HandoffStatus) -> tuple[object, ...]:
    state = word(one.state)
    if one.held:
        state = Text.assemble(word("HELD"), "\n", state)
    if one.approval is not None and not one.closed and not one.held:
        state = Text.assemble(state, "\n", safe(_approval(one.approval)))
    if (taken := _taken(one)) is not None:
        state = Text.assemble(state, "\n", taken)
    return one.owner_name, word(one.urgency), state, one.id, one.lane, ago(one.age_seconds), short(one.summary)


def _taken(one: HandoffStatus) -> Text | None:
    """Whether somebody has acknowledged it; None where nobody is waited for."""
    if one.acknowledged_by is not None:
        return Text("taken", style="dim")
    if one.overdue:
        return word("OVERDUE")
    return Text("not taken", style="dim") if one.acknowledge_until is not None else None


def _approval(one: ApprovalStatus) -> str:
    return {
        "waiting": f"waits for approval by {one.approver_name}",
        "approved": f"approved by {one.by_name}; {one.final_owner_name} sends it",
        "rejected": f"rejected by {one.by_name}: {one.note}",
    }.get(one.state, "not to be sent: no consent to contact")


@click.command(short_help="One handoff with its records and links.")
@click.argument("id")
@shared
@pass_scope
def show(scope: Scope, id: str) -> int:
    """Show one handoff: owner, next step, and its record in each system with its link."""
    met = []

    def do(handoff: Handoff) -> int:
        shown = handoff.show(id)
        if shown is None:
            return exits.NOTHING
        met.append(id)
        if scope.as_json:
            print_json(shown, business=handoff.config.business.id)
        else:
            _print_shown(shown, handoff.config.business.id, handoff.config.business.timezone)
        return exits.NOTHING

    return _found(each_business(scope, do), met, id)


def _print_shown(shown: Shown, business: str, timezone: str) -> None:
    one, packet = shown.status, shown.packet
    out = console()
    out.print(Text(safe(f"{one.id}  {one.summary}"), style="bold"), soft_wrap=True)
    if one.erased_at is not None:
        _print_erased(shown)
        return
    escalation = packet.get("escalation", {})
    for name, value in (
        ("owner", f"{one.owner_name} ({shown.owner_why})"),
        *_acknowledgement(one, ZoneInfo(timezone)),
        ("urgency", word(one.urgency)),
        ("next step", packet.get("next_action", {}).get("text", "")),
        ("due", one.due or "not said"),
        ("escalation", f"{escalation.get('reason', '')}: {escalation.get('text', '')}"),
        ("lane", f"{one.lane}, business {business}"),
        ("revision", str(one.revision) if one.closed else f"{one.revision}, {_waiting(one)}"),
        ("state", _state(one)),
    ):
        out.print(Text.assemble(f"{name:<12}", value if isinstance(value, Text) else safe(value)), soft_wrap=True)
    for wait in one.waits:
        still = f" {_stands_still(wait, ZoneInfo(timezone))}"
        line = Text.assemble(f"{'':<12}", safe(f"{wait.destination}: "), word(wait.state), safe(still))
        out.print(line, soft_wrap=True)
    if one.held:
        out.print(Text.assemble(word("HELD"), f"        `handoff release {one.id}` lets it go"), soft_wrap=True)
    if one.approval is not None:
        out.print(Text(safe(f"{'approval':<12}{_approval(one.approval)}")), soft_wrap=True)
        if one.approval.state == "waiting" and not one.held and not one.closed:
            out.print(Text(safe(f"{'':<12}{approve_command(one.id, one.approval)}")), soft_wrap=True)
        elif one.approval.state == "approved" and one.approval.note:
            out.print(Text(safe(f"{'':<12}note: {one.approval.note}")), soft_wrap=True)
    for name, text in transition_lines(shown.announcement, shown.opening_line):
        out.print(Text(safe(f"{name:<12}{text}")), soft_wrap=True)
    for record in shown.records:
        _print_record(record)
    _print_earlier(shown)
    for since in shown.changes:
        say(f"\nNew since {since.destination} was last told (revision {since.revision}):")
        for change in since.changes:
            say(f"    {change}")
    if shown.findings:
        say("\nWhat a reader could not answer:")
    for finding in shown.findings:
        say_finding(Finding(**finding))


def _acknowledgement(one: HandoffStatus, zone: ZoneInfo) -> list[tuple[str, str | Text]]:
    """Who has taken it and when; else until when somebody is to, and who is asked then."""
    if one.acknowledged_at is not None and one.acknowledged_by is not None:
        after = f", after {format_duration(round(one.acknowledged_after or 0.0))}"
        late = {True: " (in time)", False: " (late)", None: ""}[one.acknowledged_in_time]
        return [("taken", f"by {one.acknowledged_by}, {_moment(one.acknowledged_at, zone)}{after}{late}")]
    lines: list[tuple[str, str | Text]] = []
    if one.acknowledge_until is not None:
        then = f", then {', '.join(one.next_owners)}" if one.next_owners else ""
        lines.append(("acknowledge", f"by {_moment(one.acknowledge_until, zone)}{then}"))
    if one.acknowledged_in_time is False:
        lines.append(("taken", "not yet, which is later than what counts as a success in this lane"))
    if one.overdue:
        lines.append(("", Text.assemble(word("OVERDUE"), f"  nobody acknowledged in time: handoff ack {one.id}")))
    return lines


def _moment(at: float, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def _print_earlier(shown: Shown) -> None:
    """The customer's earlier cases, with what is still open of each."""
    if shown.earlier:
        say("\nEarlier cases of the same customer:")
    for one in shown.earlier:
        day = datetime.fromtimestamp(one["at"], UTC).strftime("%Y-%m-%d")
        summary = one["summary"] or "not shown: no consent to sharing"
        say(f"    {one['id']}  {day}  {'closed' if one['closed'] else 'open'}  {summary}")
        for promise in one["promises"]:
            say(f"        promised and still open: {promise['text']}")
        for concern in one["concerns"]:
            say(f"        raised and not answered: {concern}")


def _print_erased(shown: Shown) -> None:
    """What is left of an erased packet: nothing of its content, and where its records stand."""
    say("Nothing of its content is kept here. `handoff audit` says who was sent which fields of it.")
    for record in shown.records:
        _print_record(record)


def _waiting(one: HandoffStatus) -> str:
    age = ago(one.age_seconds)
    return "came just now" if age == "now" else f"waiting for {age}"


def _state(one: HandoffStatus) -> Text:
    """Done, where the packet says so; and what its records still wait for."""
    if not one.closed:
        return word(one.state)
    return Text("done") if one.state == "delivered" else Text.assemble("done; records: ", word(one.state))


def _print_record(record: RecordLine) -> None:
    line = Text.assemble(("\n" + safe(f"{record.destination} {record.kind or ''}".strip()), "bold"), "  ")
    line.append_text(word(record.state))
    line.append(f"  {safe(record.id)}" if record.id else "")
    console().print(line, soft_wrap=True)
    extras = [record.url, record.reason, *(f"not shown there: {text}" for text in record.withheld)]
    extras += [f"left as a person changed it: {', '.join(record.kept)}"] if record.kept else []
    for extra in extras:
        if extra:
            say(f"    {extra}")


@click.command(short_help="The audit trail of one handoff.")
@click.argument("id")
@shared
@pass_scope
def log(scope: Scope, id: str) -> int:
    """List what was done for one handoff, the oldest first: who was sent what when, and what became of it."""
    met = []

    def do(handoff: Handoff) -> int:
        business = handoff.config.business
        zone = ZoneInfo(business.timezone)
        for line in handoff.log(id):
            met.append(id)
            if scope.as_json:
                print_json(line, business=business.id)
                continue
            print_log_line(line, zone)
        return exits.NOTHING

    return _found(each_business(scope, do), met, id)


def print_log_line(line: LogLine, zone: ZoneInfo) -> None:
    """One line of the audit trail for people, its time in ``zone``."""
    at = datetime.fromtimestamp(line.at, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z")
    where = safe(" ".join(part for part in (line.destination, line.kind) if part))
    # "again" ends one turn of a delivery: the others' links or a newer revision are still to be written.
    outcome = "goes on" if (line.what, line.outcome) == ("delivery", "again") else line.outcome
    shown = Text.assemble(f"{at}  {where:<16}  {safe(line.what)}: ", word(outcome))
    shown.append(f"  {safe(line.text)}" if line.text else "")
    shown.append(f"  [{safe(', '.join(line.fields))}]" if line.fields else "", style="dim")
    console().print(shown, soft_wrap=True)


def _found(code: int, met: list[str], packet_id: str) -> int:
    if code == exits.NOTHING and not met:
        say_error(f"There is no handoff {packet_id}; `handoff status` lists the open ones.")
        return exits.SOMETHING
    return code
