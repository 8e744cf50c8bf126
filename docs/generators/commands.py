"""The commands, as each one's ``--help`` says it."""

from __future__ import annotations

from collections.abc import Iterator

import click

from generators.markdown import block
from handoff_core.cli.app import handoff

_WIDTH = 88


def commands() -> str:
    """What every command says of itself."""
    # As on the command line; without the names click would show those that it used first in this process.
    names = handoff.context_settings["help_option_names"]
    context = click.Context(
        handoff, info_name="handoff", terminal_width=_WIDTH, max_content_width=_WIDTH, help_option_names=names
    )
    return "\n\n".join(f"## {title}\n\n{block('text', text)}" for title, text in _helps(handoff, context, "handoff"))


def _helps(command: click.Command, context: click.Context, title: str) -> Iterator[tuple[str, str]]:
    yield title, "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                child = click.Context(
                    inner, info_name=name, parent=context, terminal_width=_WIDTH, max_content_width=_WIDTH
                )
                yield from _helps(inner, child, f"{title} {name}")
