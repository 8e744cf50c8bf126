"""Run the benchmarks, tell each figure at once, print one table, and write bench.json and bench.svg (``--into``)."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import traceback
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.catalogue import BENCHMARKS, MODULES
from benchmarks.rounds import Figure
from proof import picture
from proof.surroundings import commit, machine, versions


def main() -> int:
    """0 when every aim was met, else 1; also 1 when a check of correctness failed, which is no figure at all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("only", nargs="*", choices=[*MODULES, []], help="which ones; default all")
    parser.add_argument("--into", type=Path, default=None, help="the folder for bench.json and bench.svg")
    options = parser.parse_args()
    console = Console()
    began = datetime.now(UTC).isoformat(timespec="seconds")
    figures: list[Figure] = []
    failed: dict[str, str] = {}
    for number, module in MODULES.items():
        if options.only and number not in options.only:
            continue
        with console.status(f"{number} {BENCHMARKS[number]} …"):
            try:
                figures.append(import_module(module).run())
                _tell(console, figures[-1])  # the whole takes long: what is known is shown at once
            except AssertionError as error:
                # The others still run, and the table says which one gave a wrong result.
                traceback.print_exc()
                failed[number] = f"its check failed: {error}"
    console.print(_table(figures))
    for number, text in failed.items():
        console.print(f"{number}: [bold]NO FIGURE[/bold], {text}")
    if options.into is not None:
        _write(options.into, began, figures, failed)
    return 0 if not failed and all(figure.met for figure in figures) else 1


def _write(folder: Path, began: str, figures: list[Figure], failed: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    found = [figure.to_object() for figure in figures]
    about = {"began": began, "commit": str(commit()), "machine": machine(), "versions": versions()}
    text = json.dumps(about | {"figures": found, "failed": failed}, indent=2, ensure_ascii=False)
    (folder / "bench.json").write_text(text + "\n", encoding="utf-8")
    (folder / "bench.svg").write_text(picture.as_file(picture.benchmarks(found)), encoding="utf-8")


def _tell(console: Console, figure: Figure) -> None:
    """One figure in words: the ratio, what was checked, and the further goals."""
    state = "met" if figure.median <= figure.aim else "MISSED"
    console.print(f"{figure.number}: {figure.what}: {figure.median:.3g} (aim ≤ {figure.aim:.3g}) {state}")
    console.print(f"{figure.number}: checked: {figure.checked}" + (f"; {figure.beside}" if figure.beside else ""))
    for goal in figure.goals:
        state = "met" if goal.met else "MISSED"
        console.print(f"{figure.number}: {goal.what}: {goal.reached:.4g} (aim {goal.sign} {goal.aim:.4g}) {state}")


def _table(figures: list[Figure]) -> Table:
    table = Table(title="Handoff benchmarks: ours / other side, interleaved rounds")
    for name in ("#", "what", "against", "ours (median)", "other (median)", "ratio: median [min–max]", "aim", ""):
        table.add_column(name)
    for one in figures:
        ratios = f"{one.median:.3g} [{min(one.ratios):.3g}–{max(one.ratios):.3g}]"
        table.add_row(
            one.number,
            one.what,
            one.against,
            f"{statistics.median(one.ours):.4g} {one.unit}",
            f"{statistics.median(one.other):.4g} {one.unit}",
            ratios,
            f"≤ {one.aim:.3g}",
            "met" if one.met else "MISSED",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
