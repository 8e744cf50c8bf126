"""``handoff audit``: who received which field of a packet when."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from handoff_core.cli import exits
from handoff_core.cli.businesses import each_business
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.printing import print_json, say, say_error
from handoff_core.client import Handoff
from handoff_core.privacy.erasure import erased_on


@click.command(short_help="Who received which field when.")
@click.argument("id")
@click.option("--field", metavar="NAME", help="Only this field, or those below it: customer.email, customer.")
@shared
@pass_scope
def audit(scope: Scope, id: str, field: str | None) -> int:
    """List which system was shown which fields of a packet when. What was withheld from a system is not listed for it.

    A system counts as having received a field when its record was made from it, even where the answer was lost.
    """
    met = []

    def do(handoff: Handoff) -> int:
        business = handoff.config.business
        zone = ZoneInfo(business.timezone)
        found = handoff.status(id)
        if found:
            met.append(id)
            if found[0].erased_at is not None and not scope.as_json:
                say(f"{id} was {erased_on(found[0].erased_at)}; what it was is kept nowhere here, who was sent it is:")
        lines = handoff.audit(id, field)
        for line in lines:
            if scope.as_json:
                print_json(line, business=business.id)
                continue
            at = datetime.fromtimestamp(line.at, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z")
            sure = "" if line.certain else " (the answer was lost; it may have arrived)"
            say(f"{at}  {line.destination} {line.record}, revision {line.revision}{sure}: {', '.join(line.fields)}")
        if met and not lines and not scope.as_json:
            say(f"{business.id}: no system has been shown {field or 'anything'} of {id}")
        return exits.NOTHING

    code = each_business(scope, do)
    if code == exits.NOTHING and not met:
        say_error(f"There is no handoff {id}; `handoff status` lists the open ones.")
        return exits.SOMETHING
    return code
