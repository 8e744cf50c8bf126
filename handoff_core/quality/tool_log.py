"""HO8xx: what the tools did and learned must stand in the note, and must not contradict it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from handoff_core.packet import Outcome, Packet
from handoff_core.quality.note import Note, words_of
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule
from handoff_core.quality.tool_calls import Call
from handoff_core.quality.tool_failure import is_pending
from handoff_core.quality.tool_said import changed_by_words, verb_of
from handoff_core.quality.tool_subjects import (
    because,
    changing_verb,
    established,
    ids_given,
    ids_in,
    masked,
    parts_of,
    shown,
    stem,
    subject,
)
from handoff_core.quality.tool_words import CHANGES, DONE, of_same_kind

_MOST_NAMED = 10
"""Identifiers that one finding names."""
_MOST_OF_A_LIST = 3
"""Of several records that were found, as many are named."""
_FAILED_IN_NOTE = re.compile(
    r"\b(?:fail|error|could not|couldn't|cannot|can't|unable|not able|did not|didn't|does not|doesn't|not found|"
    r"no match|"
    r"no result|no record|denied|declined|rejected|refus|timed? ?out|unavailable|down\b|broke\b|blocked|"
    r"without success|"
    r"unsuccessful|not (?:possible|available|eligible|allowed|accepted|go through|work|exist)|not in the system|"
    r"invalid|missing)"
)

_VAGUE_NO = re.compile(
    r"^(?:(?!fail|error|declin|denied|reject|refus|not found|could not|couldn't|cannot|can't|unable).)*"
    r"\b(?:did not|didn't|does not|doesn't) (?!work|go through|exist|succeed|accept|find|respond|answer|load|match)"
    r"(?:(?!fail|error|declin|denied|reject|refus|not found|could not|couldn't|cannot|can't|unable).)*$",
    re.DOTALL,
)
"""The payment did not suit: no word of a failure, unless it names more of the call than its matter."""


def _lost_failures(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    calls = context.read(packet).calls
    note = context.read(packet)
    worked = {call.name for call in calls if call.name and call.answered and not call.failed}
    told = {call.name for _, _, call in _contradicted(packet, note) if call.failed}  # HO804 says it already
    for call in calls:
        if not call.failed or call.name in told or (call.name and call.name in worked) or _tells_failure(note, call):
            continue
        told.add(call.name or call.text[:40])
        yield f"transcript.{call.turn}", f"{shown(call)} failed here{because(call)}; the note does not say so."


def _repeated_failures(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    calls = context.read(packet).calls
    note = context.read(packet)
    worked = {call.name for call in calls if call.name and call.answered and not call.failed}
    for name in dict.fromkeys(call.name for call in calls if call.failed and call.name in worked):
        call = next(one for one in calls if one.failed and one.name == name)
        if not _tells_failure(note, call):
            yield f"transcript.{call.turn}", f"{shown(call)} failed here before it worked; the note does not say so."


def _tells_failure(note: Note, call: Call) -> bool:
    about = subject(call)
    for line in note.lines:
        if line.kind == "failed" or _FAILED_IN_NOTE.search(line.text.casefold()):
            told = {stem(word) for word in words_of(line.text)}
            vague = line.kind != "failed" and _VAGUE_NO.search(line.text.casefold()) and len(about & told) < 2
            if not vague and (not about or not about.isdisjoint(told)):
                return True
            if any(value.casefold() in line.text.casefold() for _, value in ids_given(call)):
                return True
    return bool(call.name) and note.has(call.name) and _FAILED_IN_NOTE.search(note.blob) is not None


def _lost_changes(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    note = context.read(packet)
    changes = [
        (call, verb)
        for call in context.read(packet).calls
        if call.answered and not call.failed and (verb := changing_verb(call))
    ]
    counts = Counter(verb for _, verb in changes)
    for call, verb in changes:
        if not _tells_change(note, call, verb, alone=counts[verb] == 1):
            said = (
                "was requested here and is still pending; the note does not say so: say requested, not done"
                if is_pending(call.result)
                else "has changed something here; the note does not say that it is done"
            )
            yield f"transcript.{call.turn}", f"{shown(call)} {said}."


def _tells_change(note: Note, call: Call, verb: str, *, alone: bool) -> bool:
    kin = of_same_kind(verb)
    if is_pending(call.result):
        return _tells_request(note, kin)
    ids = [value for _, value in ids_given(call)]
    made = [value.casefold().strip("#") for one in established([call]) for value in one.values if value not in ids]
    for line in note.lines:
        text = line.text.casefold()
        if line.kind == "done" and any(value in text for value in made):
            return True
        words = {stem(word) for word in words_of(text)}
        if line.kind == "done":
            forms = f" {' '.join(words_of(text))} "
            same = not words.isdisjoint(stem(word) for word in kin) or _says_done(forms, kin)
        else:
            same = line.path.startswith(_MAY_TELL) and _says_done(f" {' '.join(words_of(text))} ", kin)
        if same and (alone or not ids or any(value.casefold().strip("#") in text for value in ids)):
            return True
    return False


def _tells_request(note: Note, kin: frozenset[str]) -> bool:
    """Whether a note says that something of this kind waits: whoever calls it done, or wanted only, does not."""
    stems = {stem(word) for word in kin}
    return any(
        not line.path.startswith("next_action")
        and _WAITING.search(line.text)
        and not stems.isdisjoint(stem(word) for word in words_of(line.text))
        for line in note.lines
    )


_WAITING = re.compile(
    r"\b(?:pending|under review|in review|in process|processing|being processed|queued|waits?|waiting|awaits?|awaiting|"
    r"not (?:yet )?(?:approved|done|decided|final|confirmed)|submitted|(?:was|is|been|has) requested|"
    r"requested (?:by|via|through|in|under|as)|request (?:was |is |has been )?"
    r"(?:made|filed|placed|open|sent|submitted)|to be (?:approved|"
    r"reviewed|confirmed))\b|^\W*requested\b",
    re.IGNORECASE,
)

_MAY_TELL = (
    "summary",
    "state.",
    "escalation.text",
    "told_",
    "facts",
    "announcement",
    "analysis",
    "rationale",
    "details",
)
"""Where a note may tell what is done, beside the lists that are for it; a goal or a next step tells what is not."""
_WANTED = re.compile(
    r"\b(?:wants?|wanted|asks?|asked|requests?|requested|needs?|would like|to be|to have|to get|not|never|"
    r"wishes|if|until|must|should|cannot|can|could|may|might|will|would|shall)"
    r"(?: \S+){0,6} ?$"
)


def _says_done(text: str, kin: frozenset[str]) -> bool:
    """Whether a text (words between single spaces) says that something of this kind has happened."""
    for form in (form for word in kin for form in DONE.get(word, ())):
        place = text.find(form)
        if place >= 0 and not _WANTED.search(text[: place + 1]):
            return True
    return False


def _changes_of_status(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    note = context.read(packet)
    seen: dict[str, str] = {}
    for call in context.read(packet).calls:
        result = call.result
        if call.failed or not isinstance(result, Mapping) or not isinstance(result.get("status"), str):
            continue
        key = next((str(value) for name, value in ids_in(result, deep=False) if name != "user_id"), "")
        status = result["status"].strip().casefold()
        before = seen.get(key)
        if key:
            seen[key] = status
        if call.name or not before or before == status or note.has(status):
            continue
        first = stem(words_of(status)[0]) if words_of(status) else ""
        done = [line.text for line in note.lines if line.kind == "done"]
        if not any(first == stem(word) for text in done for word in words_of(text)):
            yield (
                f"transcript.{call.turn}",
                f'{masked(key)} changed from "{before[:40]}" to "{status[:40]}" here; the note does not say so.',
            )


def _changes_in_words(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    note = context.read(packet)
    for call in context.read(packet).calls:
        done = changed_by_words(call)
        if done and not _tells_change(note, call, verb_of(done), alone=True):
            yield f"transcript.{call.turn}", f"A tool says here that something was {done}; the note does not."


def _lost_ids(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    note = context.read(packet)
    lost: dict[str, tuple[int, str]] = {}
    for one in established(note.calls):
        plain = [value.strip().lstrip("#") for value in (*one.values, *one.found_by)]
        if any(value.casefold() in note.blob or note.has(value) for value in plain):
            continue
        shown_values = " or ".join(masked(value) for value in one.values[:_MOST_OF_A_LIST])
        named = f"{one.name.replace('_', ' ').strip()} {shown_values}".strip()
        lost.setdefault(plain[0].casefold(), (one.turn, named))
    if lost:
        named_all = [text for _, text in lost.values()]
        more = f" and {len(named_all) - _MOST_NAMED} more" if len(named_all) > _MOST_NAMED else ""
        turn = next(iter(lost.values()))[0]
        yield (
            f"transcript.{turn}",
            f"The tools established what the note does not show: {', '.join(named_all[:_MOST_NAMED])}{more}.",
        )


def _contradictions(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    for path, text, _ in _contradicted(packet, context.read(packet)):
        yield path, text


def _contradicted(packet: Packet, note: Note) -> Iterator[tuple[str, str, Call]]:
    """Path and text of what the note says otherwise than the log, with the call that the log has."""
    calls = [call for call in note.calls if call.name and call.answered]
    for place, attempt in enumerate(packet.attempts):
        words = {stem(word) for word in words_of(f"{attempt.action}")}
        for call in calls:
            verb = changing_verb(call)
            if not verb or words.isdisjoint(stem(word) for word in of_same_kind(verb)):
                continue
            same = [one for one in calls if one.name == call.name]
            nouns = {stem(part) for part in parts_of(call.name) if part not in CHANGES and len(part) > 2}
            if nouns and words.isdisjoint(nouns):
                continue
            path = f"attempts.{place}.outcome"
            if attempt.outcome is Outcome.WORKED and all(one.failed for one in same):
                yield path, f"The note says that it worked; {_failed_at(call)}.", call
                break
            if attempt.outcome is Outcome.FAILED and not any(one.failed for one in same):
                yield path, f"The note says that it failed; {call.name} worked at turn {call.turn}.", call
                break
    for place, text in enumerate(packet.completed):
        words = {stem(word) for word in words_of(text)}
        for call in calls:
            verb = changing_verb(call)
            same = [one for one in calls if one.name == call.name]
            claimed = verb and not words.isdisjoint(stem(word) for word in of_same_kind(verb))
            if claimed and all(one.failed for one in same):
                yield f"completed.{place}", f"The note says that it is done; {_failed_at(call)}.", call
                break


def _failed_at(call: Call) -> str:
    return f"{shown(call)} failed at turn {call.turn}{because(call)}"


_LOG = [
    {"speaker": "tool", "text": 'find_order({"phone": "..."}) -> {"order_id": "A-1001", "status": "shipped"}'},
    {"speaker": "tool", "text": 'refund_payment({"order_id": "A-1001"}) -> Error: card was declined'},
    {"speaker": "tool", "text": 'cancel_visit({"order_id": "A-1001"}) -> {"status": "ok"}'},
]

RULES: tuple[Rule, ...] = (
    PlaceRule(
        code="HO801",
        name="failed-call-not-told",
        severity="warning",
        why="Who does not know that it was tried tries it again, and tells the customer the same again.",
        fix="Put it into attempts with outcome failed, and what the tool said into detail.",
        demand="Put every call that failed into attempts with outcome failed, and what the tool said into detail.",
        places=_lost_failures,
        passing={
            "attempts": [{"action": "Refund to the card", "outcome": "failed", "detail": "The card was declined"}],
            "transcript": [_LOG[1]],
        },
        failing={"transcript": [_LOG[1]]},
    ),
    PlaceRule(
        code="HO802",
        name="change-not-told",
        severity="error",
        why="What is done already is done twice: a second refund, a second visit.",
        fix=(
            "Put it into completed, with the id of what was changed; what is pending, into events or state.text as "
            "requested."
        ),
        demand="Put everything that a tool changed into completed, with the id of what was changed.",
        places=_lost_changes,
        passing={"completed": ["The visit for A-1001 is cancelled"], "transcript": [_LOG[2]]},
        failing={"transcript": [_LOG[2]]},
    ),
    PlaceRule(
        code="HO803",
        name="identifier-lost",
        severity="warning",
        why="A person has to ask again for what the AI had found already.",
        fix="Put it into facts with the tool as source, into details, or into customer.account_id.",
        demand=(
            "Put every id that a tool used or gave into facts with the tool as source, into details, "
            "or into customer.account_id."
        ),
        places=_lost_ids,
        passing={
            "facts": [{"name": "order_id", "value": "A-1001", "source": "find_order"}],
            "transcript": [_LOG[0]],
        },
        failing={"transcript": [_LOG[0]]},
    ),
    PlaceRule(
        code="HO804",
        name="note-contradicts-log",
        severity="error",
        why="A person who believes the note tells the customer what is not so.",
        fix="Say in outcome what the tool said, or say in detail why it is otherwise.",
        demand="Give attempts and completed the outcome that the tool said.",
        places=_contradictions,
        passing={"attempts": [{"action": "Refund of the payment", "outcome": "failed"}], "transcript": [_LOG[1]]},
        failing={"attempts": [{"action": "Refund of the payment", "outcome": "worked"}], "transcript": [_LOG[1]]},
    ),
    PlaceRule(
        code="HO807",
        name="status-changed",
        severity="warning",
        why="What is done already is done twice.",
        fix="Put it into completed, with the id of what was changed.",
        demand="Put everything that a tool changed into completed, with the id of what was changed.",
        places=_changes_of_status,
        passing={
            "completed": ["Order A-1001 is cancelled"],
            "transcript": [
                {"speaker": "tool", "text": '{"order_id": "A-1001", "status": "pending"}'},
                {"speaker": "tool", "text": '{"order_id": "A-1001", "status": "cancelled"}'},
            ],
        },
        failing={
            "transcript": [
                {"speaker": "tool", "text": '{"order_id": "A-1001", "status": "pending"}'},
                {"speaker": "tool", "text": '{"order_id": "A-1001", "status": "cancelled"}'},
            ],
        },
    ),
    PlaceRule(
        code="HO805",
        name="change-in-words-not-told",
        severity="warning",
        why="What is done already is done twice.",
        fix="Put it into completed.",
        demand="Put everything that a tool changed into completed, with the id of what was changed.",
        places=_changes_in_words,
        passing={
            "completed": ["Visit cancelled"],
            "transcript": [{"speaker": "tool", "text": "Visit cancelled."}],
        },
        failing={"transcript": [{"speaker": "tool", "text": "Visit cancelled."}]},
    ),
    PlaceRule(
        code="HO806",
        name="failed-before-it-worked",
        severity="info",
        why="What fails now and then may fail for the reader too.",
        fix="Say it in the detail of the attempt, if it matters.",
        places=_repeated_failures,
        passing={
            "attempts": [{"action": "Refund to the card", "outcome": "partial", "detail": "Declined at first"}],
            "completed": ["Refunded"],
            "transcript": [_LOG[1], {"speaker": "tool", "text": 'refund_payment({"order_id": "A-1001"}) -> ok'}],
        },
        failing={
            "attempts": None,
            "transcript": [_LOG[1], {"speaker": "tool", "text": 'refund_payment({"order_id": "A-1001"}) -> ok'}],
        },
    ),
)
