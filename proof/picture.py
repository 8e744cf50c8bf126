"""Two pictures as SVG text: the kill loop beside the naive script, and the benchmarks beside their aims.

Colours come from CSS variables with a plain value behind each, so that a picture follows the page it stands in and
also works as a file of its own. Everything that a colour says is also said in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

GOOD, BAD, QUIET, INK = "var(--good, #1a7f37)", "var(--bad, #b42318)", "var(--quiet, #6b7280)", "var(--ink, #1f2328)"
_WIDTH = 720
_LEFT, _RIGHT = 180, 190
_ROW = 30
KILL_LOOP_FIGURES = {
    "doubled": "Handoff: doubled",
    "lost": "Handoff: lost",
    "doubled_by_the_naive_script": "Naive script: doubled",
}
"""What the evidence of the kill loop has to hold, and how each is called in the picture."""
WIDEST = 1.5
"""How far the scale of the benchmarks goes, in aims: a bar that is longer is cut there and gets an open end."""


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its length from 0 to 1, what stands behind it."""

    label: str
    length: float
    text: str
    colour: str
    cut: bool = False
    """Whether it is longer than the scale."""


def kill_loop(kills: int, figures: Mapping[str, Any]) -> Markup | None:
    """Both sides of the kill loop; None where the evidence does not hold both."""
    if not all(isinstance(figures.get(name), int) for name in KILL_LOOP_FIGURES):
        return None
    most = max(1, *(figures[name] for name in KILL_LOOP_FIGURES))
    bars = [
        Bar(label, figures[name] / most, f"{figures[name]:,}", BAD if figures[name] else GOOD)
        for name, label in KILL_LOOP_FIGURES.items()
    ]
    told = ", ".join(f"{bar.label.lower()} {bar.text}" for bar in bars)
    return _chart(f"Records doubled or lost in {kills:,} kills", told, bars)


def benchmarks(figures: Iterable[Mapping[str, Any]]) -> Markup:
    """Every ratio as a share of its aim; the line is the aim, shorter is better."""
    bars = []
    for one in figures:
        ratio, aim = float(one["median_ratio"]), float(one["aim"])
        share = ratio / aim if aim else (0.0 if ratio <= 0 else WIDEST)
        text = f"{ratio:.3g} (aim {aim:.3g})"
        met = bool(one["met"])
        label = f"{one['number']} {'met' if met else 'missed'}"
        bars.append(Bar(label, min(share, WIDEST) / WIDEST, text, GOOD if met else BAD, share > WIDEST))
    told = ", ".join(f"{bar.label}: {bar.text}" for bar in bars)
    return _chart("Benchmarks: ratio reached, against its aim", told, bars, line=1 / WIDEST, line_text="aim")


def as_file(picture: Markup) -> str:
    """The picture as an SVG file that works on light and dark ground."""
    return str(picture).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" style="background:#fff" ', 1) + "\n"


def _chart(title: str, told: str, bars: Sequence[Bar], *, line: float | None = None, line_text: str = "") -> Markup:
    top = 26 if line is not None else 6
    height = top + len(bars) * _ROW + 6
    space = _WIDTH - _LEFT - _RIGHT
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(f"{title}: {told}")}" '
        'font-family="system-ui, sans-serif" font-size="14">',
        f"<title>{escape(title)}</title>",
    ]
    for number, bar in enumerate(bars):
        y = top + number * _ROW
        width = max(2.0, bar.length * space)
        parts += [
            f'<text x="{_LEFT - 10}" y="{y + 19}" text-anchor="end" fill="{INK}">{escape(bar.label)}</text>',
            f'<rect x="{_LEFT}" y="{y + 5}" width="{width:.1f}" height="{_ROW - 10}" rx="2" fill="{bar.colour}"/>',
            f'<text x="{_LEFT + space + 14}" y="{y + 19}" fill="{INK}" font-weight="600">{escape(bar.text)}</text>',
        ]
        if bar.cut:
            parts.append(
                f'<path d="M{_LEFT + width - 14:.1f} {y + _ROW - 3}l6 -{_ROW - 4}m4 0l-6 {_ROW - 4}" '
                f'stroke="var(--ground, #fff)" stroke-width="3" fill="none"/>'
            )
    if line is not None:
        x = _LEFT + line * space
        parts += [
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="20" y2="{height - 4}" stroke="{QUIET}" stroke-dasharray="4 3"/>',
            f'<text x="{x:.1f}" y="14" text-anchor="middle" fill="{QUIET}">{escape(line_text)}</text>',
        ]
    return Markup("".join([*parts, "</svg>"]))
