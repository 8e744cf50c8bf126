"""``handoff schema``: JSON Schemas made from the code."""

from __future__ import annotations

import json

import click

from handoff_core.cli.options import shared
from handoff_core.packet.enums import Lane
from handoff_core.packet.tool_forms import VENDORS, tool_for


@click.command(short_help="JSON Schemas: packet, config, tool.")
@click.argument("what", type=click.Choice(["packet", "config", "tool"]))
@click.option("--lane", type=click.Choice([lane.value for lane in Lane]), help="A tool for this lane alone.")
@click.option("--for", "vendor", type=click.Choice(VENDORS), help="The tool in the form of this vendor's interface.")
@shared
def schema(what: str, lane: str | None, vendor: str | None) -> None:
    """Print the JSON Schema of a packet or of handoff.toml, or a ready tool definition for a language model.

    The tool is {name, description, parameters}; --for wraps it as a vendor's interface wants it. `handoff prompt`
    prints the instructions that belong to it.
    """
    if what != "tool" and (lane is not None or vendor is not None):
        raise click.UsageError("--lane and --for belong to `handoff schema tool`.")
    if what == "config":
        from handoff_core.config import config_schema
        from handoff_core.config.connectors import ConnectorMissing

        try:
            found = config_schema()
        except ConnectorMissing as error:
            raise click.ClickException(str(error)) from error
    else:
        from handoff_core.packet.schema import packet_schema, tool_definition

        found = packet_schema() if what == "packet" else tool_definition(Lane(lane) if lane else None)
        if vendor is not None:
            found = tool_for(found, vendor)
    print(json.dumps(found, indent=2))
