"""``handoff ack``: somebody has taken a handoff."""

from __future__ import annotations

import click

from handoff_core.cli import exits
from handoff_core.cli.businesses import open_one
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.printing import print_json
from handoff_core.cli.submit import print_receipt


@click.command(short_help="Somebody has taken a handoff: nobody else is asked.")
@click.argument("id")
@click.option("--by", metavar="OWNER", help="Who has taken it, and owns it from now on. Default: the owner of now.")
@shared
@pass_scope
def ack(scope: Scope, id: str, by: str | None) -> int:
    """Acknowledge a handoff: nobody else is asked, and with the next `handoff sync` every record says who has taken it.

    Ends with 1 when it is not known, held or done.
    """
    with open_one(scope, "An acknowledgement concerns one business") as handoff:
        receipt = handoff.acknowledge(id, by=by)
    if scope.as_json:
        print_json(receipt)
    else:
        print_receipt(receipt)
    return exits.SOMETHING if receipt.status in ("refused", "conflict") else exits.NOTHING
