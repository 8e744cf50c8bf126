"""What a case must have led to: read from the stand-ins, which know the truth, not from the ledger."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from handoff_connectors.sandbox.allow_list import plain
from handoff_connectors.sandbox.hubspot_state import Record
from handoff_connectors.sandbox.zendesk_state import Ticket
from tests.reliability.matrix.stage import (
    BUSINESS,
    BYSTANDER,
    BYSTANDER_SUMMARY,
    EMAIL,
    KEY,
    SECOND_KEY,
    STEPS,
    SUMMARIES,
    TITLES,
    TOKENS,
    Stage,
    comments,
)

EDITED = "Edited by Dana."
"""What a person writes in the stand-ins."""
BRIEF_FIELD = 360010
REVISIONS = {"create": 1, "update": 2, "close": 3}
URGENCIES = {"create": "high", "update": "critical", "close": "high"}
_REFERENCE = re.compile(r"Handoff ref: (\S+)$")
_TYPE_NAME = re.compile(r"\b(?:[A-Z][A-Za-z]*)?(?:Error|Exception|Timeout|Warning|Refused|Unknown|Transient)\b")
_QUOTED = re.compile(r"“[^”]*”")
_ADVICE = re.compile(
    r"\b(?:check|copy|give|put|set|unarchive|invite|ask|renew|correct|change|see|run|name|install|add|submit|retry"
    r"|merge|goes on)\b",
    re.IGNORECASE,
)


def illegible(reason: str) -> list[str]:
    """Why a person would not understand a reason; empty when he would."""
    problems = []
    if not 12 <= len(reason) <= 700:
        problems.append(f"{len(reason)} characters long")
    if len(reason.split()) < 3 or "\n" in reason:
        problems.append("no sentence")
    if "Traceback" in reason or 'File "' in reason or "<" in _QUOTED.sub("", reason):
        problems.append("holds code")
    found = _TYPE_NAME.search(_QUOTED.sub("", reason))
    if found:
        problems.append(f"holds the name {found[0]}")
    if any(token in reason or token.partition("-")[2] in reason for token in TOKENS.values()):
        problems.append("holds a secret")
    if EMAIL in reason or any(text in reason for text in (*SUMMARIES.values(), *STEPS.values())):
        problems.append("holds a customer's words")
    return problems


def unhelpful(reason: str, vendor: str) -> list[str]:
    """The same for a reason that a person must act on: it also names the vendor and says what to do."""
    problems = illegible(reason)
    if TITLES[vendor] not in reason:
        problems.append("does not name the vendor")
    if not _ADVICE.search(reason):
        problems.append("does not say what to do")
    return problems


def what_is_wrong(stage: Stage, vendor: str, step: str, outcome: str, kind: str) -> Iterator[str]:
    """Everything that is not as it must be at this vendor after ``step``.

    ``outcome``: ``normal``; ``edited`` (a person's text stays, the news is told beside it), ``anew`` (the record of
    ``kind`` was made once more), ``followed`` (a merged ticket's target got one note), ``gone`` (nothing is made
    anew), ``refused`` (what there was stays).
    """
    doubled = stage.sandbox.duplicates()
    if doubled:
        yield f"two records under one key: {doubled}"
    if stage.sandbox.zendesk.public_comments():
        yield "something public on a ticket"
    yield from {"zendesk": _zendesk, "hubspot": _hubspot, "slack": _slack}[vendor](stage, step, outcome, kind)
    yield from _bystander(stage)


def _bystander(stage: Stage) -> Iterator[str]:
    """The other packet's records, where there is one, are as they were made."""
    key = f"ho-{BUSINESS}.{BYSTANDER}"
    for place, ids in stage.sandbox.records().get(key, {}).items():
        if place == "zendesk":
            text = _field(stage.sandbox.zendesk.ticket(int(ids[0])), BRIEF_FIELD)
        elif place == "slack":
            text = stage.sandbox.slack.by_key(key)[0].values["text"]
        else:
            text = _text(stage.sandbox.hubspot.get("notes", ids[0]))
        if BYSTANDER_SUMMARY not in text or len(ids) != 1:
            yield f"another packet's record in {place} was written over"


def _zendesk(stage: Stage, step: str, outcome: str, kind: str) -> Iterator[str]:
    state = stage.sandbox.zendesk
    notes = Counter(found[1] for comment in comments(stage) if (found := _REFERENCE.search(comment["plain_body"])))
    yield from (f"the note {key} is there {count} times" for key, count in notes.items() if count > 1)
    yield from (f"{len(c['attachments'])} files in one comment" for c in comments(stage) if len(c["attachments"]) > 2)
    first, second = state.by_key(KEY), state.by_key(SECOND_KEY)
    if outcome == "gone":
        yield from _count("tickets of a second generation", len(second), 0)
        return
    if outcome == "followed":
        yield from _count("tickets of a second generation", len(second), 0)
        target = state.tickets[first[0].merged_into or 0]
        told = [c for c in target.comments if c["plain_body"].endswith(f"{KEY}~m{REVISIONS[step]}")]
        yield from _count("notes on the merged ticket's target", len(told), 1)
        if told and SUMMARIES[step] not in told[0]["plain_body"]:
            yield "the note on the target does not hold the newest state"
        if any(entry["value"] for entry in target.values["custom_fields"]):
            yield "fields of the merged ticket's target were written"
        return
    anew = outcome == "anew"
    active = [ticket for ticket in (*first, *second) if not ticket.closed]
    yield from _count("active tickets", len(active), 1)
    yield from _count("tickets of a second generation", len(second), 1 if anew else 0)
    if len(active) != 1:
        return
    ticket = active[0]
    brief = _field(ticket, BRIEF_FIELD)
    said = " ".join(comment["plain_body"] for comment in ticket.comments)
    if outcome == "edited":
        if brief != EDITED or ticket.values["subject"] != EDITED:
            yield "a person's edit was written over"
        if SUMMARIES[step] not in said:
            yield "the news was not told beside a person's edit"
    elif SUMMARIES[step] not in brief or STEPS[step] not in brief:
        yield "the brief is not the newest"
    if step != "create" and not anew and f"{KEY}~m{REVISIONS[step]}" not in notes:
        yield "the milestone was not told"
    ours = {tag for tag in ticket.values["tags"] if tag.startswith(("urgency_", "handoff_duplicate"))}
    if ours != {f"urgency_{URGENCIES[step]}"}:
        yield f"tagged {sorted(ours)}"
    owner = {"create": 9001, "update": 9002, "close": 9001}[step]
    if ticket.values["assignee_id"] != owner:
        yield f"assigned to {ticket.values['assignee_id']}"


