"""``handoff release``: let a held packet go."""

from __future__ import annotations

import click

from handoff_core.cli import exits
from handoff_core.cli.businesses import open_one
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.printing import print_json
from handoff_core.cli.submit import print_receipt


@click.command(short_help="Let a held packet go to its owner.")
@click.argument("id")
@click.option("--owner", metavar="OWNER", help="Give it to this owner instead of the routed one.")
@shared
@pass_scope
def release(scope: Scope, id: str, owner: str | None) -> int:
    """Let a held packet go: its records get their routed owner with the next `handoff sync`."""
    with open_one(scope, "A release concerns one business") as handoff:
        receipt = handoff.release(id, owner=owner)
    if scope.as_json:
        print_json(receipt)
    else:
        print_receipt(receipt)
    return exits.SOMETHING if receipt.status in ("refused", "conflict") else exits.NOTHING
