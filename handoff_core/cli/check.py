"""``handoff check``: the configuration, and with ``--online`` each destination."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from handoff_core.cli import exits
from handoff_core.cli.businesses import guarded
from handoff_core.cli.coverage import coverage_problems
from handoff_core.cli.findings import FORMATS, Findings, print_findings
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.config import load_many
from handoff_core.config.hints import hints
from handoff_core.errors import ConfigProblem
from handoff_core.outbox import AGENT

if TYPE_CHECKING:
    from handoff_core.config import Config


@click.command(short_help="The configuration, and with --online each destination.")
@click.option("--online", is_flag=True, help="Also ask each vendor: token, scopes, fields, channels, owners.")
@click.option("--set-up", is_flag=True, help="With --online: also make what is missing there and may be made.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="full", show_default=True, help="How findings are printed."
)
@shared
@pass_scope
def check(scope: Scope, online: bool, set_up: bool, form: str) -> int:
    """Check the configuration: every problem at once, each with file, line and column, and what to write instead.

    The same loader serves every run, so what passes here starts. Also told: rules that can never match, owners whom no
    rule names, and packets for which nobody would be there who can take them, at any time of the year to come.

    With --online it ends with 1 when any answer of a vendor is wrong; what a vendor would not tell is shown as a note
    and changes nothing.
    """
    if set_up and not online:
        raise click.UsageError("--set-up needs --online: it asks the vendors.")
    form = "json" if scope.as_json else form
    loaded = load_many(scope.config_files())
    codes = [exits.CONFIG] * bool(loaded.errors)
    for error in loaded.errors:
        print_findings(Findings(error.problems[0].file, None, error.problems), form)
    for config in loaded.configs:
        codes.append(guarded(partial(_check, config, form, online=online, set_up=set_up)))
    return exits.worst(codes)


def _check(config: Config, form: str, *, online: bool, set_up: bool) -> int:
    found = [*config.warnings, *coverage_problems(config), *hints(config)]
    problems = sorted(found, key=lambda one: (one.line, one.column))
    lines: list[dict[str, object]] = []
    code = exits.NOTHING
    if online:
        lines, found = _ask(config, set_up=set_up)
        problems += found
        # A wrong answer is a finding; one that could not be had is told, but does not call for a person.
        code = exits.SOMETHING if any(line["ok"] is False for line in lines) else exits.NOTHING
    print_findings(Findings(str(config.path), config.business.id, tuple(problems), tuple(lines)), form)
    return code


def _ask(config: Config, *, set_up: bool) -> tuple[list[dict[str, object]], list[ConfigProblem]]:
    from handoff_core.client import Handoff

    lines: list[dict[str, object]] = []
    problems: list[ConfigProblem] = []
    with Handoff(config) as handoff:
        for found in handoff.check_online(set_up=set_up):
            result = found.result
            lines.append(
                {
                    "destination": found.destination,
                    "subject": result.subject,
                    "ok": result.ok,
                    "text": result.text,
                    "fix": result.fix,
                }
            )
            if result.ok:
                continue
            agent = found.destination.startswith(AGENT)
            table = ("agents", found.destination.removeprefix(AGENT)) if agent else ("destinations", found.destination)
            place = (*table, *(result.key.split(".") if result.key else ()))
            key = ".".join(place)
            line, column = config.position(place)
            severity = "error" if result.ok is False else "note"
            text = f"{result.subject}: {result.text}"
            problems.append(ConfigProblem(str(config.path), line, column, key, text, result.fix, severity))
    return lines, problems
