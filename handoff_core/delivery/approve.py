"""The approver's word on the draft of an outbound reply. Handoff writes it down and shows it; it sends nothing."""

from __future__ import annotations

import shlex

from handoff_core.config import Config
from handoff_core.connector import ApprovalState
from handoff_core.delivery.accept import refused
from handoff_core.delivery.approval import StoredApproval, read_approval
from handoff_core.delivery.assessed import assess_packet
from handoff_core.delivery.route_text import StoredRoute, findings_from_text, findings_to_text
from handoff_core.delivery.view import parse_body
from handoff_core.errors import Problem
from handoff_core.ledger import packets, queries, trail
from handoff_core.ledger.names import State
from handoff_core.ledger.rows import NewRevision, StoredPacket
from handoff_core.ledger.transaction import Transaction
from handoff_core.packet import Lane, Packet, format_time
from handoff_core.privacy.erasure import erased_problem
from handoff_core.receipt import Receipt, ReceiptOwner, ReceiptStatus
from handoff_core.routing.people import find_person


def approve_packet(
    tx: Transaction,
    config: Config,
    packet_id: str,
    by: str,
    *,
    reject: bool,
    note: str | None,
    draft: str | None,
    now: float,
) -> Receipt:
    """A new revision of the same content with the approver's word; ``unchanged`` when the same was said before.

    ``refused``, with what to do, for anybody but the approver and for whatever cannot be approved. ``draft``: the code
    of the draft that was read; another one is there by now? Then it is refused. None is accepted only while every
    record of the packet shows the newest draft, so that no other can have been read.
    """
    business = config.business.id
    stored = packets.find_packet(tx, business, packet_id)
    if stored is None or stored.id != packet_id:
        return refused(packet_id, Problem("id", "is not in the ledger", "look it up with `handoff status`"))
    if stored.erased_at is not None:
        return refused(packet_id, erased_problem(stored.erased_at))
    body = packets.body_of(tx, business, packet_id, stored.revision)
    if body is None:
        return refused(packet_id, Problem("id", "has no content any more, so there is no draft", "submit it again"))
    packet = parse_body(body)
    approval = read_approval(packets.approval_of(tx, business, packet_id, stored.revision))
    problem = _wrong_with(packet, stored, approval) or _wrong_with_word(config, approval, by, note, reject, draft)
    if problem is not None or approval is None:
        return refused(packet_id, *([problem] if problem is not None else []))
    wanted = ApprovalState.REJECTED if reject else ApprovalState.APPROVED
    note = (note or "").strip() or None
    if approval.state is wanted and (note is None or note == approval.note):
        return _receipt(config, stored, ReceiptStatus.UNCHANGED, stored.revision, stored.findings)
    if draft is None and (behind := _not_showing(tx, config, stored, approval)):
        return refused(packet_id, _unread(packet_id, approval, behind, by, reject))
    approver_id = decider_of(config, approval)
    said = approval.said(wanted, approver_id, note, at=now)
    findings = findings_to_text(assess_packet(config, packet, now=now, approved=not reject).findings)
    revision = stored.revision + 1
    packets.add_revision(
        tx,
        business,
        NewRevision(
            packet_id=packet_id,
            revision=revision,
            digest=stored.digest,
            lane=stored.lane,
            summary=packet.summary,
            urgency=stored.urgency,
            next_due=format_time(packet.next_action.due) if packet.next_action.due else None,
            closed=stored.closed,
            held=stored.held,
            released=stored.released,
            owner_id=StoredRoute.from_text(stored.route).owner_id,
            body=body,
            route=stored.route,
            findings=findings,
            approval=said.to_text(),
        ),
        (),
        hurry=True,
        known=True,
        now=now,
    )
    what, outcome = ("reject", "rejected") if reject else ("approve", "approved")
    text = f"by {approver_id}, draft {said.code}"
    trail.note(tx, business, packet_id, at=now, revision=revision, what=what, outcome=outcome, text=text)
    return _receipt(config, stored, ReceiptStatus.ACCEPTED, revision, findings)


def approver_of(config: Config, approval: StoredApproval) -> str:
    """The id of who is asked: the fallback owner once the configuration has forgotten the approver."""
    return approval.approver_id if approval.approver_id in config.owners else config.routing.fallback


