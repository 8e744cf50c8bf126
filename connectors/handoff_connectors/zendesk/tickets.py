"""A ticket found, made and brought up to date."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from handoff_connectors.zendesk.account import Account
from handoff_connectors.zendesk.answers import epoch, positive_id
from handoff_connectors.zendesk.fields import (
    body_of,
    change_of,
    custom_name,
    held_fields,
    is_empty,
    seen_fields,
    wanted_fields,
)
from handoff_connectors.zendesk.notes import is_under_key
from handoff_core.connector import Memory, Remote, Write
from handoff_core.errors import AuthFailed, Gone, GoneWhy, PreparedExpired, Refused, Transient, Unknown

MERGED_TAG: Final = "closed_by_merge"
"""What Zendesk tags a ticket with when it is merged into another one."""
DUPLICATE_TAG: Final = "handoff_duplicate"
TRIED_FOR: Final = 7 * 86_400.0
"""Seconds for which the content of an update is remembered whose answer may be lost."""
MOST: Final = 16
"""Values of one field that are remembered of lost writes: the newest ones."""

_NUMBER: Final = re.compile(r"#(\d{1,18})\b")
_UPLOAD: Final = re.compile(r"upload|attachment|token", re.IGNORECASE)
_REQUESTER: Final = re.compile(r"requester|e-?mail", re.IGNORECASE)


class Tickets:
    """The record kind ``ticket``. ``origin`` is where people open it."""

    def __init__(self, account: Account, memory: Memory, *, origin: str) -> None:
        self._account = account
        self._memory = memory
        self._origin = origin

    def find(self, write: Write) -> list[Remote]:
        """Every ticket with exactly this external_id that is neither deleted nor retired, the oldest first."""
        key = write.payload.key
        try:
            listed = list(self._account.every("/api/v2/tickets.json", "tickets", {"external_id": key}))
        except Gone as error:
            raise _no_account(error) from error
        rows = [
            row
            for row in listed
            if row.get("external_id") == key
            and row.get("status") != "deleted"
            and DUPLICATE_TAG not in (row.get("tags") or ())
            and isinstance(row.get("id"), int)
        ]
        remotes = [
            Remote(
                id=str(row["id"]),
                url=self.url(row["id"]),
                seen=_seen_of_lost(write, row),
                created_at=epoch(row.get("created_at")),
                retirable=len(rows) > 1 and self._is_untouched(row, key),
            )
            for row in rows
        ]
        return sorted(remotes, key=lambda remote: (remote.created_at or 0.0, int(remote.id)))

    def create(self, write: Write, frozen: bytes) -> Remote:
        """POST the frozen bytes under the idempotency key. Success is a ticket's id."""
        try:
            answer = self._account.create_ticket(frozen, idempotency_key=write.idempotency_key)
        except Gone as error:
            raise _no_account(error) from error
        except Refused as error:
            raise self._judged(error, write) from error
        ticket = answer.get("ticket")
        if not isinstance(ticket, dict):
            raise Unknown("Zendesk's answer holds no ticket; whether it was made is not known")
        ticket_id = positive_id(ticket.get("id"), "a ticket")
        return Remote(id=str(ticket_id), url=self.url(ticket_id), seen=self._seen(write, ticket))

    def update(self, write: Write) -> Remote:
        """Write our own fields where no person changed them; status and comments are never touched.

        Reads the ticket first. Gone when it was deleted, closed or merged; Transient when it moved meanwhile.
        """
        ticket_id = _id_of(write)
        ticket = self.alive(ticket_id)
        wanted, held = wanted_fields(write.payload.body), held_fields(ticket)
        # A look-up that knows the lost creation's fields gives them as seen: what differs from them is a person's.
        unknown = write.adopted and not any(name in write.seen for name in wanted)
        change = change_of(wanted, held, write.seen, self._tried(ticket_id, write.seen), adopted=unknown)
        if change.fields:
            ticket = self._put(ticket_id, write, change.fields, ticket)
        tags, kept = self._put_tags(ticket_id, write, ticket)
        kept = (*change.kept, *kept)
        brief = write.payload.local.get("brief_field")
        seen = {
            **{name: value for name, value in seen_fields(wanted, ticket).items() if name not in change.kept},
            **{name: write.seen[name] for name in change.kept if name in write.seen},
            "tags": tags,
            **({"links_shown": write.seen["links_shown"]} if "links_shown" in write.seen else {}),
        }
        return Remote(
            id=ticket_id,
            url=self.url(ticket_id),
            seen=seen,
            kept=kept,
            edited=brief is not None and custom_name(brief) in change.kept,
            sent=(*change.fields, *(("tags",) if set(tags) != set(write.seen.get("tags") or ()) else ())),
        )

    def alive(self, ticket_id: str) -> dict[str, Any]:
        """The ticket when it can still be written; Gone, with the reason, when a person ended it."""
        try:
            ticket = self._account.ticket(ticket_id)
        except Gone as error:
            raise Gone(f"ticket #{ticket_id} was deleted in Zendesk", why=GoneWhy.DELETED) from error
        if ticket.get("status") == "deleted":
            raise Gone(f"ticket #{ticket_id} was deleted in Zendesk", why=GoneWhy.DELETED)
        if ticket.get("status") != "closed":
            return ticket
        if MERGED_TAG in (ticket.get("tags") or ()):
            target = self._merged_into(ticket_id)
            if target is not None:
                raise Gone(f"ticket #{ticket_id} was merged into #{target}", why=GoneWhy.MERGED, target=target)
        raise Gone(f"ticket #{ticket_id} is closed", why=GoneWhy.CLOSED)

    def retire(self, write: Write, keep: Remote) -> None:
        """A private note that names the ticket that stays, and a tag that keeps this one out of later look-ups."""
        ticket_id = _id_of(write)
        ticket = self.alive(ticket_id)
        tags = [str(tag) for tag in ticket.get("tags") or ()]
        if DUPLICATE_TAG in tags:
            return
        # All tags that were just read and one more, guarded by the stamp: nothing else changes, and it is one request.
        body = {
            "comment": {"html_body": f"<p>duplicate of #{int(keep.id)}</p>", "public": False},
            "tags": [*tags, DUPLICATE_TAG],
            **_stamp(ticket),
        }
        self._account.update_ticket(ticket_id, encode({"ticket": body}))

    def url(self, ticket_id: int | str) -> str:
        """Where an agent opens it."""
        return f"{self._origin}/agent/tickets/{ticket_id}"

    def requester_refused(self, key: str) -> bool:
        """Whether Zendesk refused this ticket because of its requester; it then goes without one."""
        return self._memory.recall(f"no-requester:{key}") is not None

    def _judged(self, error: Refused, write: Write) -> Exception:
        if error.status == 400 and "IdempotentRequestError" in error.text:
            return Unknown(f"{error.text}; another body was sent under this key before", status=error.status)
        if error.status != 422:
            return error
        if _UPLOAD.search(error.text) and write.payload.key not in error.text:
            return PreparedExpired(f"{error.text}; the files are uploaded again", status=error.status)
        has_requester = "requester" in write.payload.body and not self.requester_refused(write.payload.key)
        if has_requester and _REQUESTER.search(error.text):
            # An address that nobody likes is no reason to lose a case (it is in the brief all the same).
            self._memory.remember(f"no-requester:{write.payload.key}", error.text[:200], seconds=TRIED_FOR)
            return PreparedExpired(f"{error.text}; the ticket is made without its requester", status=error.status)
        return error

    def _put(self, ticket_id: str, write: Write, fields: Mapping[str, Any], ticket: dict[str, Any]) -> dict[str, Any]:
        body = {"ticket": {**body_of(fields), **_stamp(ticket)}}
        # Should the answer be lost, the next update must know these values for ours and not for a person's.
        before = self._tried(ticket_id, write.seen)
        self._remember(ticket_id, write, {**before, **{n: [*before.get(n, ()), v][-MOST:] for n, v in fields.items()}})
        try:
            answer = self._account.update_ticket(ticket_id, encode(body))
        except (Transient, Refused) as error:
            self._remember(ticket_id, write, before)  # it has certainly changed nothing
            if isinstance(error, Refused) and error.status == 422:
                self.alive(ticket_id)  # closed between the look and the write
            raise
        found = answer.get("ticket")
        if not isinstance(found, dict) or positive_id(found.get("id"), "the ticket") != int(ticket_id):
            raise Unknown(f"Zendesk's answer to the update of #{ticket_id} holds another ticket or none")
        return {**ticket, **found}

    def _remember(self, ticket_id: str, write: Write, tried: Mapping[str, list[Any]]) -> None:
        text = json.dumps({"base": _mark(write.seen), "fields": tried})
        self._memory.remember(f"tried:{ticket_id}", text, seconds=TRIED_FOR)

    def _tried(self, ticket_id: str, seen: Mapping[str, Any]) -> dict[str, list[Any]]:
        """What writes whose answers were lost may have left, by field: any of them may be the one that arrived."""
        text = self._memory.recall(f"tried:{ticket_id}")
        if text is None:
            return {}
        found = json.loads(text)
        fields: dict[str, list[Any]] = found["fields"] if found["base"] == _mark(seen) else {}
        return fields

    def _put_tags(self, ticket_id: str, write: Write, ticket: Mapping[str, Any]) -> tuple[list[str], tuple[str, ...]]:
        """Add what is missing but was not taken away by a person, and take away what we wrote and no longer want.

        All of our tags that count as written, and what was kept. A tag that a person added is never taken away.
        """
        wanted = [str(tag) for tag in write.payload.body.get("tags") or ()]
        there = {str(tag) for tag in ticket.get("tags") or ()}
        written = set(write.seen.get("tags") or ())
        tried = set(self._tried_tags(ticket_id, write.seen))
        before = set() if write.adopted else written
        new = [tag for tag in wanted if tag not in there and tag not in before]
        removed = [tag for tag in wanted if tag not in there and tag in before]
        # The value of a dropdown is a tag too: without it Zendesk empties the field.
        chosen = {str(value) for value in held_fields(ticket).values()}
        old = sorted(((written | tried) & there) - set(wanted) - chosen)
        if new:
            # Should the answer be lost, the next update must know these tags for ours and not for a person's.
            known = json.dumps({"base": _mark(write.seen), "tags": sorted({*tried, *new})})
            self._memory.remember(f"tried-tags:{ticket_id}", known, seconds=TRIED_FOR)
            self._retag(ticket_id, self._account.add_tags, new)
        if old:
            self._retag(ticket_id, self._account.remove_tags, old)
        # What stood there before we wanted it is a person's; of an adopted ticket it is what its creation wrote.
        ours = [tag for tag in wanted if write.adopted or tag in written or tag in tried or tag in new]
        return ours, ("tags",) if removed else ()

    def _retag(self, ticket_id: str, change: Callable[[str, list[str]], dict[str, Any]], tags: list[str]) -> None:
        try:
            answer = change(ticket_id, tags)
        except Refused as error:
            if error.status == 422:
                self.alive(ticket_id)  # closed since its fields were written
            raise
        if not isinstance(answer.get("tags"), list):
            raise Unknown(f"Zendesk's answer to a change of the tags of #{ticket_id} holds no tags")

    def _tried_tags(self, ticket_id: str, seen: Mapping[str, Any]) -> list[str]:
        text = self._memory.recall(f"tried-tags:{ticket_id}")
        if text is None:
            return []
        found = json.loads(text)
        tags: list[str] = found["tags"] if found["base"] == _mark(seen) else []
        return tags

    def _seen(self, write: Write, ticket: Mapping[str, Any]) -> dict[str, Any]:
        body = write.payload.body
        seen = seen_fields(wanted_fields(body), ticket)
        return {**seen, "tags": list(body.get("tags") or ()), "links_shown": write.payload.local.get("links_shown", [])}

    def _merged_into(self, ticket_id: str) -> str | None:
        """The id of the ticket into which this one was merged, from the note that Zendesk leaves."""
        newest_first = sorted(
            self._account.comments(ticket_id), key=lambda one: (epoch(one.get("created_at")) or 0.0, one.get("id") or 0)
        )[::-1]
        for comment in newest_first:
            via = comment.get("via")
            source = via.get("source") if isinstance(via, dict) else None
            to = source.get("to") if isinstance(source, dict) and source.get("rel") == "merge" else None
            if isinstance(to, dict) and isinstance(to.get("ticket_id"), int):
                return str(to["ticket_id"])
            # The words are in the language of the account; the number sign is not.
            numbers = [one for one in _NUMBER.findall(str(comment.get("body") or "")) if one != str(int(ticket_id))]
            if numbers:
                return str(numbers[-1])
        return None

    def _is_untouched(self, row: Mapping[str, Any], key: str) -> bool:
        """Whether only we have written in it: our first comment, no public word, no other author."""
        if row.get("status") not in ("new", "open"):
            return False
        comments = list(self._account.comments(str(row["id"])))
        authors = {comment.get("author_id") for comment in comments}
        private = not any(comment.get("public", True) for comment in comments)
        return (
            bool(comments) and private and len(authors) == 1 and is_under_key(comments[0], key, self._account.authors)
        )


