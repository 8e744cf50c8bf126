"""``handoff demo``: the main job on eight sample packets against the stand-ins, and what arrived where."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress as Bar
from rich.table import Table

from handoff_connectors.sandbox.samples import sample_packets, second_revision
from handoff_connectors.sandbox.server import Sandbox
from handoff_connectors.sandbox.snippet import TOKENS, configuration
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.delivery.result import Progress, SyncResult
from handoff_core.packet import Packet
from handoff_core.views import approve_command

ROUNDS = 30
"""Runs of ``sync`` at most until everything has arrived."""
_MORE_OWNERS = """
[owners.sam]
name = "Sam Ortiz"
email = "sam@acme.example"

[[routing.rules]]
name = "leads and replies go to sales"
when = { lane = ["sales", "outbound_reply"] }
owner = "sam"
acknowledge_within = "15m"
then = ["dana"]

[[routing.rules]]
name = "what runs by night goes to the owner"
when = { urgency = ["critical", "high"] }
owner = "dana"
acknowledge_within = "10m"
"""
# The stand-ins show what they accepted at once, so an answer that was lost is found again within seconds.
_QUICK = 'settle = "1s"\ntimeout = "2s"\nmin_update_interval = "1s"\n'


@dataclass(frozen=True)
class Demo:
    """A demo that has run: where to look, and whether every packet has arrived exactly once."""

    page_url: str
    arrived: bool


@contextmanager
def run_demo(console: Console, folder: Path | None = None) -> Iterator[Demo]:
    """Run the main job and tell the story; the stand-ins stay up inside the ``with`` block."""
    with tempfile.TemporaryDirectory(prefix="handoff-demo-") as temporary, Sandbox(limits=False) as stand_ins:
        home = folder or Path(temporary)
        path = home / "handoff.toml"
        path.write_text(_configuration(stand_ins.urls), encoding="utf-8")
        now = datetime.now(UTC)
        with Handoff(load(path, dict.fromkeys(TOKENS, "sandbox"))) as handoff:
            console.rule("1. Eight conversations are handed off")
            _submit(console, handoff, [Packet.from_object(one) for one in sample_packets(now)])
            console.rule("2. Delivered, though one answer is lost on purpose")
            stand_ins.faults.add("apply_then_drop", vendor="zendesk", method="POST", path="/tickets$", skip=4)
            _deliver(console, handoff)
            console.rule("3. The customer writes again: a second revision of one packet")
            _submit(console, handoff, [Packet.from_object(second_revision(now))])
            _deliver(console, handoff)
            console.rule("4. What arrived where")
            arrived = _show(console, handoff, stand_ins)
            yield Demo(stand_ins.page_url, arrived)


def _configuration(urls: Mapping[str, str]) -> str:
    text = configuration(urls)
    for connector in ("zendesk", "hubspot", "slack"):
        line = f'connector = "{connector}"\n'
        text = text.replace(line, line + _QUICK)
    return text + _MORE_OWNERS


def _submit(console: Console, handoff: Handoff, packets: list[Packet]) -> None:
    table = Table("packet", "lane", "urgency", "owner", "why", box=None)
    for packet in packets:
        receipt = handoff.submit(packet)
        assert receipt.owner is not None
        table.add_row(
            packet.id,
            packet.lane.value,
            packet.urgency.level.value,
            receipt.owner.name,
            f"{receipt.status.value}, revision {receipt.revision}: {receipt.owner.why}",
        )
    console.print(table)


def _deliver(console: Console, handoff: Handoff) -> SyncResult:
    result = SyncResult(handoff.config.business.id)
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("sync", total=None)

        def show(at: Progress) -> None:
            bar.update(task, completed=at.done, total=at.done + at.waiting)

        for _ in range(ROUNDS):
            result = handoff.sync(on_progress=show)
            if result.unknown:
                console.print(
                    f"  {result.unknown} answer lost on the way back: looked up by its key, never sent blindly again"
                )
            if not handoff.waiting():
                break
    console.print(f"  {_sum(result)}")
    return result


def _sum(result: SyncResult) -> str:
    open_ = {name: count for name, count in result.to_object().items() if name in _OPEN and count}
    return "everything is delivered" if not open_ else f"still open: {open_}"


_MAIN = ("ticket", "note", "alert")
_OPEN = ("retrying", "unknown", "parked", "dead")


def _show(console: Console, handoff: Handoff, stand_ins: Sandbox) -> bool:
    for status in handoff.status():
        shown = handoff.show(status.id)
        assert shown is not None
        console.print(f"[bold]{status.id}[/bold]  {status.lane}, {status.urgency}: {status.owner_name}, {status.state}")
        if (asked := status.approval) is not None and asked.state == "waiting":
            console.print(
                f"  [yellow]waits for approval by {asked.approver_name}[/yellow]; until then nobody sends it:"
            )
            console.print(f"    {approve_command(status.id, asked)}", soft_wrap=True, highlight=False)
        for name in handoff.config.destinations:
            own = [record for record in shown.records if record.destination == name]
            kinds = ", ".join(record.kind or "nothing yet" for record in own)
            url = next((record.url for record in own if record.kind in _MAIN and record.url), "")
            console.print(f"  {name}: {kinds}\n    {url}", soft_wrap=True, highlight=False)
    doubled = stand_ins.duplicates()
    statuses = handoff.status()
    whole = len(statuses) == len(sample_packets(datetime.now(UTC))) and all(
        one.state == "delivered" for one in statuses
    )
    for status in statuses:  # whichever was the fifth ticket: the lanes work side by side
        for line in handoff.log(status.id):
            if line.outcome in ("unknown", "absent") or line.what == "found":
                console.print(
                    f"  {status.id}, {line.destination}: {line.what} {line.outcome}: {line.text or 'adopted'}"
                )
    console.print(f"\n{len(statuses)} packets, every record once: {'yes' if whole and not doubled else 'NO'}")
    return whole and not doubled
