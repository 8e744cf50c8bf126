"""An outbound reply's approval in words: its label, its line in the head, and what is new about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from handoff_core.connector import Approval, ApprovalState, Owner, View
from handoff_core.packet import OutboundReplyDetails, Packet, Status
from handoff_mappings.brief.words import moment_words
from handoff_mappings.text import clean, one_line

LABELS: Final[Mapping[ApprovalState, str]] = {
    ApprovalState.WAITING: "REPLY TO APPROVE",
    ApprovalState.APPROVED: "REPLY APPROVED",
    ApprovalState.REJECTED: "REPLY REJECTED",
    ApprovalState.FORBIDDEN: "REPLY NOT TO SEND",
}
"""The lane's label in titles and headers, by what became of the draft."""
FORBIDDEN: Final = "NOT TO BE SENT – consent to contact the customer was denied, so nobody can approve it"


def approval_label(view: View) -> str | None:
    """What a title says in the place of the lane's own mark; None while it waits, which that mark says."""
    approval = _shown(view)
    return None if approval is None or approval.state is ApprovalState.WAITING else LABELS[approval.state]


def approval_words(view: View) -> str:
    """The line in the head; empty where nothing is to be said."""
    approval = _shown(view)
    if approval is None:
        return ""
    if approval.state is ApprovalState.WAITING:
        command = f"handoff approve {view.packet.id} --by {approval.approver.id} --draft {approval.draft}"
        return f"{LABELS[approval.state]} – waiting for {_name(approval.approver)}. Approve or reject it: {command}"
    if approval.state is ApprovalState.FORBIDDEN:
        return FORBIDDEN
    return _verdict(approval, view.timezone)


def approval_glance(view: View) -> str:
    """The same in a few words, for a line of the head; empty where nothing is known of an approval."""
    approval = _shown(view)
    if approval is None:
        return ""
    by = _name(approval.by or approval.approver)
    return {
        ApprovalState.WAITING: f"Waiting for approval by {by}",
        ApprovalState.APPROVED: f"Approved by {by}: send it yourself",
        ApprovalState.REJECTED: f"Rejected by {by}",
        ApprovalState.FORBIDDEN: "Not to be sent: contact denied",
    }[approval.state]


def approved_step(view: View) -> str:
    """What is left to do once the draft is approved: ``Sam Ortiz: send it``; empty before that and when it is done.

    The packet's own next step was written while the draft waited, and still asks for the approval.
    """
    approval = _shown(view)
    if approval is None or approval.state is not ApprovalState.APPROVED or _done(view.packet):
        return ""
    return f"{_name(approval.final_owner)}: send it"


def with_names(view: View) -> View:
    """The same with people's names in the details, where the packet names them by their id or e-mail address."""
    approval, details = view.approval, view.packet.details
    if approval is None or not isinstance(details, OutboundReplyDetails):
        return view
    changed = {
        "approval_by": _named(details.approval_by, approval.approver),
        "final_owner": _named(details.final_owner, approval.final_owner),
    }
    changed = {name: text for name, text in changed.items() if text != getattr(details, name)}
    if not changed:
        return view
    return replace(view, packet=view.packet.model_copy(update={"details": details.model_copy(update=changed)}))


def _named(text: str | None, owner: Owner) -> str | None:
    same = {one.casefold() for one in (owner.id, owner.email or "") if one}
    return owner.name if text is not None and one_line(text).casefold() in same else text


def approval_news(view: View) -> tuple[str, ...]:
    """What people must be told of it since they were last told; empty where nothing is new."""
    now, before = _shown(view), view.told.approval if view.told is not None else None
    if now is None or view.told is None or _same(now, before):
        return ()
    if now.state is ApprovalState.FORBIDDEN:
        return (FORBIDDEN,)
    if now.state is not ApprovalState.WAITING:
        return (_verdict(now, view.timezone),)
    lines = {
        ApprovalState.APPROVED: "The draft, or whom it goes to, changed: the approval no longer counts",
        ApprovalState.REJECTED: "There is a new draft",
        ApprovalState.WAITING: "The draft, or whom it goes to, changed",
        ApprovalState.FORBIDDEN: "The customer may be contacted again",
    }
    if before is None:
        return (approval_words(view),)
    changed = lines[before.state] if before.draft != now.draft or before.state is not now.state else "Another approver"
    if before.state is ApprovalState.APPROVED and before.draft == now.draft:
        changed = "Another approver is named"
    return (f"{changed}. {approval_words(view)}",)


def asked_by(view: View) -> Owner | None:
    """Who has to act on the news: the approver, who sends it, or who gets a rejected draft back."""
    approval = _shown(view)
    if approval is None:
        return None
    return {ApprovalState.WAITING: approval.approver, ApprovalState.APPROVED: approval.final_owner}.get(
        approval.state, view.owner
    )


def _shown(view: View) -> Approval | None:
    """The approval, unless the case is done and nobody waits for it any more."""
    approval = view.approval
    if approval is None or (approval.state is ApprovalState.WAITING and _done(view.packet)):
        return None
    return approval


def _same(now: Approval, before: Approval | None) -> bool:
    return before is not None and (now.state, now.draft, now.approver.id, now.at) == (
        before.state,
        before.draft,
        before.approver.id,
        before.at,
    )


def _verdict(approval: Approval, timezone: str) -> str:
    by, by_id = _name(approval.by or approval.approver), (approval.by or approval.approver).id
    at = "" if approval.at is None else f", {moment_words(datetime.fromtimestamp(approval.at, UTC), timezone)}"
    note = one_line(clean(approval.note or ""))
    if approval.state is ApprovalState.REJECTED:
        return f"REJECTED by {by}{at}: {note or 'no reason given'}"
    sender = f" ({_name(approval.final_owner)} sends it)" if by_id != approval.final_owner.id else ""
    return f"APPROVED by {by}{at} – send it yourself{sender}" + (f". Note: {note}" if note else "")


def _name(owner: Owner) -> str:
    return one_line(owner.name)


def _done(packet: Packet) -> bool:
    return packet.state is not None and packet.state.status is Status.DONE
