"""Which values Zendesk accepts in a ticket's fields."""

from __future__ import annotations

import re
from typing import Any

from handoff_connectors.sandbox.switches import ZendeskSwitches
from handoff_connectors.sandbox.wire import Json
from handoff_connectors.sandbox.zendesk_account import Account, record_invalid

PRIORITIES = ("urgent", "high", "normal", "low")
TYPES = ("problem", "incident", "question", "task")
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TAG_FIELDS = ("tagger", "multiselect")


def checked_choice(name: str, value: Any, allowed: tuple[str, ...]) -> str | None:
    """One of the allowed words or None; 422 else."""
    if value is None or value in allowed:
        return value  # type: ignore[no-any-return]
    raise record_invalid({name: f"{name.title()}: {value} is not included in the list"})


def checked_tags(tags: Any, switches: ZendeskSwitches) -> list[str]:
    """Tags as Zendesk keeps them: lower case, split at spaces and commas, each once, in order."""
    words = (
        re.split(r"[\s,]+", tags)
        if isinstance(tags, str)
        else [w for tag in tags for w in re.split(r"[\s,]+", str(tag))]
    )
    kept = list(dict.fromkeys(word.lower() for word in words if word))
    for tag in kept:
        if len(tag) > switches.tag_limit:
            raise record_invalid(
                {"tags": f"Tags: {tag[:20]}… is too long (maximum is {switches.tag_limit} characters)"}
            )
    return kept


def checked_subject(subject: Any, switches: ZendeskSwitches) -> str | None:
    """The subject, cut or refused where the account has a cap."""
    if subject is None:
        return None
    text = str(subject)
    if len(text) <= switches.subject_limit or switches.subject_over_limit == "keep":
        return text
    if switches.subject_over_limit == "cut":
        return text[: switches.subject_limit]
    raise record_invalid({"subject": f"Subject: is too long (maximum is {switches.subject_limit} characters)"})


def field_entries(custom_fields: Any) -> list[tuple[int, Any]]:
    """``custom_fields`` in both spellings, [{id, value}] and {id: value}, as pairs."""
    if isinstance(custom_fields, dict):
        return [(int(key), value) for key, value in custom_fields.items()]
    return [(int(entry["id"]), entry.get("value")) for entry in custom_fields or () if isinstance(entry, dict)]


def checked_field(account: Account, switches: ZendeskSwitches, field_id: int, value: Any) -> Any:
    """A custom field's value as it is kept; 422 when its type does not take it."""
    definition = account.fields[field_id]
    kind, title = definition["type"], definition["title"]
    if value in (None, ""):
        return False if kind == "checkbox" else None
    problem = None
    if kind in ("text", "textarea", "regexp"):
        value = str(value)
        if len(value) > switches.text_field_limit:
            problem = f"is too long (maximum is {switches.text_field_limit} characters)"
    elif kind == "checkbox":
        problem = None if isinstance(value, bool) else "must be true or false"
    elif kind == "date":
        problem = None if _DATE.fullmatch(str(value)) else "is not a valid date"
    elif kind == "integer":
        problem = None if re.fullmatch(r"-?\d+", str(value)) and not isinstance(value, bool) else "must be an integer"
    elif kind == "decimal":
        problem = None if re.fullmatch(r"-?\d+(\.\d+)?", str(value)) else "must be a decimal number"
    elif kind in _TAG_FIELDS:
        options = {option["value"] for option in definition["custom_field_options"]}
        wanted = value if isinstance(value, list) else [value]
        problem = None if set(wanted) <= options else "is not a valid option"
    if problem:
        raise record_invalid({"base": f"{title}: {problem}"})
    return value


def apply_fields(account: Account, switches: ZendeskSwitches, ticket: Json, wanted: list[tuple[int, Any]]) -> None:
    """Merge custom field values into a ticket. Ids that the account does not have are ignored without a word."""
    values = {entry["id"]: entry["value"] for entry in ticket["custom_fields"]}
    for field_id, value in wanted:
        if field_id not in account.fields:
            continue
        kept = checked_field(account, switches, field_id, value)
        before = set(_tags_of_value(account, field_id, values.get(field_id)))
        after = _tags_of_value(account, field_id, kept)
        ticket["tags"] = [tag for tag in ticket["tags"] if tag not in before] + [
            tag for tag in after if tag not in ticket["tags"] or tag in before
        ]
        values[field_id] = kept
    ticket["custom_fields"] = [{"id": field_id, "value": values.get(field_id)} for field_id in account.fields]


def clear_fields_without_tag(account: Account, ticket: Json) -> None:
    """Tag fields live in the ticket's tags: replacing the tags without theirs empties them."""
    for entry in ticket["custom_fields"]:
        tags = _tags_of_value(account, entry["id"], entry["value"])
        if tags and not set(tags) <= set(ticket["tags"]):
            entry["value"] = None


def _tags_of_value(account: Account, field_id: int, value: Any) -> list[str]:
    if account.fields[field_id]["type"] not in _TAG_FIELDS or not value:
        return []
    return list(value) if isinstance(value, list) else [value]
