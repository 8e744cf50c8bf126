"""Taking the inbox: every file's packets into the ledger, the file itself out of the way."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from handoff_core.clock import Clock, SystemClock
from handoff_core.errors import HandoffError, PacketInvalid, Problem
from handoff_core.frames import frames
from handoff_core.inbox.batch import InboxBatch, Taker
from handoff_core.inbox.change import with_ids_alone
from handoff_core.inbox.folder import Busy, Folder, NoPlace, OpenFile, Unfit
from handoff_core.inbox.names import TAKEN, printable
from handoff_core.inbox.reading import Changed, Gist, Line, Part, gist, is_lines, lines, may_be_unfinished
from handoff_core.inbox.refusal import MOST_APART, Aside, refuse_file
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

    ``faults`` counts files that stay because of a fault, the disk's, the folder's or our own: a person has to look.
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

    The packets of a file go to ``taker`` in one transaction, those of a long file of lines in one for each part of
    it; then the file moves to ``taken/``, or to ``refused/`` when nothing in it could be taken. Each bad line is set
    aside on its own in ``refused/`` beside its problems, of a flood of them all but the first together. A process that
    dies in between takes nothing twice. ``on_progress`` gets files done and files in all; after ``until`` (epoch
    seconds) no further file or part is begun, once there is something that the next run need not do again. Raises
    ConfigError when the folder cannot be opened, and what the taker raises of HandoffError; what was taken until then
    stays taken.
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
                # A file that one run cannot even begin to take would otherwise keep every later one from its turn.
                stop = partial(_is_over, clock, until, total.files > 0)
                total = _plus(total, _take_name(folder, name, taker, clock, parse, stop))
                if on_progress is not None:
                    on_progress(done + 1, len(names))
    except Busy:
        _log.info("the inbox %s is being taken by another process", path)
        return InboxResult(left=(Left(printable(str(path)), "another process is taking this inbox"),))
    return total


def _is_over(clock: Clock, until: float | None, done_before: bool, done: bool) -> bool:
    """Whether a run stops here: its time is used up, and it has done something that stays done."""
    return until is not None and (done_before or done) and clock.now() >= until


def _take_name(
    folder: Folder,
    name: str,
    taker: Taker,
    clock: Clock,
    parse: Callable[[bytes], Packet],
    stop: Callable[[bool], bool],
) -> InboxResult:
    taking: _File | None = None
    try:
        try:
            file = folder.open(name)
        except Unfit as unfit:
            refuse_file(folder, name, [(None, unfit.problem)])
            return InboxResult(refused=1, files=1)
        taking = _File(folder, file, taker, parse, stop)
        try:
            return taking.take(clock.now())
        finally:
            taking.close()
    except FileNotFoundError:
        left = InboxResult()
    except Changed:
        left = _left(name, "it was written to while it was read")
    except NoPlace as error:
        left = _faulty(name, str(error))
    except OSError as error:
        left = _faulty(name, f"{error.strerror or error}; check the rights of the inbox folder and the disk")
    except HandoffError:
        raise
    except Exception as error:  # noqa: BLE001 - the outermost loop: one file must not hold up the others, nor the run
        # The text names the fault's kind only, since its words may hold a customer's.
        _log.debug("%s", frames(error))
        left = _faulty(name, f"a fault in Handoff ({type(error).__name__}); run with -v and report it")
    # What was taken before the fault is in the ledger.
    return _plus(taking.so_far(), left) if taking is not None else left


def _faulty(name: str, reason: str) -> InboxResult:
    return replace(_left(name, reason, logging.ERROR), faults=1)


class _File:
    """One open file on its way into the ledger, part by part.

    ``stop`` is asked between two parts whether no further one may be begun; what was taken until then stays taken, and
    the next run goes on behind it.
    """

    def __init__(
        self,
        folder: Folder,
        file: OpenFile,
        taker: Taker,
        parse: Callable[[bytes], Packet],
        stop: Callable[[bool], bool],
    ) -> None:
        self._folder = folder
        self._file = file
        self._taker = taker
        self._parse = parse
        self._stop = stop
        self._label = printable(file.name)
        self._by_line = is_lines(file.name)
        self._given: list[int] = []
        self._aside = Aside(folder, file.name, by_line=self._by_line)
        self._bad: list[tuple[int | None, Problem]] = []
        self._bad_lines = 0
        self._erased: dict[int, str] = {}
        self._taken = 0
        self._taken_before = False

    def close(self) -> None:
        """Give back the file."""
        self._file.stream.close()

    def so_far(self) -> InboxResult:
        """What was taken and set aside until now, when the file has to stay."""
        return InboxResult(taken=self._taken, refused=self._bad_lines - self._aside.waiting if self._taken else 0)

    def take(self, now: float) -> InboxResult:
        """Take what the file holds, and move it out of the way."""
        found = gist(self._file.stream, self._file.size, by_line=self._by_line)
        if may_be_unfinished(found.end, modified=self._file.modified, now=now):
            return _left(self._file.name, "it ends early and is younger than a minute; the writer may not be done")
        if self._taker.already_taken(self._label, found.sha256):
            # By a process that died before it moved the file.
            self._taken_before = True
            self._move(TAKEN)
            return InboxResult(files=1)
        if found.end is Shape.EMPTY:
            self._note(None, [_EMPTY])
            return self._refuse_whole()
        return self._take_parts(found)

    def _take_parts(self, found: Gist) -> InboxResult:
        several = len(found.parts) > 1
        for part in found.parts:
            if several and self._taker.already_taken(self._label, part.key):
                self._taken_before = True
                continue
            if self._stop(self._taken > 0):
                return _plus(self.so_far(), _left(self._file.name, "the time is used up; the next run takes the rest"))
            self._take_part(found, part, several=several)
        if self._taken or self._taken_before:
            self._aside.settle()
            self._move(TAKEN)
            return InboxResult(taken=self._taken, refused=self._bad_lines, files=1)
        if self._bad:
            return self._refuse_whole()
        self._move(TAKEN)  # an empty array: nothing wrong, nothing to take
        return InboxResult(files=1)

    def _take_part(self, found: Gist, part: Part, *, several: bool) -> None:
        self._given.clear()
        packets = self._good_packets(found, part)
        first = next(packets, None)
        if first is None:
            return
        receipts = self._taker.take(InboxBatch(self._label, part.key, chain([first], packets)))
        taken = 0
        refused: dict[int, list[Problem]] = {}
        for number, receipt in zip(self._given, receipts, strict=True):
            if getattr(receipt, "erased", False):
                self._erased[number] = receipt.id or ""
            if receipt.status in _NOT_TAKEN:
                refused[number] = list(receipt.problems) or [_UNSAID]
            else:
                taken += 1
        self._taken += taken
        for number, problems in refused.items():
            self._note(number, problems)
        # Of a file of one part of which nothing was taken, all goes to refused/ as it is.
        if refused and (taken or several):
            for line in lines(self._file.stream, found, part, by_line=self._by_line):
                if line.number in refused:
                    self._aside.add(self._shown(line), refused[line.number])
            self._aside.settle()

    def _shown(self, line: Line) -> Line:
        """A refused line as it is set aside: of a packet that was erased, its id alone."""
        if line.number not in self._erased:
            return line
        return Line(line.number, json.dumps({"id": self._erased[line.number]}).encode())

    def _forget_erased(self) -> None:
        """Take out of the file, before it moves, what belongs to packets that were erased."""
        ids = frozenset(self._erased.values())
        if self._taken_before:  # what an earlier run was to forget is not known any more
            ids |= getattr(self._taker, "erased_ids", frozenset)()
        if not ids:
            return
        self._file.stream.seek(0)
        content = with_ids_alone(self._file.stream.read(), ids, by_line=self._by_line)
        if content is not None:
            self._file = self._folder.rewrite(self._file, content)

    def _good_packets(self, found: Gist, part: Part) -> Iterator[Packet]:
        """The packets that parse. Bad ones are set aside before the commit, so that none is missed, once there is a
        good one: a file that is bad as a whole needs no second copy beside it.
        """
        for line in lines(self._file.stream, found, part, by_line=self._by_line):
            packet = self._parsed(line)
            if packet is not None:
                self._given.append(line.number)
                yield packet
        if self._given:
            self._aside.settle()

    def _parsed(self, line: Line) -> Packet | None:
        """The packet of a line; None for a bad one, which is noted."""
        problems: Sequence[Problem]
        if self._aside.is_full and line.text[:1] != b"{":
            problems = ()  # no packet, and nobody is told more of it: a flood is not to be parsed
        else:
            try:
                return self._parse(line.text)
            except PacketInvalid as invalid:
                problems = invalid.problems
        self._note(line.number, problems)
        self._aside.add(line, problems)
        return None

    def _note(self, number: int | None, problems: Sequence[Problem]) -> None:
        if self._bad_lines < MOST_APART:
            self._bad += [(number, problem) for problem in problems]
        self._bad_lines += 1

    def _refuse_whole(self) -> InboxResult:
        self._forget_erased()
        told = sorted(self._bad, key=lambda one: one[0] or 0)
        if self._bad_lines > MOST_APART:
            text = f"has {self._bad_lines - MOST_APART} further bad lines"
            told.append((None, Problem(path="", text=text, fix="correct what writes them, then look at the rest")))
        refuse_file(self._folder, self._file.name, told, self._file)
        return InboxResult(refused=self._bad_lines, files=1)

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
