"""Taking the inbox: every file's packets into the ledger, the file itself out of the way."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from handoff_core.clock import Clock, SystemClock
from handoff_core.errors import HandoffError, PacketInvalid, Problem
from handoff_core.frames import frames
from handoff_core.inbox.batch import InboxBatch, Taker
from handoff_core.inbox.change import with_ids_alone
from handoff_core.inbox.folder import Busy, Folder, OpenFile, Unfit
from handoff_core.inbox.names import TAKEN, printable
from handoff_core.inbox.reading import Changed, Gist, Line, gist, is_lines, lines, may_be_unfinished
from handoff_core.inbox.refusal import refuse_file, refuse_line
from handoff_core.inbox.scan import Shape
from handoff_core.packet import Packet

_log = logging.getLogger("handoff.inbox")
_NOT_TAKEN = ("refused", "conflict")
_UNSAID = Problem(path="", text="was not accepted", fix="see `handoff log` of its id")
_EMPTY = Problem(path="", text="holds no packet", fix="write one packet as a JSON object, or one a line")


@dataclass(frozen=True, slots=True)
class Left:
    """A file that stays in the inbox, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class InboxResult:
    """What became of the inbox. ``taken`` and ``refused`` count packets; a file that is no packet at all counts one.

    ``faults`` counts files that stay because of a fault of our own: a person has to report it.
    """

    taken: int = 0
    refused: int = 0
    files: int = 0
    left: tuple[Left, ...] = ()
    faults: int = 0


def take_inbox(
    path: Path,
    taker: Taker,
    *,
    clock: Clock | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    until: float | None = None,
    parse: Callable[[bytes], Packet] = Packet.from_json,
) -> InboxResult:
    """Take every file of the inbox folder, in the order of their names.

    The packets of a file go to ``taker`` in one transaction; then the file moves to ``taken/``, or to ``refused/``
    when nothing in it could be taken. Each bad line is set aside on its own in ``refused/`` beside its problems. A
    process that dies in between takes nothing twice. ``on_progress`` gets files done and files in all; after
    ``until`` (epoch seconds) no further file is begun. Raises ConfigError when the folder cannot be opened, and
    what the taker raises of HandoffError; files taken until then stay taken.
    """
    clock = clock or SystemClock()
    total = InboxResult()
    try:
        with Folder(path) as folder:
            names = folder.names()
            for done, name in enumerate(names):
                if until is not None and clock.now() >= until:
                    _log.info("%d inbox files wait for the next run: the time is used up", len(names) - done)
                    break
                total = _plus(total, _take_name(folder, name, taker, clock, parse))
                if on_progress is not None:
                    on_progress(done + 1, len(names))
    except Busy:
        _log.info("the inbox %s is being taken by another process", path)
        return InboxResult(left=(Left(printable(str(path)), "another process is taking this inbox"),))
    return total


def _take_name(folder: Folder, name: str, taker: Taker, clock: Clock, parse: Callable[[bytes], Packet]) -> InboxResult:
    try:
        try:
            file = folder.open(name)
        except Unfit as unfit:
            refuse_file(folder, name, [(None, unfit.problem)])
            return InboxResult(refused=1, files=1)
        taking = _File(folder, file, taker, parse)
        try:
            return taking.take(clock.now())
        finally:
            taking.close()
    except FileNotFoundError:
        return InboxResult()
    except Changed:
        return _left(name, "it was written to while it was read")
    except OSError as error:
        return _left(
            name, f"{error.strerror or error}; check the rights of the inbox folder and the disk", logging.WARNING
        )
    except HandoffError:
        raise
    except Exception as error:  # noqa: BLE001 - the outermost loop: one file must not hold up the others, nor the run
        # The text names the fault's kind only, since its words may hold a customer's.
        _log.debug("%s", frames(error))
        why = f"a fault in Handoff ({type(error).__name__}); run with -v and report it"
        return replace(_left(name, why, logging.ERROR), faults=1)


