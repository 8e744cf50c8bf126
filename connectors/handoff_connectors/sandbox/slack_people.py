"""What people do in the Slack workspace, while Handoff is not looking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handoff_connectors.sandbox.slack_state import Message, SlackError, SlackState
from handoff_connectors.sandbox.wire import Json

DANA = "U0DANA"
"""Who acts."""


def reply(state: SlackState, message: Message, *, text: str = "I am on it.", user: str = DANA) -> str:
    """Reply in the thread; the reply's ts."""
    made, _ = state.post({"channel": message.channel, "text": text, "thread_ts": message.ts}, user=user)
    return made.ts


def react(state: SlackState, message: Message, *, name: str = "eyes", user: str = DANA) -> None:
    """Add a reaction."""
    state.react(message.channel, message.ts, name, user)


def delete(state: SlackState, message: Message) -> None:
    """Delete it, as an administrator may."""
    state.delete(message.channel, message.ts, user=DANA)


def archive(state: SlackState, message: Message) -> None:
    """Archive the channel."""
    state.channels[message.channel]["is_archived"] = True


def clone(state: SlackState, message: Message) -> str:
    """Post the same message again, as a race of two writers would; its ts."""
    wanted: Json = {name: message.values[name] for name in ("text", "blocks", "metadata") if name in message.values}
    if message.is_reply:
        wanted["thread_ts"] = message.thread_ts
    blocks = [{k: v for k, v in block.items() if k != "block_id"} for block in wanted.get("blocks", [])]
    made, _ = state.post({**wanted, "blocks": blocks, "channel": message.channel})
    return made.ts


ACTIONS: dict[str, Callable[..., Any]] = {
    "reply": reply,
    "human_edit": reply,
    "react": react,
    "delete": delete,
    "deleted": delete,
    "merged": delete,
    "closed": archive,
    "archive": archive,
    "clone": clone,
}
"""People cannot edit a bot's message: ``human_edit`` is a reply in its thread."""


def act(state: SlackState, action: str, channel: str | None, ts: str | None, arguments: Json) -> Any:
    """Do one action to a message, by default the bot's newest; ValueError for an unknown action."""
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is nothing a person does here; use one of {', '.join(ACTIONS)}")
    if channel is None or ts is None:
        own = [m for rows in state.messages.values() for m in rows.values() if m.own and not m.is_reply]
        if not own:
            raise SlackError("message_not_found")
        found = max(own, key=lambda m: m.ts)
        channel, ts = found.channel, found.ts
    return ACTIONS[action](state, state.message(channel, ts), **arguments)
