"""The workspace of the Slack stand-in: channels, people, messages, threads, reactions."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import Any

from handoff_connectors.sandbox.clock import Now
from handoff_connectors.sandbox.slack_blocks import problems_of, text_length
from handoff_connectors.sandbox.slack_mrkdwn import Part, live_parts
from handoff_connectors.sandbox.switches import SlackSwitches
from handoff_connectors.sandbox.wire import Json, staleness

BOT_USER, BOT_ID, APP_ID, TEAM_ID = "U0HANDOFF", "B0HANDOFF", "A0HANDOFF", "T0ACME"
TEXT_LIMIT = 40_000
"""chat.postMessage cuts longer text and warns (Slack docs, chat.postMessage)."""
UPDATE_TEXT_LIMIT = 4_000
"""chat.update refuses longer text (Slack docs, chat.update)."""

_CHANNELS = (("C0ALERTS", "handoff-alerts"), ("C0URGENT", "handoff-urgent"), ("C0SALES", "sales-leads"))
_PEOPLE = (("U0DANA", "dana", "Dana Fields", "dana@acme.example"), ("U0SAM", "sam", "Sam Ortiz", "sam@acme.example"))


class SlackError(Exception):
    """A method answers ``{"ok": false, "error": code}``."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


TOMBSTONE = "tombstone"
"""The subtype of what is left of a deleted message with a thread (Slack docs, message events)."""


@dataclass
class Message:
    """One message. ``values`` is its JSON as history shows it, metadata in full; ``at`` is when it was posted."""

    channel: str
    ts: str
    values: Json
    at: float
    thread_ts: str | None = None
    replies: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    client_msg_id: str | None = None

    @property
    def own(self) -> bool:
        """Posted by our bot."""
        return self.values.get("bot_id") == BOT_ID

    @property
    def is_reply(self) -> bool:
        """In a thread, not its parent."""
        return self.thread_ts is not None and self.thread_ts != self.ts


