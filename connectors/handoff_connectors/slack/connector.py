"""Slack: one alert in the right channel, its brief in the thread, and a reply for each milestone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from handoff_connectors.slack.calls import HISTORY, LOOKUP, POST, POSTS, UPDATE, Calls
from handoff_connectors.slack.check import checks
from handoff_connectors.slack.client_ids import next_client_id, use_up
from handoff_connectors.slack.errors import ContentRefused, KnownBefore, Locked
from handoff_connectors.slack.found import messages, remote_id_of, remotes, split_id
from handoff_connectors.slack.manifest import app_manifest
from handoff_connectors.slack.workspace import Workspace, remember, remembered, workspace_of
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
from handoff_core.errors import Gone, Refused, Transient, Unknown
from handoff_core.packet.enums import Sensitivity
from handoff_mappings.slack import ALERT, NOT_IN_THREAD, SlackSettings, render

CLOCK_SKEW: Final = 60.0
"""Seconds by which our clock may differ from Slack's, which gives the ts."""
LOOK_BACK: Final = 7 * 24 * 3600.0
"""Seconds of history that are read when nobody knows when the message was posted."""
MANIFEST_FILE: Final = "slack-app-manifest.json"


class SlackConnector:
    """One workspace, through a bot token."""

    title: ClassVar[str] = "Slack"
    settings_model: ClassVar[type[DestinationSettings]] = SlackSettings
    rank: ClassVar[int] = 30
    sensitivity: ClassVar[Sensitivity] = Sensitivity.INTERNAL
    """A channel has more readers than a ticket."""
    example_identity: ClassVar[str] = "U0PREVIEW"
    """Stands in a preview for an owner's id, which is looked up at delivery."""
    limits: ClassVar[Mapping[str, Limit]] = {
        # Slack docs, rate limits, 2026-11: one message a second and channel, "several hundred" a minute in the whole
        # workspace; tier 3 is 50 calls a minute a method for the whole workspace, whatever the channel.
        POST: Limit(calls=1, period=1.0),
        POSTS: Limit(calls=300, period=60.0, burst=5),
        UPDATE: Limit(calls=50, period=60.0, burst=5),
        HISTORY: Limit(calls=50, period=60.0, burst=5),
        LOOKUP: Limit(calls=50, period=60.0, burst=5),
    }

    def __init__(self, context: Context) -> None:
        if not isinstance(context.settings, SlackSettings):
            raise TypeError("SlackConnector takes SlackSettings")
        self._context = context
        self._settings: SlackSettings = context.settings
        self._calls = Calls(context, self._settings)
        self._workspace: Workspace | None = None

    @classmethod
    def account(cls, settings: DestinationSettings, secret: Callable[[str], str]) -> str:
        """A short hash of the token: one bot in one workspace has one token, and nobody can read it back."""
        if not isinstance(settings, SlackSettings):
            raise TypeError("SlackConnector takes SlackSettings")
        token = secret(settings.token_env).strip()
        return hashlib.sha256(f"handoff-account:{token}".encode()).hexdigest()[:12]

    @classmethod
    def set_up_files(cls, name: str) -> Mapping[str, str]:
        """The app manifest, to paste at api.slack.com/apps, "Create New App", "From a manifest"."""
        return {MANIFEST_FILE: json.dumps(app_manifest(name), indent=2) + "\n"}

    def render(self, view: View) -> Sequence[Payload]:
        """The alert, its brief, and what is told in the thread. Pure."""
        return render(view, self._settings)

    def cost(self, operation: Operation, payload: Payload) -> Mapping[str, int]:
        """How many calls of which class. A look-up that spans more than one page of a busy channel costs more."""
        if operation == "create":
            return {f"{POST}:{payload.body['channel']}": 1, POSTS: 1}
        if operation == "find":
            return {HISTORY: len(self._settings.channels) if payload.kind == ALERT else 1}
        if operation == "owner":
            return {LOOKUP: 1}
        return {UPDATE: 1} if operation in ("update", "retire", "erase") else {}

    def find(self, write: Write) -> Sequence[Remote]:
        """Our messages under the key: the alert in its channel (in every configured one when nobody knows when it was
        sent), the replies in its thread."""
        us = self._us()
        key = write.payload.key
        if write.payload.kind in NOT_IN_THREAD:
            return self._in_channels(write, key, us)
        parent = write.refs.get(ALERT)
        if parent is None:  # a reply is never posted before its alert is known
            return []
        channel, ts = split_id(parent)
        try:
            pages = self._calls.replies(channel)
            oldest = _stamp(0.0 if write.since is None else write.since - CLOCK_SKEW)
            return remotes(messages(pages, ts=ts, oldest=oldest, inclusive=True), channel, key, us, thread=ts)
        except Gone:  # no thread, no replies
            return []

    def create(self, write: Write) -> Remote:
        """Post the message. Unknown unless Slack answers with its channel and ts."""
        us = self._us()
        arguments = self._posting(write)
        kept: tuple[str, ...] = ()
        try:
            try:
                answer = self._calls.post(**arguments)
            except ContentRefused as refused:  # proves that nothing was posted
                answer = self._calls.post(**_plainer(arguments))
                kept = (f"shown as plain text: {refused.text}",)
        except KnownBefore:
            use_up(self._context.memory, write.payload.key)
            raise
        remote_id = remote_id_of(answer.get("channel"), answer.get("ts"), arguments.get("thread_ts"))
        if remote_id is None:
            raise Unknown("Slack chat.postMessage: the answer names no channel and ts; the message may be there.")
        return Remote(id=remote_id, url=us.permalink(remote_id), kept=kept)

    def update(self, write: Write) -> Remote:
        """Rewrite our message in place. Where Slack no longer allows it, ``edited`` says to tell the news beside it."""
        us = self._us()
        remote_id = _required(write.remote_id)
        channel, ts = split_id(remote_id)
        body = write.payload.body
        arguments = {"ts": ts, **{name: body[name] for name in _UPDATABLE if name in body}}
        url = us.permalink(remote_id)
        kept: tuple[str, ...] = ()
        try:
            answer = self._edited(channel, arguments)
        except ContentRefused as refused:
            answer = self._edited(channel, _plainer(arguments))
            kept = (f"shown as plain text: {refused.text}",)
        if answer is None:
            return Remote(id=remote_id, url=url, edited=True)
        if answer.get("ts") != ts:
            raise Unknown("Slack chat.update: the answer does not name the message; it may have been changed.")
        return Remote(id=remote_id, url=url, kept=kept)

    def find_owner(self, email: str) -> str | None:
        """The id of the person with that address; None = nobody, or an account that was deactivated."""
        person = self._calls.person_by_email(email)
        return person.id if person is not None and person.active else None

    def retire(self, write: Write, keep: Remote) -> None:
        """Delete a duplicate of ours. One that is gone already is as good."""
        channel, ts = split_id(_required(write.remote_id))
        if write.remote_id == keep.id:
            raise Refused("Slack: the duplicate to delete is the message to keep; nothing was deleted.")
        try:
            self._calls.delete(channel, ts)
        except Gone:
            return

    @classmethod
    def erasure(cls, kind: str) -> Erasure:
        """Every message of ours is deleted, replies before their alert."""
        return Erasure(
            "is deleted",
            (
                "What people wrote in a Slack thread stays, and copies that Slack's own retention or an export keeps; "
                "a workspace admin deletes those.",
            ),
        )

    @classmethod
    def trace(cls, payload: Payload, seen: Mapping[str, Any]) -> Trace:
        """The channel, in which a message whose answer was lost is looked for."""
        body = {"channel": payload.body["channel"]} if "channel" in payload.body else {}
        return Trace(Payload(payload.kind, payload.key, body, once=payload.once, needs=payload.needs))

    def erase(self, write: Write) -> Erased:
        """Delete our message. One that is gone already is as good."""
        channel, ts = split_id(_required(write.remote_id))
        try:
            self._calls.delete(channel, ts)
        except Gone:
            return Erased()
        except Refused as error:
            raise Refused(f"{error.text} Delete the message by hand.", status=error.status) from error
        return Erased()

    def check(self, owners: Sequence[Owner], *, set_up: bool = False) -> Sequence[CheckResult]:
        """Token, scopes, channels and owners; there is nothing to set up."""
        return checks(self._calls, self._settings, owners)

    def close(self) -> None:
        """Give back sockets."""
        self._calls.close()

    def _us(self) -> Workspace:
        if self._workspace is None:
            self._workspace = remembered(self._context.memory)
        if self._workspace is None:
            self._workspace = workspace_of(self._calls.test().body or {})
            remember(self._context.memory, self._workspace)
        return self._workspace

    def _in_channels(self, write: Write, key: str, us: Workspace) -> Sequence[Remote]:
        start = self._context.clock.now() - LOOK_BACK if write.since is None else write.since - CLOCK_SKEW
        wanted = str(write.payload.body["channel"])
        # Nobody knows when it was sent, so the packet's urgency may have led to another channel then.
        others = self._settings.channels if write.since is None and write.payload.kind == ALERT else ()
        found: list[Remote] = []
        for channel in dict.fromkeys((wanted, *others)):
            pages = self._calls.history(channel)
            found += remotes(messages(pages, oldest=_stamp(start), inclusive=True), channel, key, us)
        found.sort(key=lambda remote: remote.created_at or 0.0)
        return found

    def _posting(self, write: Write) -> dict[str, Any]:
        arguments = next_client_id(self._context.memory, write.payload)
        if write.payload.kind in NOT_IN_THREAD:
            return arguments
        parent = write.refs.get(ALERT)
        if parent is None:
            raise Transient("Slack: the alert of this thread is not known yet; nothing was sent.")
        arguments["channel"], arguments["thread_ts"] = split_id(parent)
        return arguments

    def _edited(self, channel: str, arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
        try:
            return self._calls.edit(channel, **arguments)
        except Locked:
            return None


_UPDATABLE: Final = ("text", "blocks", "metadata", "parse", "link_names")


def _stamp(seconds: float) -> str:
    """A time as Slack writes it."""
    return f"{max(0.0, seconds):.6f}"


def _plainer(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The same message without blocks: its text says everything, and without ``blocks`` Slack drops the old ones."""
    return {name: value for name, value in arguments.items() if name != "blocks"}


def _required(remote_id: str | None) -> str:
    if remote_id is None:
        raise Refused("Slack: there is no message to change; run `handoff sync --reconcile`.")
    return remote_id
