"""The entry point of ``handoff``. Imports only the standard library until more is needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code. Never returns."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    sys.exit(run(arguments))


def run(arguments: Sequence[str]) -> int:
    """Run the command line; the exit code. A sync with nothing due is answered without the library."""
    try:
        if "sync" in arguments:
            from handoff_core.cli.fast import nothing_to_sync

            code = nothing_to_sync(arguments, os.environ)
            if code is not None:
                sys.stdout.flush()
                return code
        from handoff_core.cli.app import run_app

        return run_app(arguments)
    except BrokenPipeError:
        # The reader of our output has gone (`handoff status | head`): what is left to print is nobody's, and the
        # interpreter must not complain about it at its end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