class _File:
    """One open file on its way into the ledger."""

    def __init__(self, folder: Folder, file: OpenFile, taker: Taker, parse: Callable[[bytes], Packet]) -> None:
        self._folder = folder
        self._file = file
        self._taker = taker
        self._parse = parse
        self._label = printable(file.name)
        self._by_line = is_lines(file.name)
        self._given: list[int] = []
        self._bad: list[tuple[int | None, Problem]] = []
        self._erased: dict[int, str] = {}

    def close(self) -> None:
        """Give back the file."""
        self._file.stream.close()

    def take(self, now: float) -> InboxResult:
        found = gist(self._file.stream, self._file.size, by_line=self._by_line)
        if may_be_unfinished(found.end, modified=self._file.modified, now=now):
            return _left(self._file.name, "it ends early and is younger than a minute; the writer may not be done")
        if self._taker.already_taken(self._label, found.sha256):
            # Taken by a process that died before it moved the file: what it was to forget is not known any more.
            self._forget(getattr(self._taker, "erased_ids", frozenset)())
            self._move(TAKEN)
            return InboxResult(files=1)
        if found.end is Shape.EMPTY:
            self._bad.append((None, _EMPTY))
            return self._refuse_whole(1)
        return self._take_packets(found)

    def _take_packets(self, found: Gist) -> InboxResult:
        packets = self._good_packets(found)
        first = next(packets, None)
        if first is None:
            if not self._bad:  # an empty array: nothing wrong, nothing to take
                self._move(TAKEN)
                return InboxResult(files=1)
            return self._refuse_whole(self._count_bad())
        receipts = self._taker.take(InboxBatch(self._label, found.sha256, chain([first], packets)))
        taken = 0
        refused_lines: dict[int, list[Problem]] = {}
        for number, receipt in zip(self._given, receipts, strict=True):
            if getattr(receipt, "erased", False):
                self._erased[number] = receipt.id or ""
            if receipt.status in _NOT_TAKEN:
                refused_lines[number] = list(receipt.problems) or [_UNSAID]
            else:
                taken += 1
        bad = self._count_bad() + len(refused_lines)
        if taken == 0:
            self._bad += [(number, problem) for number, found_ in refused_lines.items() for problem in found_]
            return self._refuse_whole(bad)
        if refused_lines:
            for line in lines(self._file.stream, found, by_line=self._by_line):
                if line.number in refused_lines:
                    refuse_line(self._folder, self._file.name, self._shown(line), refused_lines[line.number])
        self._move(TAKEN)
        return InboxResult(taken=taken, refused=bad, files=1)

    def _shown(self, line: Line) -> Line:
        """A refused line as it is set aside: of a packet that was erased, its id alone."""
        if line.number not in self._erased:
            return line
        return Line(line.number, json.dumps({"id": self._erased[line.number]}).encode())

    def _forget_erased(self) -> None:
        """Take out of the file, before it moves, what belongs to packets that were erased."""
        self._forget(frozenset(self._erased.values()))

    def _forget(self, ids: frozenset[str]) -> None:
        if not ids:
            return
        self._file.stream.seek(0)
        content = with_ids_alone(self._file.stream.read(), ids, by_line=self._by_line)
        if content is not None:
            self._file = self._folder.rewrite(self._file, content)

    def _good_packets(self, found: Gist) -> Iterator[Packet]:
        """The packets that parse. Bad ones are set aside as they come: before the commit, so that none is missed."""
        waiting: list[tuple[Line, list[Problem]]] = []
        for line in lines(self._file.stream, found, by_line=self._by_line):
            try:
                packet = self._parse(line.text)
            except PacketInvalid as invalid:
                self._bad += [(line.number, problem) for problem in invalid.problems]
                self._set_aside(line, list(invalid.problems), waiting)
                continue
            for early, problems in waiting:
                refuse_line(self._folder, self._file.name, early, problems)
            waiting.clear()
            self._given.append(line.number)
            yield packet

    def _set_aside(self, line: Line, problems: list[Problem], waiting: list[tuple[Line, list[Problem]]]) -> None:
        # A single object that is bad goes to refused/ as a whole; it needs no second copy beside it.
        if self._by_line or self._given:
            refuse_line(self._folder, self._file.name, line, problems)
        else:
            waiting.append((line, problems))

    def _count_bad(self) -> int:
        return len({number for number, _ in self._bad})

    def _refuse_whole(self, count: int) -> InboxResult:
        self._forget_erased()
        refuse_file(self._folder, self._file.name, sorted(self._bad, key=lambda one: one[0] or 0), self._file)
        return InboxResult(refused=count, files=1)

    def _move(self, side: str) -> None:
        self._forget_erased()
        self._folder.move(self._file.name, side, self._file)


def _left(name: str, reason: str, level: int = logging.INFO) -> InboxResult:
    label = printable(name)
    _log.log(level, "inbox: %s stays for the next run: %s", label, reason)
    return InboxResult(left=(Left(label, reason),))


def _plus(one: InboxResult, other: InboxResult) -> InboxResult:
    return InboxResult(
        one.taken + other.taken,
        one.refused + other.refused,
        one.files + other.files,
        one.left + other.left,
        one.faults + other.faults,
    )