def _hubspot(stage: Stage, step: str, outcome: str, kind: str) -> Iterator[str]:
    state = stage.sandbox.hubspot
    contacts = [one for one in state.every("contacts") if EMAIL in _addresses(one)]
    if not (kind == "contact" and outcome == "gone"):
        yield from _count("contacts", len(contacts), 1)
    found = stage.sandbox.records()
    for here, suffix, text in (("note", "", SUMMARIES[step]), ("task", "~task", STEPS[step])):
        ids = [
            record_id
            for key in (KEY, SECOND_KEY)
            for record_id in found.get(f"{key}{suffix}", {}).get(f"hubspot.{here}s", ())
        ]
        if outcome == "gone" and kind == here:
            yield from _count(f"{here}s", len(ids), 0)
            continue
        yield from _count(f"{here}s", len(ids), 1)
        if len(ids) != 1:
            continue
        record = state.get(f"{here}s", ids[0])
        words = _text(record)
        if outcome == "edited" and kind == here:
            if EDITED not in words:
                yield f"a person's edit of the {here} was written over"
            if here == "note" and SUMMARIES[step] not in _added_notes(stage, step):
                yield "the news was not told beside a person's edit"
        elif text not in words:
            yield f"the {here} is not the newest"
        if contacts and not any(there == "contacts" for there, _, _ in state.associations.get(_place(record), ())):
            yield f"the {here} hangs on no contact"
        if here == "task" and step == "close" and record.properties.get("hs_task_status") != "COMPLETED":
            yield "the task is not completed"
        owner = {"create": "70001", "update": "70002", "close": "70001"}[step]
        if record.properties.get("hubspot_owner_id") != owner:
            yield f"the {here} belongs to {record.properties.get('hubspot_owner_id')}"


def _slack(stage: Stage, step: str, outcome: str, kind: str) -> Iterator[str]:
    found = stage.sandbox.records()
    wanted = {"": 1, "~brief": 1}
    if step != "create":
        wanted[f"~m{REVISIONS[step]}"] = 1
    if step == "update":
        wanted["~pointer"] = 1
    for suffix, count in wanted.items():
        ids = [ts for key in (KEY, SECOND_KEY) for ts in found.get(f"{key}{suffix}", {}).get("slack", ())]
        if outcome == "gone" and kind == "brief":
            yield from _count(f"messages {suffix or 'alert'}", len(ids), 0 if suffix == "~brief" else count)
            continue  # the brief is a reply: nothing hangs on it
        if outcome == "gone":
            # The pointer stands in another channel, and is told by the next revision what became of the alert.
            yield from _count(f"messages {suffix or 'alert'}", 0 if suffix == "~pointer" else len(ids), 0)
            continue
        if outcome == "refused" or (outcome == "anew" and suffix not in ("", "~brief")):
            if len(ids) > count:
                yield f"{len(ids)} messages {suffix or 'alert'}"
            continue
        yield from _count(f"messages {suffix or 'alert'}", len(ids), count)
        if len(ids) != 1 or suffix not in ("", "~m2", "~m3"):
            continue
        message = next(m for rows in stage.sandbox.slack.messages.values() for m in rows.values() if m.ts == ids[0])
        if suffix == "" and SUMMARIES[step] not in message.values["text"]:
            yield "the alert is not the newest"


def _count(what: str, found: int, wanted: int) -> Iterator[str]:
    if found != wanted:
        yield f"{found} {what}, not {wanted}"


def _field(ticket: Ticket, field_id: int) -> str:
    return str(next(entry["value"] for entry in ticket.values["custom_fields"] if entry["id"] == field_id) or "")


def _text(record: Record) -> str:
    properties: dict[str, Any] = record.properties
    names = ("hs_note_body", "hs_task_body", "hs_task_subject")
    return " ".join(plain(properties.get(name, "")) for name in names)


def _addresses(contact: Record) -> list[str]:
    properties = contact.properties
    return [properties.get("email", ""), *properties.get("hs_additional_emails", "").split(";")]


def _place(record: Record) -> tuple[str, str]:
    return record.kind, record.id


def _added_notes(stage: Stage, step: str) -> str:
    key = f"{KEY}~m{REVISIONS[step]}"
    return " ".join(_text(one) for one in stage.sandbox.hubspot.every("notes") if key in _text(one))
