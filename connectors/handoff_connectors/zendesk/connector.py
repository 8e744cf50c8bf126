"""The connector for Zendesk Support."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Final, cast
from urllib.parse import urlsplit

from handoff_connectors.zendesk.account import Account
from handoff_connectors.zendesk.answers import API, UPDATE
from handoff_connectors.zendesk.checks import check_account
from handoff_connectors.zendesk.erase import erase_note, erase_ticket, erasure, trace
from handoff_connectors.zendesk.notes import Notes, parent_of
from handoff_connectors.zendesk.tickets import Tickets, encode
from handoff_core.connector import (
    CheckResult,
    Context,
    DestinationSettings,
    Erased,
    Erasure,
    Limit,
    Operation,
    Owner,
    Payload,
    Remote,
    Trace,
    View,
    Write,
)
from handoff_core.errors import Gone, PreparedExpired, Refused, Unknown
from handoff_core.packet.enums import Sensitivity
from handoff_mappings.html import line_html
from handoff_mappings.zendesk import ZendeskSettings, render
from handoff_mappings.zendesk.ticket import TICKET

KEY_LIVES: Final = 2 * 3_600.0
"""Seconds for which Zendesk keeps an Idempotency-Key (Zendesk docs, ticketing introduction, 2026-11)."""
KEY_MARGIN: Final = 300.0
"""Seconds before its end from which a key is no longer trusted."""


class ZendeskConnector:
    """One Zendesk account: a ticket a packet, private notes at milestones. Nothing public is ever written."""

    title: ClassVar[str] = "Zendesk"
    settings_model: ClassVar[type[DestinationSettings]] = ZendeskSettings
    limits: ClassVar[Mapping[str, Limit]] = MappingProxyType(
        {
            # The smallest plan, Support Essential; the headers of the first answer say more (Zendesk docs, rate
            # limits, 2026-11).
            API: Limit(10, 60.0, burst=10),
            UPDATE: Limit(100, 60.0, burst=10),
        }
    )
    rank: ClassVar[int] = 10
    sensitivity: ClassVar[Sensitivity] = Sensitivity.PERSONAL
    example_identity: ClassVar[str] = "1"
    """Stands in a preview for an owner's id, which is looked up at delivery."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._settings = cast(ZendeskSettings, context.settings)
        self._account = Account(context, self._settings)
        self._tickets = Tickets(self._account, context.memory, origin=self._settings.origin)
        self._notes = Notes(self._account)

    @classmethod
    def account(cls, settings: DestinationSettings, secret: Callable[[str], str]) -> str:
        """The subdomain; host and port where only ``base_url`` is given."""
        zendesk = cast(ZendeskSettings, settings)
        return zendesk.subdomain or urlsplit(zendesk.origin).netloc.lower()

    def render(self, view: View) -> Sequence[Payload]:
        """The ticket, and the notes that are due."""
        return render(view, self._settings)

    def cost(self, operation: Operation, payload: Payload) -> Mapping[str, int]:
        """Calls of each class. A change of tags is one or two more than an update reserves, and rare."""
        match operation:
            case "prepare":
                return {API: len(payload.attachments) + (1 if payload.local.get("previous_id") else 0)}
            case "create" if payload.kind == TICKET:
                return {API: 1}
            case "create":
                return {API: 1, UPDATE: 1}
            case "update" | "retire":
                return {API: 2, UPDATE: 1}
            case "erase":
                return {API: 6 + self._asks, UPDATE: 2} if payload.kind == TICKET else {API: 2 + self._asks}
            case "find" if payload.kind != TICKET:
                return {API: 1 + self._asks}
        return {API: 1}

    @property
    def _asks(self) -> int:
        """Calls that it costs to know a comment for ours."""
        return 0 if self._account.authors.are_known else 1

    def prepare(self, write: Write) -> bytes | None:
        """Upload the files and give the whole body of the request that makes the record."""
        payload = write.payload
        body: dict[str, Any] = dict(payload.body)
        comment = dict(body["comment"])
        if payload.kind == TICKET:
            if "requester" in body and self._tickets.requester_refused(payload.key):
                del body["requester"]
                said = line_html("Zendesk refused the customer's e-mail address, so the requester is not the customer.")
                comment["html_body"] = said + comment["html_body"]
            previous = self._previous(payload)
            if previous is not None:
                body["via_followup_source_id"] = previous
        tokens = [self._upload(file.filename, file.content_type, file.content) for file in payload.attachments]
        if tokens:
            comment["uploads"] = tokens
        body["comment"] = {**comment, "public": False}
        return encode({"ticket": body})

    def find(self, write: Write) -> Sequence[Remote]:
        """The ticket by its external_id, a note by the key in its last line; never by search."""
        if write.payload.kind == TICKET:
            return self._tickets.find(write)
        return self._notes.find(write, parent_of(write))

    def create(self, write: Write) -> Remote:
        """Send the frozen bytes; without them (they are always there after ``prepare``) the body as it is."""
        frozen = write.frozen if write.frozen is not None else encode({"ticket": dict(write.payload.body)})
        if write.payload.kind == TICKET:
            self._note_token(write)
            return self._tickets.create(write, frozen)
        ticket_id = parent_of(write)
        try:
            return self._notes.create(ticket_id, frozen)
        except Gone:
            self._tickets.alive(ticket_id)
            raise
        except Refused as error:
            if error.status != 422:
                raise
            self._tickets.alive(ticket_id)  # Gone when the ticket is closed, which is why it was refused
            if "upload" in error.text.lower():
                raise PreparedExpired(f"{error.text}; the files are uploaded again", status=422) from error
            raise

    def update(self, write: Write) -> Remote:
        """Bring the ticket's own fields to the payload. A note is never changed."""
        if write.payload.kind != TICKET:
            raise Refused("a comment in Zendesk cannot be changed")
        return self._tickets.update(write)

    def replay_window(self, payload: Payload) -> float:
        """Two hours less a margin for a ticket; a note has no key that Zendesk knows."""
        return KEY_LIVES - KEY_MARGIN if payload.kind == TICKET else 0.0

    def doubts_replay(self, write: Write) -> bool:
        """Whether it was sent with another token: nobody says whether a key is the account's or the token's."""
        mark = self._account.token_mark()
        return mark is not None and self._context.memory.recall(_sent_with(write)) != mark

    def find_owner(self, email: str) -> str | None:
        """The id of the agent with exactly this address; None when there is none, or only a customer."""
        rows = self._account.every("/api/v2/users/search.json", "users", {"query": f"email:{email}"})
        for row in rows:
            same = str(row.get("email") or "").casefold() == email.strip().casefold()
            if same and row.get("role") in ("agent", "admin") and not row.get("suspended"):
                return str(positive) if (positive := _positive(row.get("id"))) else None
        return None

    def retire(self, write: Write, keep: Remote) -> None:
        """Mark a duplicate ticket of ours as one."""
        if write.payload.kind == TICKET:
            self._tickets.retire(write, keep)

    @classmethod
    def erasure(cls, kind: str) -> Erasure:
        """A ticket goes where nobody else wrote in it, else our part of it is blackened."""
        return erasure(kind)

    @classmethod
    def trace(cls, payload: Payload, seen: Mapping[str, Any]) -> Trace:
        """Marks of what our fields held."""
        return trace(payload, seen)

    def erase(self, write: Write) -> Erased:
        """Empty our fields, blacken our comments and files, delete the ticket where only we wrote in it."""
        if write.payload.kind == TICKET:
            return erase_ticket(self._account, write)
        return erase_note(self._account, write)

    def check(self, owners: Sequence[Owner], *, set_up: bool = False) -> Sequence[CheckResult]:
        """Token, role, fields, form, groups and owners. Nothing is made in Zendesk."""
        return check_account(self._account, self._settings, owners, self.find_owner)

    def close(self) -> None:
        """Give back sockets."""
        self._account.close()

    def _note_token(self, write: Write) -> None:
        """Keep, before it is sent, which token a key is sent with: another lane or process has another token."""
        if self._context.recorder is None and (mark := self._account.token_mark()) is not None:
            self._context.memory.remember(_sent_with(write), mark, seconds=KEY_LIVES)

    def _upload(self, filename: str, content_type: str, content: bytes) -> str:
        try:
            upload = self._account.upload(filename, content_type, content).get("upload")
        except Unknown as error:
            # An upload that nobody refers to vanishes after an hour, so a lost answer costs nothing.
            raise PreparedExpired(f"{error.text}; it is uploaded again", status=error.status) from error
        token = upload.get("token") if isinstance(upload, dict) else None
        if not isinstance(token, str) or not token:
            raise PreparedExpired("Zendesk's answer to an upload holds no token; it is uploaded again")
        return token

    def _previous(self, payload: Payload) -> int | None:
        """The ticket that this one follows up: only a closed one can be followed up."""
        previous = payload.local.get("previous_id")
        if not isinstance(previous, str) or not previous.isdecimal():
            return None
        try:
            ticket = self._account.ticket(previous)
        except Gone:
            return None
        return int(previous) if ticket.get("status") == "closed" else None


def _sent_with(write: Write) -> str:
    return f"token-of:{write.idempotency_key}"


def _positive(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