class SlackState:
    """Channels, people and messages. Every method may be called from any thread."""

    def __init__(self, clock: Now, switches: SlackSwitches) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.switches = switches
        self.accepted_tokens: set[str] | None = None
        self.channels: dict[str, Json] = {}
        self.people: dict[str, Json] = {}
        self.groups: dict[str, Json] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.client_ids: dict[tuple[str, str], None] = {}  # in their order, so that equal states are alike
        self._last_micros = 0
        self.reset()

    def reset(self) -> None:
        """An empty workspace with the example channels and people."""
        with self.lock:
            self.channels.clear()
            self.people.clear()
            self.groups.clear()
            self.messages.clear()
            self.client_ids.clear()
            self.accepted_tokens = None
            for channel_id, name in _CHANNELS:
                self.add_channel(channel_id, name)
            for user_id, name, real_name, email in _PEOPLE:
                self.add_person(user_id, name, real_name, email)
            self.add_person(BOT_USER, "handoff", "Handoff", None, is_bot=True)
            self.groups["S0DISPATCH"] = {"id": "S0DISPATCH", "handle": "dispatch", "name": "Dispatch"}

    def add_channel(
        self, channel_id: str, name: str, *, member: bool = True, archived: bool = False, private: bool = False
    ) -> Json:
        """Make a channel."""
        self.messages.setdefault(channel_id, {})
        self.channels[channel_id] = {
            "id": channel_id,
            "name": name,
            "is_channel": True,
            "is_private": private,
            "is_archived": archived,
            "is_member": member,
            "context_team_id": TEAM_ID,
        }
        return self.channels[channel_id]

    def add_person(self, user_id: str, name: str, real_name: str, email: str | None, *, is_bot: bool = False) -> Json:
        """Make a member."""
        profile = {"real_name": real_name, "display_name": name, "email": email}
        self.people[user_id] = {
            "id": user_id,
            "team_id": TEAM_ID,
            "name": name,
            "real_name": real_name,
            "deleted": False,
            "is_bot": is_bot,
            "profile": profile,
        }
        return self.people[user_id]

    def channel(self, name: Any, *, write: bool = False) -> str:
        """The id of a channel given by id (or by name when posting); channel_not_found, not_in_channel, is_archived."""
        wanted = str(name or "")
        found = self.channels.get(wanted)
        if found is None and write:
            found = next((c for c in self.channels.values() if c["name"] == wanted.lstrip("#")), None)
        if found is None or (found["is_private"] and not found["is_member"]):
            raise SlackError("channel_not_found")
        if write and found["is_archived"]:
            raise SlackError("is_archived")
        may_join = write and not found["is_private"] and "chat:write.public" in self.switches.scopes.split(",")
        if not found["is_member"] and not may_join:
            raise SlackError("not_in_channel")
        return str(found["id"])

    def message(self, channel: str, ts: Any) -> Message:
        """A message; message_not_found when there is none."""
        found = self.messages.get(channel, {}).get(str(ts or ""))
        if found is None:
            raise SlackError("message_not_found")
        return found

    def post(self, wanted: Json, *, user: str = BOT_USER) -> tuple[Message, list[str]]:
        """Post a message or a reply; the message and warnings."""
        with self.lock:
            channel = self.channel(wanted.get("channel"), write=True)
            again = self._posted_before(channel, wanted.get("client_msg_id"))
            if again is not None:
                return again, []
            text, blocks = wanted.get("text"), self._checked_blocks(wanted.get("blocks"))
            if not text and not blocks and not wanted.get("attachments"):
                raise SlackError("no_text")
            parent = self._parent(channel, wanted.get("thread_ts"))
            metadata = self._checked_metadata(wanted.get("metadata"))
            now = self.clock.now()
            ts = self._next_ts(now)
            values: Json = {
                "type": "message",
                "ts": ts,
                "text": str(text or "")[:TEXT_LIMIT],
                "user": user,
                "team": TEAM_ID,
            }
            if user == BOT_USER:
                values |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": {"id": BOT_ID, "name": "Handoff"}}
            if blocks:
                values["blocks"] = _with_ids(blocks, ts)
            if metadata:
                values["metadata"] = metadata
            made = Message(channel, ts, values, now, client_msg_id=wanted.get("client_msg_id"))
            if parent is not None:
                made.thread_ts = values["thread_ts"] = parent.ts
                parent.thread_ts = parent.values["thread_ts"] = parent.ts
                parent.replies.append(ts)
                if _true(wanted.get("reply_broadcast")):
                    values["subtype"] = "thread_broadcast"
            self.messages[channel][ts] = made
            if made.client_msg_id:
                self.client_ids[channel, str(made.client_msg_id)] = None
            return made, ["message_truncated"] if len(str(text or "")) > TEXT_LIMIT else []

    def update(self, wanted: Json) -> Message:
        """Edit our own message. Text without blocks removes the blocks; metadata left out stays, {} removes it."""
        with self.lock:
            channel = self.channel(wanted.get("channel"))
            found = self.message(channel, wanted.get("ts"))
            if found.values.get("subtype") == TOMBSTONE:
                raise SlackError("message_not_found")
            if not found.own:
                raise SlackError("cant_update_message")
            if self.switches.edit_window_closed:
                raise SlackError("edit_window_closed")
            text, blocks = wanted.get("text"), self._checked_blocks(wanted.get("blocks"))
            if text is None and not blocks:
                raise SlackError("no_text")
            if len(str(text or "")) > UPDATE_TEXT_LIMIT:
                raise SlackError("msg_too_long")
            if _rich(found.values.get("blocks")) and not _rich(blocks):
                raise SlackError("block_mismatch")
            metadata = self._checked_metadata(wanted.get("metadata"))
            if text is not None:
                found.values["text"] = str(text)
            if blocks:
                found.values["blocks"] = _with_ids(blocks, found.ts)
            elif text is not None:
                found.values.pop("blocks", None)
            if "metadata" in wanted:
                found.values.pop("metadata", None)
                found.values |= {"metadata": metadata} if metadata else {}
            found.values["edited"] = {"user": BOT_USER, "ts": self._next_ts(self.clock.now())}
            return found

    def delete(self, channel: str, ts: Any, *, user: str = BOT_USER) -> None:
        """Delete a message. A parent in whose thread people wrote stays as a tombstone, when the bot deletes it; else
        it goes with its thread here."""
        with self.lock:
            found = self.message(channel, ts)
            if found.values.get("subtype") == TOMBSTONE:
                raise SlackError("message_not_found")
            if user == BOT_USER and not found.own:
                raise SlackError("cant_delete_message")
            rows = self.messages[channel]
            if user == BOT_USER and any(not rows[ts].own for ts in found.replies if ts in rows):
                words = {"type": "message", "subtype": TOMBSTONE, "text": "This message was deleted."}
                found.values = {**words, "user": "USLACKBOT", "ts": found.ts, "thread_ts": found.ts}
                found.reactions.clear()
                return
            del self.messages[channel][found.ts]
            parent = self.messages[channel].get(found.thread_ts or "")
            if parent is not None and found.ts in parent.replies:
                parent.replies.remove(found.ts)
            for reply in found.replies:
                self.messages[channel].pop(reply, None)

    def react(self, channel: str, ts: Any, name: str, user: str) -> None:
        """Add a reaction; already_reacted."""
        with self.lock:
            users = self.message(channel, ts).reactions.setdefault(name, [])
            if user in users:
                raise SlackError("already_reacted")
            users.append(user)

    def history(self, channel: str) -> list[Message]:
        """Parents and broadcasts, newest first, with the lag that is set."""
        newest = self.clock.now() - staleness(self.switches.history_lag)
        with self.lock:
            rows = [m for m in self.messages.get(channel, {}).values() if m.at <= newest]
        shown = [m for m in rows if not m.is_reply or m.values.get("subtype") == "thread_broadcast"]
        return sorted(shown, key=lambda m: m.ts, reverse=True)

    def thread(self, channel: str, ts: Any) -> list[Message]:
        """Parent and replies, oldest first, with the lag that is set; thread_not_found."""
        newest = self.clock.now() - staleness(self.switches.history_lag)
        with self.lock:
            found = self.messages.get(channel, {}).get(str(ts or ""))
            if found is None or found.at > newest:
                raise SlackError("thread_not_found")
            parent = self.messages[channel].get(found.thread_ts or found.ts, found)
            rows = [
                parent,
                *(self.messages[channel][reply] for reply in parent.replies if reply in self.messages[channel]),
            ]
            return [m for m in rows if m.at <= newest]

    def shown(self, message: Message, *, metadata: bool) -> Json:
        """A message as history answers it."""
        values = dict(message.values)
        if "metadata" in values and not metadata:
            values["metadata"] = {"event_type": values["metadata"]["event_type"]}
        replies = [self.messages[message.channel][ts] for ts in message.replies if ts in self.messages[message.channel]]
        if replies:
            users = list(dict.fromkeys(reply.values["user"] for reply in replies))
            values |= {"reply_count": len(replies), "reply_users": users, "reply_users_count": len(users)}
            values["latest_reply"] = replies[-1].ts
        if message.reactions:
            values["reactions"] = [{"name": n, "users": u, "count": len(u)} for n, u in message.reactions.items()]
        return values

    def by_key(self, key: str) -> list[Message]:
        """Every message whose metadata holds that handoff_key, oldest first: the truth, for tests."""
        with self.lock:
            every = [m for rows in self.messages.values() for m in rows.values()]
        found = [m for m in every if m.values.get("metadata", {}).get("event_payload", {}).get("handoff_key") == key]
        return sorted(found, key=lambda m: m.ts)

    def live(self, message: Message) -> list[Part]:
        """Mentions and links that the message's readers would get."""
        return live_parts(message.values, plain_at_stays=self.switches.escapes_plain_at)

    def _next_ts(self, now: float) -> str:
        self._last_micros = max(self._last_micros + 1, int(now * 1_000_000))
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def _posted_before(self, channel: str, client_msg_id: Any) -> Message | None:
        """The message of an id that was used before; duplicate_message_not_found when it was deleted since."""
        if not self.switches.client_msg_id_dedupes or (channel, str(client_msg_id)) not in self.client_ids:
            return None
        for found in self.messages[channel].values():
            if found.client_msg_id == client_msg_id and found.values.get("subtype") != TOMBSTONE:
                return found
        raise SlackError("duplicate_message_not_found")

    def _parent(self, channel: str, thread_ts: Any) -> Message | None:
        if not thread_ts:
            return None
        found = self.messages[channel].get(str(thread_ts))
        if found is None:
            raise SlackError("thread_not_found")
        return self.messages[channel][found.thread_ts] if found.is_reply and found.thread_ts else found

    def _checked_blocks(self, blocks: Any) -> list[Json]:
        if isinstance(blocks, str):
            blocks = _json_argument(blocks, "invalid_blocks_format")
        if not blocks:
            return []
        problems = problems_of(blocks)
        if problems:
            raise SlackError("invalid_blocks", errors=problems, response_metadata={"messages": problems})
        if text_length(blocks) > self.switches.block_text_limit:
            raise SlackError("msg_blocks_too_long")
        return list(blocks)

    def _checked_metadata(self, metadata: Any) -> Json | None:
        if isinstance(metadata, str):
            metadata = _json_argument(metadata, "invalid_metadata_format")
        if not metadata:
            return None
        if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
            raise SlackError("invalid_metadata_schema")
        payload = metadata.get("event_payload", {})
        if not isinstance(payload, dict) or any(not isinstance(v, str | int | float | bool) for v in payload.values()):
            raise SlackError("invalid_metadata_schema")
        if len(json.dumps(metadata).encode()) > self.switches.metadata_limit:
            raise SlackError("metadata_too_large")
        return {"event_type": metadata["event_type"], "event_payload": payload}


def _json_argument(text: str, code: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise SlackError(code) from None


def _with_ids(blocks: list[Json], ts: str) -> list[Json]:
    return [{"block_id": f"b{ts[-6:]}{number}", **block} for number, block in enumerate(blocks)]


def _rich(blocks: Any) -> bool:
    return any(block.get("type") == "rich_text" for block in blocks or ())


def _true(value: Any) -> bool:
    return value in (True, 1, "1", "true", "True")
