"""What is not known of the vendors, or differs between their plans, as switches: one sentence each.

Every position of a switch is a vendor that may exist; Handoff must be right with each of them. Defaults are what
seems most likely. Change them as attributes (``sandbox.switches.hubspot.search_lag = 5``) or through the control API.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin, get_type_hints


@dataclass
class ZendeskSwitches:
    """Zendesk (all seconds by the stand-ins' clock unless said otherwise)."""

    listing_lag: float = 0.0
    """Seconds until GET /tickets?external_id= shows a new ticket: read-your-writes is not stated anywhere."""
    search_lag: float = 30.0
    """Seconds until Search shows a change: the documentation says "up to a few minutes"."""
    user_search_lag: float = 0.0
    """Seconds until users/search shows a new user: not stated."""
    idempotency_in_flight: Literal["409", "wait"] = "409"
    """A second POST while the first with its key still runs: refused with 409, or it waits and gets its answer."""
    create_seconds: float = 0.0
    """Real seconds that a creation stays in flight, so that two with one key can meet."""
    idempotency_scope: Literal["account", "token"] = "account"
    """Whether an Idempotency-Key is known to the whole account or only to the token that sent it."""
    idempotency_keeps_errors: bool = False
    """Whether a 4xx answer is kept under its key and given again."""
    html_tags: Literal["wide", "narrow"] = "wide"
    """Which tags survive in html_body: headings, tables and images too, or only paragraphs, lists and links."""
    subject_limit: int = 150
    """Longest subject in characters: 150 is hearsay."""
    subject_over_limit: Literal["cut", "refuse", "keep"] = "keep"
    """What happens to a longer subject."""
    text_field_limit: int = 65_536
    """Longest value of a text or textarea field, more is 422: the cap is not documented."""
    tag_limit: int = 255
    """Longest tag, more is 422: the cap is not documented."""
    token_answer: Literal["full", "bare"] = "full"
    """POST /oauth/tokens for client_credentials: with expires_in, scope and refresh_token, or the token alone."""
    token_seconds: float = 1800.0
    """How long a token from client_credentials lives: 30 minutes for clients made since 2026-04-30."""
    surveys: bool = True
    """Whether GET /guide/survey_responses is there (an account runs either surveys or the legacy ratings)."""
    scopes: str = "read write"
    """Scopes of the token, as oauth/tokens/current shows them; without "write" every write is 403."""
    redacts: bool = True
    """Whether comments can be redacted: it takes the Agent Workspace and, on some plans, a role that may."""
    may_delete: bool = True
    """Whether this user may delete tickets: an account can forbid that to agents."""
    comment_limit: int = 5_000
    """Comments per ticket, then 422 (documented; lower it to reach it)."""


@dataclass
class HubSpotSwitches:
    """HubSpot."""

    unique_on_engagements: bool = True
    """Whether the portal accepts hasUniqueValue properties on notes and tasks: no source proves it."""
    custom_on_engagements: bool = True
    """Whether the portal accepts custom properties on notes and tasks at all."""
    schema_scope: bool = True
    """Whether the token may create properties: which scope governs notes is not known."""
    token_info: bool = True
    """Whether the token's scopes can be read: documented for private apps, not for service keys."""
    duplicate_unique: Literal["409", "400"] = "409"
    """How a second plain create with the same unique value is refused."""
    search_lag: float = 0.5
    """Seconds until search shows a new or changed record: "a few moments", unbounded."""
    association_lag: float = 0.0
    """Seconds until an association listing shows a new association: believed none, not stated."""
    email_lookup_sees_secondary: bool = True
    """Whether GET …?idProperty=email finds a contact by a secondary address (its creation is 409 either way)."""
    rewrite_html: Literal["wrap", "keep"] = "wrap"
    """Whether stored HTML comes back rewritten (a wrapping div, entities and breaks spelt anew) or as it was sent."""
    html_tags: Literal["wide", "narrow"] = "wide"
    """Which tags survive in bodies: there is no published list."""
    retry_after: Literal["seconds", "milliseconds", "none"] = "none"
    """Unit of Retry-After on a 429, or no such header: one HubSpot text says milliseconds."""
    ui_domain: str = "app.hubspot.com"
    """The portal's web address: app-eu1.hubspot.com for a portal hosted in the EU."""
    dated_paths: bool = True
    """Whether the 2026-03 paths answer; else 404."""
    legacy_paths: bool = True
    """Whether the v3 and v4 paths still answer (they end in 2027); else 404."""
    trace_ids: bool = True
    """Whether batch calls with objectWriteTraceId on each input fail input by input (207) instead of as a whole."""
    note_types: dict[str, str] = field(default_factory=lambda: {"notes": "0-46", "tasks": "0-27"})
    """Object type ids of notes and tasks in links: from memory."""


@dataclass
class SlackSwitches:
    """Slack."""

    history_lag: float = 0.0
    """Seconds until conversations.history and .replies show a new message: not stated."""
    client_msg_id_dedupes: bool = False
    """Whether a second chat.postMessage with the same client_msg_id gives the first message, and an error when that was
    deleted (duplicate_message_not_found): not promised for bots."""
    metadata_limit: int = 8_000
    """Bytes of metadata, more is metadata_too_large: a limit exists, its size is not published."""
    block_text_limit: int = 10_500
    """Characters of text in all blocks, more is msg_blocks_too_long: 9,597 were accepted, 11,341 refused."""
    edit_window_closed: bool = False
    """Whether the workspace's policy forbids editing messages."""
    distributed_app: bool = False
    """Whether history gives 15 messages and one call a minute (distributed non-Marketplace apps since 2025-05)."""
    scopes: str = (
        "chat:write,chat:write.public,channels:read,groups:read,channels:history,groups:history,"
        "users:read,users:read.email,usergroups:read,reactions:read,metadata.message:read"
    )
    """The token's scopes, in the header x-oauth-scopes; a method without its scope is missing_scope."""
    escapes_plain_at: bool = False
    """Whether ``@here`` in mrkdwn without ``verbatim`` stays text; Slack's documentation says it becomes a mention."""


@dataclass
class LimitSwitches:
    """Rate limits: documented numbers of middling plans."""

    enforced: bool = True
    """Whether limits are enforced at all."""
    zendesk_per_minute: int = 700
    """Calls a minute (Suite Enterprise; Team 200, Growth and Professional 400, High Volume 2,500)."""
    zendesk_updates_per_minute: int = 100
    """Ticket updates a minute and account (300 with High Volume)."""
    zendesk_updates_per_ticket: int = 30
    """Updates of one ticket in 10 minutes and user."""
    hubspot_per_10_seconds: int = 190
    """Calls in any 10 seconds (Pro and Enterprise private app; Free 100, OAuth 110)."""
    hubspot_per_day: int = 650_000
    """Calls a day and account."""
    hubspot_searches_per_second: int = 5
    """Search calls a second and account; a bucket of their own."""
    slack_post_burst: int = 20
    """chat.postMessage to one channel: so many at once, then one a second ("short bursts allowed")."""
    slack_posts_per_minute: int = 300
    """chat.postMessage in the whole workspace ("several hundred a minute")."""
    slack_tier_2: int = 20
    """Calls a minute and method of tier 2 (conversations.list, usergroups.list)."""
    slack_tier_3: int = 50
    """Calls a minute and method of tier 3 (chat.update, history, replies, lookupByEmail, reactions)."""
    slack_tier_4: int = 100
    """Calls a minute and method of tier 4 (users.info)."""


@dataclass
class CommonSwitches:
    """All three at once."""

    latency: float = 0.0
    """Real milliseconds that each answer takes: half before the request is applied, half after."""
    links: Literal["loopback", "vendor"] = "loopback"
    """Whether links to records lead to the stand-ins' page or look like the vendor's own."""


@dataclass
class Switches:
    """Every switch, by vendor."""

    common: CommonSwitches = field(default_factory=CommonSwitches)
    zendesk: ZendeskSwitches = field(default_factory=ZendeskSwitches)
    hubspot: HubSpotSwitches = field(default_factory=HubSpotSwitches)
    slack: SlackSwitches = field(default_factory=SlackSwitches)
    limits: LimitSwitches = field(default_factory=LimitSwitches)

    def as_json(self) -> dict[str, Any]:
        """Every switch and its position."""
        return dataclasses.asdict(self)

    def set(self, positions: dict[str, Any]) -> None:
        """Set switches from ``{"hubspot": {"search_lag": 5}}``; ValueError names what is not a switch or a position."""
        planned: list[tuple[Any, str, Any]] = []
        for group_name, values in positions.items():
            if group_name not in {f.name for f in dataclasses.fields(self)} or not isinstance(values, dict):
                raise ValueError(
                    f"{group_name!r} is no group of switches; use common, zendesk, hubspot, slack or limits"
                )
            group = getattr(self, group_name)
            hints = get_type_hints(type(group))
            for name, value in values.items():
                if name not in hints:
                    raise ValueError(f"{group_name}.{name} is no switch; GET /_control/switches shows them all")
                planned.append((group, name, _position(f"{group_name}.{name}", hints[name], value)))
        for group, name, value in planned:
            setattr(group, name, value)

    def reset(self) -> None:
        """Every switch to its default."""
        fresh = Switches()
        for part in dataclasses.fields(self):
            group, default = getattr(self, part.name), getattr(fresh, part.name)
            for switch in dataclasses.fields(group):
                setattr(group, switch.name, getattr(default, switch.name))


def _position(name: str, kind: Any, value: Any) -> Any:
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise ValueError(f"{name} is one of {', '.join(get_args(kind))}, not {value!r}")
        return value
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    expected = dict if get_origin(kind) is dict else kind
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        raise ValueError(f"{name} takes a {expected.__name__}, not {value!r}")
    return value
