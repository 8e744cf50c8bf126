"""``handoff doctor``: what is installed, and whether this machine keeps what Handoff promises."""

from __future__ import annotations

from dataclasses import asdict

import click
from rich.text import Text

from handoff_core.cli import exits
from handoff_core.cli.examine import examine_business, examine_machine
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.printing import console, print_json, safe, say_config_error
from handoff_core.cli.verdict import Verdict
from handoff_core.config import load_many

_MARKS = {True: ("ok  ", "green"), False: ("BAD ", "bold red"), None: ("    ", "")}


@click.command(short_help="What is installed, database and its version with verdict, clock, file rights.")
@shared
@pass_scope
def doctor(scope: Scope) -> int:
    """Examine this machine: packages, Python, database and journal, file rights, clock, configuration."""
    verdicts = list(examine_machine())
    code = exits.NOTHING
    loaded = load_many(scope.config_files())
    for error in loaded.errors:
        say_config_error(error)
        code = exits.CONFIG
    for config in loaded.configs:
        verdicts += examine_business(config)
    for verdict in verdicts:
        _print(scope, verdict)
    return exits.worst([code, exits.SOMETHING if any(one.ok is False for one in verdicts) else exits.NOTHING])


def _print(scope: Scope, verdict: Verdict) -> None:
    if scope.as_json:
        print_json(asdict(verdict))
        return
    line = Text.assemble(_MARKS[verdict.ok], (f"{safe(verdict.subject)}: ", "bold"), safe(verdict.text))
    console().print(line, soft_wrap=True)
    if verdict.fix:
        console().print(Text(f"      {safe(verdict.fix)}"), soft_wrap=True)