def decider_of(config: Config, approval: StoredApproval) -> str:
    """The id of whose word counts: of a rejected draft who rejected it, else who is asked.

    Whoever drafts could else name one approver after the other until somebody agrees.
    """
    if approval.state is ApprovalState.REJECTED and approval.by_id is not None:
        return approval.by_id if approval.by_id in config.owners else config.routing.fallback
    return approver_of(config, approval)


def _not_showing(tx: Transaction, config: Config, stored: StoredPacket, approval: StoredApproval) -> list[str]:
    """Where the records of the packet do not show this draft, or nobody can say so; by name of the destination."""
    business, behind = config.business.id, []
    for row in queries.delivery_rows(tx, business, stored.id):
        if row["destination"] in config.outboxes or row["state"] == State.DROPPED:
            continue  # an agent decides nothing, and where a person wants no record nobody reads one
        shown = read_approval(packets.approval_of(tx, business, stored.id, row["done"])) if row["done"] else None
        if shown is None or shown.draft != approval.draft:
            behind.append(str(row["destination"]))
    return sorted(behind)


def _unread(packet_id: str, approval: StoredApproval, behind: list[str], by: str, reject: bool) -> Problem:
    many = "do" if len(behind) > 1 else "does"
    command = f"handoff approve {packet_id} --by {shlex.quote(by)} --draft {approval.code}"
    return Problem(
        "draft",
        f"is not named, and {', '.join(behind)} {many} not show the newest draft, {approval.code}, yet",
        f"read that draft with `handoff show {packet_id}`, then: {command}"
        + (" --reject --note TEXT" if reject else ""),
    )


def _wrong_with(packet: Packet, stored: StoredPacket, approval: StoredApproval | None) -> Problem | None:
    """Why there is nothing to approve about a packet."""
    if packet.lane is not Lane.OUTBOUND_REPLY:
        return Problem("lane", f"is {packet.lane}, and only an outbound_reply is approved", "nothing is to be approved")
    if approval is None:
        return Problem("details.draft", "is missing, so there is nothing to approve", "submit a revision with a draft")
    if stored.closed:
        return Problem(
            "state.status", "is done, so nothing waits for approval", "submit a revision that opens it again"
        )
    if stored.held:
        return Problem(
            "id", "is held, so nobody was asked yet", f"release it first: handoff release {packet.id}, then approve"
        )
    if approval.state is ApprovalState.FORBIDDEN:
        return Problem(
            "privacy.consent.contact",
            "is denied: the customer does not want to be contacted, so nobody can approve that the draft is sent",
            "do not send it; when the customer agrees, submit a revision that says so",
        )
    return None


def _wrong_with_word(
    config: Config, approval: StoredApproval | None, by: str, note: str | None, reject: bool, draft: str | None
) -> Problem | None:
    """Why this word of this person does not count."""
    if approval is None:
        return None
    people = config.people()
    approver_id = decider_of(config, approval)
    approver = people[approver_id]
    who = find_person(by, people)
    if who is None:
        return Problem("by", f"{by} is no configured owner", f"name one of {', '.join(sorted(people))}")
    if who != approver_id and approval.state is ApprovalState.REJECTED:
        return Problem(
            "by",
            f"{people[who].name} cannot lift the rejection of this draft; {approver.name} can",
            f"let {approver.name} decide with --by {approver_id}, or submit a revision with a new draft",
        )
    if who != approver_id:
        return Problem(
            "by",
            f"{people[who].name} is not the approver; {approver.name} is ({approval.approver_why})",
            f"let {approver.name} decide with --by {approver_id}, or submit a revision that names another approver in "
            "details.approval_by",
        )
    if draft is not None and not (len(draft) >= 4 and approval.draft.startswith(draft.strip().lower())):
        return Problem(
            "draft",
            f"is {draft}, but the draft is {approval.code} by now",
            "read the draft as it is now, in the record or with `handoff show`, and decide on that",
        )
    if reject and not (note or "").strip():
        return Problem("note", "is missing: a rejection without a reason helps nobody", "say why with --note")
    return None


def _receipt(config: Config, stored: StoredPacket, status: ReceiptStatus, revision: int, findings: str) -> Receipt:
    route = StoredRoute.from_text(stored.route)
    owner_id = route.owner_id if route.owner_id in config.owners else config.routing.fallback
    owner = ReceiptOwner(owner_id, config.owners[owner_id].name, route.why)
    return Receipt(stored.id, status, revision, owner, route.destinations, stored.held, findings_from_text(findings))
