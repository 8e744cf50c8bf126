"""What to do about each error that Slack answers.

Slack docs, error tables of chat.postMessage, chat.update, chat.delete, conversations.history and
users.lookupByEmail, 2026-11. An answer that is not JSON has no code: those are judged by their HTTP status.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from handoff_connectors.answers import retry_after
from handoff_core.errors import AuthFailed, DeliveryError, Gone, RateLimited, Refused, Transient, Unknown

DEFAULT_WAIT: Final = 30.0
"""Seconds to wait when Slack says "rate limited" without a Retry-After header (ok: false with HTTP 200)."""
MESSAGE_LIMIT_WAIT: Final = 3600.0
"""Seconds to wait when the workspace's own message limit is used up (``message_limit_exceeded``)."""

_TOKEN: Final[Mapping[str, str]] = {
    "invalid_auth": "is not a token that Slack knows; copy the bot token (xoxb-…) of the installed app",
    "not_authed": "is empty; set it to the bot token (xoxb-…) of the installed app",
    "account_inactive": "belongs to an app or a workspace that was removed; install the app again",
    "token_revoked": "was revoked; install the app again and copy its new bot token",
    "token_expired": "has expired; turn token rotation off for the app and copy its new bot token",
    "missing_scope": "lacks a scope; add it to the app and install the app again",
    "no_permission": "may not do this; ask a workspace owner to approve the app",
    "not_allowed_token_type": "is of the wrong type; use the bot token (xoxb-…)",
    "access_denied": "may not do this; ask a workspace owner to approve the app",
    "org_login_required": "cannot be used while the workspace moves to an organisation; try again when it is done",
    "team_access_not_granted": "has no access to this workspace; ask the organisation's owner to grant it",
    "two_factor_setup_required": "needs two-factor sign-in to be set up by the person who installed the app",
    "ekm_access_denied": "is stopped by the workspace's key management; ask a workspace owner",
}
_CHANNEL: Final[Mapping[str, str]] = {
    "channel_not_found": "there is no such channel, or it is private and the app is not in it; "
    "check the id, and invite the app there: /invite @Handoff",
    "not_in_channel": "the app is not in the channel; invite it there: /invite @Handoff",
    "is_archived": "the channel is archived; unarchive it or name another channel",
    "is_inactive": "the channel is frozen; name another channel",
    "messages_tab_disabled": "this is the app's own message tab, which is off; name a channel",
    "metadata_must_be_sent_from_app": "this token may not send message metadata; use the bot token of an app",
    "team_not_found": "an organisation's token cannot find the channel; use its id and a token of the workspace",
    "not_in_workspace": "the channel is in another workspace; use a token of that workspace",
}
_CONTENT: Final = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "msg_too_long",
        "metadata_too_large",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "attachment_payload_limit_exceeded",
        "too_many_attachments",
        "no_text",
        "block_mismatch",
        "markdown_text_conflict",
        "only_one_table_allowed",
    }
)
_LOST: Final = frozenset({"message_not_found", "thread_not_found", "cannot_reply_to_message"})
_LOCKED: Final = frozenset({"edit_window_closed", "cant_update_message", "restricted_action_thread_locked"})
_WAIT_BY_CODE: Final = {
    "ratelimited": DEFAULT_WAIT,
    "rate_limited": DEFAULT_WAIT,
    "accesslimited": DEFAULT_WAIT,
    "message_limit_exceeded": MESSAGE_LIMIT_WAIT,
}
"""Seconds to wait when the answer has no Retry-After."""
_LATER: Final = frozenset({"team_added_to_org", "external_channel_migrating"})
_DOUBTFUL: Final = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""Slack says of fatal_error that "some aspect of the operation may have succeeded"."""


class ContentRefused(Refused):
    """Slack takes the message, but not in this form: nothing was posted, plainer text may do."""


class Locked(Refused):
    """The message is there but may no longer be edited."""


class KnownBefore(Unknown):
    """Slack knows the message's client_msg_id and has no message to show for it.

    An earlier send of ours may still come to light; if it does not, nothing is ever posted under that id again.
    """


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack answered to one call. ``body`` is None when it was not a JSON object."""

    status: int
    headers: Mapping[str, str]
    """Names are found in any case."""
    body: Mapping[str, Any] | None
    request_id: str | None = None
    """Slack's own id of the request, where it gave one."""

    @property
    def code(self) -> str:
        """Slack's error code; empty when there is none."""
        code = None if self.body is None else self.body.get("error")
        return code if isinstance(code, str) else ""


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked: the method, the channel it concerns, and whether it changes something there."""

    method: str
    write: bool
    token_env: str
    limit_class: str | None = None
    channel: str | None = None


def error_of(call: Call, answer: Answer, now: float) -> DeliveryError:
    """The error that an answer without ``ok: true`` means for the delivery loop. ``now`` is in epoch seconds."""
    code, request_id = answer.code, answer.request_id
    where = f"Slack {call.method}" + (f" in channel {call.channel}" if call.channel else "")
    if answer.status == 429 or code in _WAIT_BY_CODE:
        return RateLimited(
            f"{where}: Slack asks to wait ({code or 'HTTP 429'}).",
            retry_after=retry_after(answer.headers, now, _WAIT_BY_CODE.get(code, DEFAULT_WAIT)),
            limit_class=call.limit_class,
            status=answer.status,
            request_id=request_id,
        )
    if answer.status >= 500 or answer.status == 408 or code in _DOUBTFUL or (not code and answer.status < 400):
        return _doubtful(call, f"{where}: {_shown(answer)}.", answer)
    if code.startswith("duplicate_"):
        text = f"{where}: Slack has had this message before and does not find it ({code})."
        return KnownBefore(text, status=answer.status, request_id=request_id)
    if code in _TOKEN or answer.status in (401, 403):
        words = _TOKEN.get(code, "is refused; copy the bot token (xoxb-…) of the installed app")
        scope = _needed(answer.body) if code == "missing_scope" else ""
        text = f"{where}: the token in {call.token_env} {words}{scope} ({code or f'HTTP {answer.status}'})."
        return AuthFailed(text, status=answer.status, request_id=request_id)
    if code in _LATER:
        return Transient(
            f"{where}: the workspace is being moved ({code}).", status=answer.status, request_id=request_id
        )
    if code in _CONTENT or code.startswith("invalid_metadata"):
        text = f"{where}: Slack does not take the message in this form ({code})."
        return ContentRefused(text, status=answer.status, request_id=request_id)
    if code in _LOST:
        return Gone(f"{where}: the message or its thread was deleted by a person ({code}).")
    if code in _LOCKED:
        text = f"{where}: the message or its thread may no longer be changed ({code})."
        return Locked(text, status=answer.status, request_id=request_id)
    return Refused(f"{where}: {_refusal(code, answer)}", status=answer.status, request_id=request_id)


def _doubtful(call: Call, text: str, answer: Answer) -> DeliveryError:
    kind = Unknown if call.write else Transient
    return kind(text, status=answer.status, request_id=answer.request_id)


def _refusal(code: str, answer: Answer) -> str:
    if code in _CHANNEL:
        return f"{_CHANNEL[code]} ({code})."
    if code.startswith("restricted_action"):
        return f"the workspace does not let the app post here; ask a workspace owner to allow it ({code})."
    return f"{_shown(answer)}; see the error table of this method in Slack's documentation."


def _shown(answer: Answer) -> str:
    if answer.code:
        return f"Slack answered {_plain_code(answer.code)}"
    return f"the answer with HTTP {answer.status} is not one of Slack's"


def _plain_code(code: str) -> str:
    # The code is a word of Slack's; anything else could be somebody's text, and error texts are logged.
    return code if len(code) <= 80 and code.replace("_", "").isalnum() else "an error without a code"


def _needed(body: Mapping[str, Any] | None) -> str:
    needed = None if body is None else body.get("needed")
    return f": {needed}" if isinstance(needed, str) and len(needed) <= 200 else ""
