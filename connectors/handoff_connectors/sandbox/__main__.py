"""``python -m handoff_connectors.sandbox``: the stand-ins as a process of their own, for tests that kill things."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from handoff_connectors.sandbox.server import Sandbox


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; 0. Writes the four origins as JSON to the port file, or prints them."""
    parser = argparse.ArgumentParser(prog="python -m handoff_connectors.sandbox", description=__doc__)
    parser.add_argument("--port-file", type=Path, help="write the origins here as JSON, whole or not at all")
    parser.add_argument("--switches", type=json.loads, default={}, help='JSON, e.g. {"hubspot": {"search_lag": 5}}')
    parser.add_argument("--no-limits", action="store_true", help="enforce no rate limits")
    chosen = parser.parse_args(arguments)
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    with Sandbox(limits=not chosen.no_limits) as sandbox:
        sandbox.switches.set(chosen.switches)
        text = json.dumps({**sandbox.urls, "pid": os.getpid()})
        if chosen.port_file is None:
            print(text, flush=True)
        else:
            aside = chosen.port_file.with_name(chosen.port_file.name + ".tmp")
            aside.write_text(text + "\n")
            aside.replace(chosen.port_file)
        ended.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
