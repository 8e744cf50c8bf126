"""Writes the generated parts of these pages anew from the code (`make docs`); the tests compare them.

A part stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; what is around it is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from generators.commands import commands
from generators.configuration import configuration_destinations, configuration_tables
from generators.figures import quality_figures, triage_figures
from generators.packet import packet_details, packet_fields, packet_groups, packet_words
from generators.presets import presets_kinds
from generators.rules import rules_base, rules_each, rules_table
from generators.styles import styles_lines, styles_sections, styles_table
from generators.triage import triage_examples, triage_presets, triage_signals, triage_topics, triage_verdicts

FOLDER = Path(__file__).parent
PAGES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "packet.md": {
        "fields": packet_fields,
        "groups": packet_groups,
        "details": packet_details,
        "words": packet_words,
    },
    "configuration.md": {
        "tables": configuration_tables,
        "destinations": configuration_destinations,
    },
    "presets.md": {"kinds": presets_kinds},
    "commands.md": {"commands": commands},
    "quality.md": {"figures": quality_figures},
    "triage.md": {
        "verdicts": triage_verdicts,
        "signals": triage_signals,
        "examples": triage_examples,
        "presets": triage_presets,
        "topics": triage_topics,
        "figures": triage_figures,
    },
    "house-style.md": {"styles": styles_table, "lines": styles_lines, "sections": styles_sections},
    "rules.md": {"table": rules_table, "rules": rules_each, "base": rules_base},
}
"""What writes each generated part, by page and by the part's name."""

_PART = re.compile(r"(<!-- begin (?P<name>[a-z ]+) -->\n)(?P<text>.*?)(<!-- end (?P=name) -->)", re.DOTALL)


def main() -> None:
    """Write every page whose generated parts have changed."""
    for name in PAGES:
        page = FOLDER / name
        text = page.read_text(encoding="utf-8")
        if (new := generated(name, text)) != text:
            page.write_text(new, encoding="utf-8")


def generated(name: str, text: str) -> str:
    """The page ``name`` with every generated part as the code says it now. KeyError for a part that nobody makes."""
    parts = PAGES[name]
    return _PART.sub(lambda part: f"{part[1]}\n{parts[part['name']]().strip()}\n\n{part[4]}", text)


if __name__ == "__main__":
    main()
