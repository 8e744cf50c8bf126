"""``handoff schema``: JSON Schemas made from the code."""

from __future__ import annotations

import json

import click

from handoff_core.cli.options import shared


@click.command(short_help="JSON Schemas: packet, config, tool.")
@click.argument("what", type=click.Choice(["packet", "config", "tool"]))
@shared
def schema(what: str) -> None:
    """Print the JSON Schema of a packet or of handoff.toml, or a ready tool definition for a language model."""
    if what == "config":
        from handoff_core.config import config_schema
        from handoff_core.config.connectors import ConnectorMissing

        try:
            found = config_schema()
        except ConnectorMissing as error:
            raise click.ClickException(str(error)) from error
    else:
        from handoff_core.packet.schema import packet_schema, tool_definition

        found = packet_schema() if what == "packet" else tool_definition()
    print(json.dumps(found, indent=2))