def encode(body: Mapping[str, Any]) -> bytes:
    """JSON as it is frozen and sent."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode("ascii")


def _seen_of_lost(write: Write, row: Mapping[str, Any]) -> dict[str, Any]:
    """What a lost creation left in the ticket that was found; nothing where the look-up is for no lost creation.

    A ticket that was not touched since holds our values as Zendesk spells them, any other what we sent or a person's.
    """
    if write.since is None:
        return {}
    wanted = wanted_fields(write.payload.body)
    untouched = not is_empty(row.get("updated_at")) and row.get("updated_at") == row.get("created_at")
    shown, tags = write.payload.local.get("links_shown"), list(write.payload.body.get("tags") or ())
    return {
        **(seen_fields(wanted, row) if untouched else wanted),
        **({"links_shown": shown} if shown else {}),
        **({"tags": tags} if tags else {}),
    }


def _no_account(error: Gone) -> AuthFailed:
    """404 for all tickets: it is not a ticket that is missing, but the account."""
    return AuthFailed("there is no Zendesk account at this address; check subdomain or base_url", status=error.status)


def _id_of(write: Write) -> str:
    if write.remote_id is None or not write.remote_id.isdecimal():
        raise Refused("the ledger holds no Zendesk ticket id for this record")
    return write.remote_id


def _stamp(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """Zendesk's compare-and-set, of one second; absent where the ticket shows no time."""
    stamp = ticket.get("updated_at")
    return {} if is_empty(stamp) else {"safe_update": True, "updated_stamp": stamp}


def _mark(seen: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(seen, sort_keys=True, default=str).encode()).hexdigest()[:16]
