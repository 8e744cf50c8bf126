"""``handoff approve``: the approver's word on the draft of an outbound reply."""

from __future__ import annotations

import click

from handoff_core.cli import exits
from handoff_core.cli.businesses import open_one
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.printing import print_json, say
from handoff_core.cli.submit import print_receipt
from handoff_core.receipt import ReceiptStatus


@click.command(short_help="Accept, or reject, the draft of an outbound reply.")
@click.argument("id")
@click.option("--by", required=True, metavar="OWNER", help="Who decides: an owner's id, name or e-mail address.")
@click.option("--reject", is_flag=True, help="Do not accept the draft; say why with --note.")
@click.option("--note", metavar="TEXT", help="A word to whoever sends the reply, or why it is rejected.")
@click.option(
    "--draft",
    metavar="CODE",
    help="The draft that was read, as the record shows it: no other is approved. Needed while a record shows another.",
)
@shared
@pass_scope
def approve(scope: Scope, id: str, by: str, reject: bool, note: str | None, draft: str | None) -> int:
    """Accept the draft of an outbound reply, as the approver whom the packet names.

    The records say so with the next `handoff sync`, and a person sends the reply: Handoff never writes to customers.
    Without --draft it is the newest draft, and only if every record shows that one.
    A draft that changes later, or goes to somebody else, waits for approval again.
    """
    if reject and not (note or "").strip():
        raise click.UsageError("A rejection needs a reason, which its owner and the AI read: --note TEXT")
    with open_one(scope, "An approval concerns one business") as handoff:
        receipt = handoff.approve(id, by=by, reject=reject, note=note, draft=draft)
        told = [one.approval for one in handoff.status(id) if one.approval is not None]
    refused = receipt.status in (ReceiptStatus.REFUSED, ReceiptStatus.CONFLICT)
    if scope.as_json:
        approval = {"approval": told[0].to_object()} if told else {}
        print_json(receipt.to_object() | approval)
    else:
        print_receipt(receipt)
        if told and not refused:
            verdict = "rejected" if reject else "approved"
            say(f"    draft {told[0].draft} {verdict} by {told[0].by_name}; {_then(told[0].final_owner_name, reject)}")
    return exits.SOMETHING if refused else exits.NOTHING


def _then(final_owner: str, reject: bool) -> str:
    """What happens now."""
    return "a new draft waits for approval again" if reject else f"{final_owner} sends it, Handoff does not"
