"""The page: ``python -m proof.page`` writes build/proof/index.html from what the last run handed in.

One file without scripts and without anything from elsewhere. It is always written, and green only when every suite
of the table and every benchmark is there and held. Ends with 0 when every suite held, else with 1: how fast this
machine is, and whether that was measured, is told and is no fault.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from benchmarks.catalogue import BENCHMARKS
from proof import evidence, outcome, picture
from proof.recorded import recordings
from proof.suites import PROMISES, SUITES
from proof.summary import Standing, Summary, read_benchmarks, summarise
from proof.surroundings import commit, machine, postgres_version, versions

FOLDER = Path("build/proof")
BENCH = Path("build/bench/bench.json")
KILL_LOOP = "Kill loop"
"""The suite whose figures are drawn."""


def render(summary: Summary, measured: Mapping[str, Any] | None, about: Mapping[str, Mapping[str, str]]) -> str:
    """The page as HTML. ``about``: tables of names and values, by heading."""
    environment = Environment(
        loader=PackageLoader("proof"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"words": _words, "number": _number, "duration": _duration}
    by_promise = [
        (promise, [one for one in summary.suites if one.suite.promise == promise.title]) for promise in PROMISES
    ]
    loop = next((one for shown in summary.suites for one in shown.evidence if one.suite == KILL_LOOP), None)
    figures = [one.figure for one in summary.benchmarks if one.figure is not None]
    return environment.get_template("page.html").render(
        summary=summary,
        standing=Standing,
        promises=[(promise, suites) for promise, suites in by_promise if suites],
        kill_loop=picture.kill_loop(loop.cases, loop.figures) if loop is not None else None,
        kills=loop.cases if loop is not None else 0,
        bench_picture=picture.benchmarks(figures) if figures else None,
        measured=measured,
        about=about,
    )


def main() -> int:
    """Write the page; 0 when every promise held."""
    parser = argparse.ArgumentParser(prog="python -m proof.page", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where evidence.jsonl is and the page goes")
    parser.add_argument("--bench", type=Path, default=BENCH, help="what make bench wrote")
    options = parser.parse_args()
    source = options.folder / "evidence.jsonl"
    run = outcome.read(outcome.beside(source))
    measured = read_benchmarks(options.bench)
    found = tuple(evidence.read(source)) if source.exists() else ()
    summary = summarise(SUITES, recordings(), found, run, BENCHMARKS, measured)
    talked = sum(one.postgres and one.how == outcome.PASSED for one in run.outcomes) if run is not None else 0
    used = f"{postgres_version()}; {talked} tests talked to it" if talked else "not used: no test of this run needed it"
    about = {
        "This proof": {
            "Tested": f"commit {commit()}",
            "Tests began": run.began if run is not None else "not known",
            "Page written": datetime.now(UTC).isoformat(timespec="seconds"),
            "Benchmarks": f"{measured['began']}, commit {measured['commit']}" if measured else "none",
        },
        "Versions": {**versions(), "PostgreSQL": used},
        "Machine": machine(),
    }
    options.folder.mkdir(parents=True, exist_ok=True)
    page = options.folder / "index.html"
    page.write_text(render(summary, measured, about), encoding="utf-8")
    met = summary.count(Standing.HELD, summary.benchmarks)
    told = f"{met} of {len(summary.benchmarks)} speed aims met" if measured else "no benchmarks: run make bench"
    sys.stdout.write(f"{page}: the proof {_VERDICT[summary.promises]}; {told}\n")
    return 0 if summary.promises is Standing.HELD else 1


_VERDICT = {
    Standing.HELD: "held",
    Standing.FAILED: "FAILED: something did not hold",
    Standing.MISSING: "is not whole: something did not run",
}


def _words(name: str) -> str:
    return name.replace("_", " ")


def _number(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


if __name__ == "__main__":
    sys.exit(main())
