"""One side of B6: Handoff submits and delivers. Prints its CPU seconds as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.business import packet_of_40_turns, with_identities
from handoff_connectors.hubspot import HubSpotConnector
from handoff_connectors.sandbox.snippet import TOKENS, configuration
from handoff_connectors.slack import SlackConnector
from handoff_connectors.zendesk import ZendeskConnector
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.connector import Limit
from handoff_core.ledger import accounts

WARM_UP = 3


def main() -> None:
    """Warm up, then measure."""
    urls, count = json.loads(sys.argv[1]), int(sys.argv[2])
    for connector in (ZendeskConnector, HubSpotConnector, SlackConnector):
        connector.limits = {name: Limit(1e6, 1.0, 1000) for name in connector.limits}
    accounts.observe = lambda *args, **named: None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "handoff.toml"
        path.write_text(with_identities(configuration(urls)))
        with Handoff(load(path, dict.fromkeys(TOKENS, "sandbox"))) as handoff:
            packets = [packet_of_40_turns(f"case-{number}") for number in range(WARM_UP + count)]
            packets = [
                packet.changed(
                    urgency={"level": "normal"},
                    customer={"name": "Maria Lindqvist", "email": f"{packet.id}@mail.example"},
                )
                for packet in packets
            ]
            for packet in packets[:WARM_UP]:
                handoff.submit(packet)
            handoff.sync()
            began = time.process_time()
            for packet in packets[WARM_UP:]:
                handoff.submit(packet)
            result = handoff.sync()
            used = time.process_time() - began
            if result.delivered != 3 * count or handoff.waiting():
                raise AssertionError(result)
    print(json.dumps({"cpu_seconds": used, "packets": WARM_UP + count}))


if __name__ == "__main__":
    main()
