"""``handoff prompt``: instructions for an AI agent, by the rules that judge its packets."""

from __future__ import annotations

import click

from handoff_core.cli.businesses import load_if_any
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.printing import print_json, say, say_error
from handoff_core.packet.enums import Lane
from handoff_core.packet.tool_forms import VENDORS


@click.command(short_help="Instructions that make an AI agent fill packets well.")
@click.option("--lane", type=click.Choice([lane.value for lane in Lane]), required=True, help="Which kind of case.")
@click.option("--for", "vendor", type=click.Choice(VENDORS), help="The form of the tool in --json.")
@shared
@pass_scope
def prompt(scope: Scope, lane: str, vendor: str | None) -> None:
    """Print instructions for the system prompt of an AI agent: what a packet of this lane must say.

    They come from the rules of `handoff lint`, so that what is asked for is what is judged. With a configuration its
    required fields, owners, limits, routing words and [review] count. With --json the tool definition comes along.
    Give the agent the tool of `handoff schema tool` beside it.
    """
    from handoff_core.prompt import prompt as prompt_of

    found = prompt_of(Lane(lane), load_if_any(scope, "A prompt is written for one business"), vendor)
    if scope.as_json:
        print_json(found.to_object())
        return
    say(found.text.rstrip())
    say_error(f"{found.words} words")
