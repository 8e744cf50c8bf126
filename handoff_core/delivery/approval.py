"""Whether the draft of an outbound reply may be sent: who is asked, and what was said of exactly this draft.

A verdict belongs to the draft and to whom it goes to. A later revision that changes either waits anew; one that changes
something else keeps it. Nothing here, or anywhere in Handoff, sends the reply.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from handoff_core.config import Config
from handoff_core.connector import ApprovalState, Owner
from handoff_core.packet import Consent, OutboundReplyDetails, Packet
from handoff_core.routing.people import find_person

CODE_LENGTH = 8
"""Characters of a draft's digest that records show, so that an approver can say which draft he read."""


@dataclass(frozen=True, slots=True)
class StoredApproval:
    """An approval as the ledger keeps it with a revision. ``draft`` is the digest of what is to be approved.

    ``on_hold``: the revision was held, so that nobody was asked. ``by_id``, ``at`` (epoch seconds) and ``note`` are
    the verdict; None while there is none.
    """

    state: ApprovalState
    draft: str
    approver_id: str
    approver_why: str
    final_owner_id: str
    named: str | None = None
    on_hold: bool = False
    by_id: str | None = None
    at: float | None = None
    note: str | None = None

    @property
    def is_rejected(self) -> bool:
        """Whether the last word on the draft was a rejection; ``forbidden`` keeps no other word."""
        rejected = self.state in (ApprovalState.REJECTED, ApprovalState.FORBIDDEN)
        return rejected and self.by_id is not None

    @property
    def code(self) -> str:
        """The draft's digest as people are shown it."""
        return self.draft[:CODE_LENGTH]

    def to_text(self) -> str:
        """JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> StoredApproval:
        """The approval that ``to_text`` wrote."""
        values = json.loads(text)
        return cls(**values | {"state": ApprovalState(values["state"])})

    def said(self, state: ApprovalState, by_id: str, note: str | None, *, at: float) -> StoredApproval:
        """The same with the approver's word."""
        return replace(self, state=state, by_id=by_id, note=note, at=at)


def read_approval(text: str | None) -> StoredApproval | None:
    """The approval of a ledger's row; None where nothing is to be approved."""
    return None if text is None else StoredApproval.from_text(text)


def approval_of(
    packet: Packet, config: Config, owner_id: str, before: StoredApproval | None, *, held: bool
) -> StoredApproval | None:
    """Where a revision's draft stands, ``before`` being the revision before; None where there is no draft.

    ``owner_id`` is the owner of the packet itself, also while the fallback owner has it because it is held.
    """
    details = packet.details
    if not isinstance(details, OutboundReplyDetails) or not (details.draft or "").strip():
        return None
    people = config.people()
    approver_id, why = _approver(details, people, owner_id, config.routing.fallback)
    fresh = StoredApproval(
        state=ApprovalState.WAITING,
        draft=digest_of_draft(packet, details),
        approver_id=approver_id,
        approver_why=why,
        final_owner_id=find_person(details.final_owner, people) or owner_id,
        named=details.approval_by,
        on_hold=held,
    )
    if packet.privacy is not None and packet.privacy.consent.contact is Consent.DENIED:
        # A rejection is kept under it: consent that comes and goes would else lift what only the one who rejected may.
        rejected = before is not None and before.draft == fresh.draft and before.is_rejected
        kept = before if rejected and before is not None else fresh
        return replace(fresh, state=ApprovalState.FORBIDDEN, by_id=kept.by_id, at=kept.at, note=kept.note)
    if before is None or before.by_id is None or before.draft != fresh.draft:
        return fresh
    if before.state is ApprovalState.APPROVED and before.named != fresh.named and before.by_id != approver_id:
        # Somebody else is named now, and that person has not accepted it. A rejection stays all the same: otherwise
        # one who drafts could ask until somebody agrees.
        return fresh
    state = ApprovalState.REJECTED if before.is_rejected else before.state
    if state not in (ApprovalState.APPROVED, ApprovalState.REJECTED):
        return fresh
    return replace(fresh, state=state, by_id=before.by_id, at=before.at, note=before.note)


def digest_of_draft(packet: Packet, details: OutboundReplyDetails) -> str:
    """SHA-256, hex, of the draft and of everybody and everything that says to whom it goes."""
    customer = packet.customer
    recipient = (
        None
        if customer is None
        else {
            "name": customer.name,
            "email": customer.email,
            "phone": customer.phone,
            "company": customer.company,
            "account_id": customer.account_id,
            "external_ids": dict(customer.external_ids),
        }
    )
    text = json.dumps([details.draft, details.account, recipient], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _approver(
    details: OutboundReplyDetails, people: Mapping[str, Owner], owner_id: str, fallback: str
) -> tuple[str, str]:
    named = find_person(details.approval_by, people)
    if named is not None:
        return named, "the packet names this approver"
    asked = "names nobody of [owners] as approver" if details.approval_by else "names no approver"
    if owner_id in people:
        return owner_id, f"the packet {asked}, so its owner is asked"
    return fallback, f"the packet {asked}, so the fallback owner is asked"
