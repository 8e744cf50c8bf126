"""The connector of an agent's outbox. It reaches no network: its vendor is a folder."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Final

from handoff_core.connector import (
    Approval,
    ApprovalState,
    CheckResult,
    Context,
    DestinationSettings,
    Erased,
    Erasure,
    Limit,
    Operation,
    Owner,
    Payload,
    RecordedRequest,
    Remote,
    Trace,
    View,
    Write,
)
from handoff_core.errors import Transient
from handoff_core.outbox.file import remove_whole, write_whole
from handoff_core.outbox.settings import OutboxSettings
from handoff_core.packet import format_time

PACKET: Final = "packet"
"""The only kind of record: the file."""

_WHAT_TO_DO: Final[Mapping[int, str]] = {
    errno.ENOENT: "the folder is not there; make it, or correct outbox under [agents]",
    errno.ENOTDIR: "that is no folder; correct outbox under [agents]",
    errno.ENOSPC: "the disk is full; make room",
    errno.EDQUOT: "this user's share of the disk is used up; make room",
    errno.EACCES: "this user may not write there; give the right to, with chmod or chown",
    errno.EPERM: "this user may not write there; give the right to, with chmod or chown",
    errno.EROFS: "the disk is mounted read-only; mount it writable, or take another folder",
}


class OutboxConnector:
    """One agent's folder. The file holds the packet as this agent may see it, and always its newest content."""

    title: ClassVar[str] = "Agent's outbox"
    settings_model: ClassVar[type[DestinationSettings]] = OutboxSettings
    limits: ClassVar[Mapping[str, Limit]] = {}
    rank: ClassVar[int] = 1_000
    """The last: nobody waits for a file."""

    def __init__(self, context: Context) -> None:
        assert isinstance(context.settings, OutboxSettings)
        self._context = context
        self._folder = Path(context.settings.folder)

    @classmethod
    def account(cls, settings: DestinationSettings, secret: Callable[[str], str]) -> str:
        """A short hash of the folder: two agents with one folder would be one account."""
        assert isinstance(settings, OutboxSettings)
        return hashlib.sha256(settings.folder.encode()).hexdigest()[:16]

    def render(self, view: View) -> Sequence[Payload]:
        """The packet. Nothing while it is held: people complete it first, and an agent would act on it at once."""
        if view.held:
            return ()
        body = view.packet.to_object()
        remarks = [{"text": text, "kind": "policy"} for text in _remarks(view)]
        if remarks:
            body["constraints"] = [*body.get("constraints", ()), *remarks]
        title = f"For {view.packet.to}: {view.packet.summary}"
        return (Payload(PACKET, view.key, body, title=title, withheld=view.withheld, text=lambda: _text(body)),)

    def cost(self, operation: Operation, payload: Payload) -> Mapping[str, int]:
        """Nothing: there is no limit."""
        return {}

    def replay_window(self, payload: Payload) -> float:
        """Always: writing the same file again gives the same file."""
        return float("inf")

    def find(self, write: Write) -> Sequence[Remote]:
        """The file, while the agent has not taken it."""
        path = self._path(write.payload)
        return (self._remote(path),) if path.is_file() else ()

    def create(self, write: Write) -> Remote:
        """Write the file. Transient, with what to do, when the folder does not take it."""
        path = self._path(write.payload)
        content = _text(write.payload.body) + "\n"
        if self._context.recorder is not None:
            self._context.recorder.record(RecordedRequest("WRITE", path.as_uri(), {}, content))
            return self._remote(path)
        self._context.before_request()
        try:
            write_whole(self._folder, path.name, content.encode("utf-8", "surrogatepass"))
        except OSError as error:
            raise Transient(f"The outbox {self._folder} cannot be written: {_reason(error)}.") from error
        return self._remote(path)

    def update(self, write: Write) -> Remote:
        """The same: a file that the agent has taken away is written anew, with what is new."""
        return self.create(write)

    @classmethod
    def erasure(cls, kind: str) -> Erasure:
        """The file is deleted."""
        stays = "What the agent has taken out of its outbox is the agent's; whoever runs it deletes it there."
        return Erasure("is deleted", (stays,))

    @classmethod
    def trace(cls, payload: Payload, seen: Mapping[str, Any]) -> Trace:
        """Nothing but the key: it names the file."""
        return Trace(Payload(payload.kind, payload.key, {}))

    def erase(self, write: Write) -> Erased:
        """Delete the file, and what an interrupted write left beside it. One that is gone already is as good."""
        path = self._path(write.payload)
        self._context.before_request()
        try:
            remove_whole(self._folder, path.name)
        except OSError as error:
            raise Transient(f"{path} cannot be deleted: {_reason(error)}.") from error
        return Erased()

    def check(self, owners: Sequence[Owner], *, set_up: bool = False) -> Sequence[CheckResult]:
        """Whether the folder is there and takes files; ``set_up`` makes it, for its owner only."""
        try:
            if set_up:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            return (CheckResult("folder", False, f"{self._folder} cannot be made", _reason(error), "outbox"),)
        if not self._folder.is_dir():
            fix = f"Make it: mkdir -m 700 -p {self._folder}"
            return (CheckResult("folder", False, f"{self._folder} is no folder", fix, "outbox"),)
        if not os.access(self._folder, os.W_OK | os.X_OK):
            fix = "Give this user the right to write there."
            return (CheckResult("folder", False, f"{self._folder} may not be written", fix, "outbox"),)
        return (CheckResult("folder", True, f"{self._folder} takes files", key="outbox"),)

    def close(self) -> None:
        """Nothing is open."""

    def _path(self, payload: Payload) -> Path:
        # ``ho-<business>.<packet id>``; a business's id has no dot.
        return self._folder / file_name(payload.key.partition(".")[2])

    def _remote(self, path: Path) -> Remote:
        return Remote(id=path.name, url=path.as_uri())


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2)


def file_name(packet_id: str) -> str:
    """The name of a packet's file. An id holds letters, digits, ``.``, ``_`` and ``-`` only, and begins with neither
    dot nor sign, so that nothing in it leads out of the folder or hides the file."""
    return f"{packet_id}.json"


def _remarks(view: View) -> list[str]:
    """What the agent must know and the packet cannot say: what is withheld, and whether a draft may be sent."""
    remarks = [f"Withheld from this agent: {'; '.join(view.withheld)}."] if view.withheld else []
    for before in view.earlier:
        remarks += [f"Promised earlier, in {before.id}, and still open: {one.text}" for one in before.promises]
    if view.approval is not None:
        remarks.append(_approval_words(view.approval))
    return remarks


def _approval_words(approval: Approval) -> str:
    by = approval.by.name if approval.by is not None else approval.approver.name
    if approval.state is ApprovalState.APPROVED and approval.at is not None:
        at = format_time(datetime.fromtimestamp(int(approval.at), UTC))
        return f"The draft was approved by {by} at {at}; {approval.final_owner.name} sends it, no agent does."
    return {
        ApprovalState.REJECTED: f"The draft was rejected by {by}; nobody may send it.",
        ApprovalState.FORBIDDEN: "The customer does not want to be contacted; nobody may send the draft.",
    }.get(approval.state, f"The draft waits for the approval of {approval.approver.name}; nobody may send it.")


def _reason(error: OSError) -> str:
    """Why a file could not be written, and what to do."""
    return _WHAT_TO_DO.get(error.errno or 0, f"{error.strerror or type(error).__name__}; see to it")
