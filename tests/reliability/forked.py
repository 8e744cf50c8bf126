"""Children forked from a parent that has imported everything: a real process that can be killed, at a few milliseconds.

The parent (``Runner``) is a process of its own with one thread, no ledger and no socket.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

Say = Callable[[object], None]
"""How a child tells something to whoever waits for it; what was said before a death arrives."""
BROKEN = 70
"""The exit code of a child that raised; its traceback is among what it said."""


class Runner:
    """Starts functions as processes. ``warm`` is called once in the parent: let it import what the children need."""

    def __init__(self, warm: Callable[[], None]) -> None:
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, warm), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, function: Callable[..., None], *arguments: object) -> int:
        """Run ``function(say, *arguments)`` in a child; its process id. It is not reaped before ``wait``."""
        return int(self._ask(("start", function, arguments)))

    def wait(self, pid: int) -> tuple[int, list[Any]]:
        """Wait for a child's end: its exit code (minus the signal that ended it), and what it said."""
        code, said = self._ask(("wait", pid))
        return code, said

    def run(self, function: Callable[..., None], *arguments: object) -> tuple[int, list[Any]]:
        """``start`` and ``wait``."""
        return self.wait(self.start(function, *arguments))

    def close(self) -> None:
        """End the parent, and with it every child that still runs."""
        if self._process.is_alive():
            self._connection.send(("end",))
            self._process.join(20)
        self._connection.close()

    def _ask(self, question: tuple[object, ...]) -> Any:
        self._connection.send(question)
        return self._connection.recv()


def _serve(connection: Connection, warm: Callable[[], None]) -> None:
    warm()
    context = get_context("spawn")
    running: dict[int, Connection] = {}
    while True:
        try:
            what, *rest = connection.recv()
        except EOFError:
            what, rest = "end", []
        if what == "start":
            function, arguments = rest
            hears, says = context.Pipe(duplex=False)
            pid = os.fork()
            if pid == 0:
                _be_the_child(function, arguments, says)
            says.close()
            running[pid] = hears
            connection.send(pid)
        elif what == "wait":
            (pid,) = rest
            connection.send(_end_of(pid, running.pop(pid)))
        else:
            for pid in running:
                os.kill(pid, 9)
                os.waitpid(pid, 0)
            return


def _be_the_child(function: Callable[..., None], arguments: tuple[object, ...], says: Connection) -> None:
    code = 0
    try:
        function(says.send, *arguments)
    except BaseException:  # noqa: BLE001 - told to whoever waits
        says.send(traceback.format_exc())
        code = BROKEN
    finally:
        os._exit(code)


def _end_of(pid: int, hears: Connection) -> tuple[int, list[Any]]:
    said = []
    while True:
        try:
            said.append(hears.recv())
        except EOFError:
            break
    hears.close()
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), said
