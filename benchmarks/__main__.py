"""Run the benchmarks and print one table; ``--json FILE`` also writes the figures."""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.rounds import Figure

BENCHMARKS = {
    "B1": "benchmarks.b1_durable_write",
    "B6": "benchmarks.b6_cpu_per_packet",
    "B7": "benchmarks.b7_history",
    "B8": "benchmarks.b8_nothing_due",
}


def main() -> int:
    """0 when every aim was met, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("only", nargs="*", choices=[*BENCHMARKS, []], help="which ones; default all")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args()
    console = Console()
    figures: list[Figure] = []
    for number, module in BENCHMARKS.items():
        if options.only and number not in options.only:
            continue
        with console.status(f"{number} …"):
            figures.append(import_module(module).run())
    console.print(_table(figures))
    for figure in figures:
        console.print(f"{figure.number}: checked: {figure.checked}" + (f"; {figure.beside}" if figure.beside else ""))
    if options.json is not None:
        options.json.write_text(json.dumps([figure.to_object() for figure in figures], indent=2) + "\n")
    return 0 if all(figure.median <= figure.aim for figure in figures) else 1


def _table(figures: list[Figure]) -> Table:
    table = Table(title="Handoff benchmarks: ours / other side, interleaved rounds")
    for name in ("#", "what", "against", "ours (median)", "other (median)", "ratio: median [min–max]", "aim"):
        table.add_column(name)
    for one in figures:
        mine, theirs = sorted(one.ours)[len(one.ours) // 2], sorted(one.other)[len(one.other) // 2]
        ratios = f"{one.median:.2f} [{min(one.ratios):.2f}–{max(one.ratios):.2f}]"
        table.add_row(
            one.number,
            one.what,
            one.against,
            f"{mine:.4g} {one.unit}",
            f"{theirs:.4g} {one.unit}",
            ratios,
            f"≤ {one.aim}",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
