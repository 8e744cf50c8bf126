"""``handoff work``: sync for ever, until SIGTERM."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

import click

from handoff_core.cli import exits
from handoff_core.cli.businesses import guarded, load_all
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.sync import print_result, stuck_states
from handoff_core.config import Config
from handoff_core.delivery.result import SyncResult

STORE_PAUSE = 30.0
"""Seconds until a business whose store could not be reached is tried again, while other businesses work."""


@click.command(short_help="The same, for ever, until SIGTERM.")
@shared
@pass_scope
def work(scope: Scope) -> int:
    """Take the inbox and deliver what is due as soon as it is due.

    SIGTERM or Ctrl-C ends it with 0 once the request in flight is finished.
    """
    loaded = load_all(scope)
    if not loaded.configs:
        return exits.CONFIG
    stop = threading.Event()
    with _ending_at_signals(stop):
        if len(loaded.configs) == 1:
            code = guarded(lambda: _serve(scope, loaded.configs[0], stop))
        else:
            code = exits.worst(_serve_all(scope, loaded.configs, stop))
    return exits.NOTHING if stop.is_set() else code


def _serve_all(scope: Scope, configs: Sequence[Config], stop: threading.Event) -> list[int]:
    """One thread a business; an unreachable store is tried again."""
    codes: list[int] = []

    def serve(config: Config) -> None:
        code = guarded(lambda: _serve(scope, config, stop))
        while code == exits.STORE and not stop.wait(STORE_PAUSE):
            code = guarded(lambda: _serve(scope, config, stop))
        codes.append(code)

    threads = [threading.Thread(target=serve, args=(config,), name=config.business.id) for config in configs]
    for thread in threads:
        thread.start()
    for thread in threads:
        # A join without a limit would keep a signal's turn from the main thread on some systems.
        while thread.is_alive():
            thread.join(0.5)
    return codes


def _serve(scope: Scope, config: Config, stop: threading.Event) -> int:
    from handoff_core.client import Handoff

    before: Mapping[str, int] = {}

    def tell(result: SyncResult) -> None:
        nonlocal before
        print_result(scope, result, before)
        sys.stdout.flush()
        before = {"dead": result.dead, "parked": result.parked}

    with Handoff(config) as handoff:
        before = stuck_states(handoff)
        handoff.work(stop, on_result=tell)
    return exits.NOTHING


@contextmanager
def _ending_at_signals(stop: threading.Event) -> Iterator[None]:
    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
