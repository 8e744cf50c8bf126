"""HO7xx: the note beside the conversation: how long it is, and what of the conversation must stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff_core.packet import Packet, Reason, Status, UrgencyLevel
from handoff_core.quality.alarms import (
    ALARMS,
    HURRY,
    HURRY_HINTS,
    MOOD,
    MOOD_HINTS,
    MOOD_IN_NOTE,
    SOLVED,
    SOLVED_HINTS,
    SOLVED_IN_NOTE,
    STILL_OPEN,
    is_denied,
)
from handoff_core.quality.limits import seconds_to_read
from handoff_core.quality.note import count_words, mentions
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule

_SHORT = 150
"""Words of a note that nobody calls long, however short the conversation was."""

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_PROMISE = re.compile(
    r"\b(?P<who>someone|somebody|a (?:\w+ )?(?:technician|colleague|manager|specialist|person|representative|member|"
    r"supervisor|engineer|plumber|agent)(?: of our team)?|our (?:\w+ )?(?:team|technician|manager|desk|"
    r"department|office)|"
    r"we|i|they|he|she|the (?:\w+ )?(?:team|technician|manager|office|desk))(?:['’]ll| will| is going to|"
    r" are going to)"
    r"(?: \w+ly| also| then)? (?:call|ring|phone|e-?mail|text|contact|get back to|reach out to|send|refund|credit|"
    r"replace|reimburse|ship|waive|visit|come|be there|deliver|repair|fix)\b",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\b(?:by|before|within|tomorrow|tonight|today|this (?:morning|afternoon|evening|week)|next (?:week|monday|"
    r"tuesday|"
    r"wednesday|thursday|friday)|on (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|in (?:the next|"
    r"an?|\d+|"
    r"two|three) \w+|first thing)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if|unless|would you|shall|should|could|may|might|can)\b", re.IGNORECASE)
_AGAIN = re.compile(
    r"\b(?:second|third|fourth|fifth|2nd|3rd|4th|5th) time (?:i|we)(?:['’]m|['’]ve| am| have| had| called| call|"
    r" contact)|"
    r"\b(?:already|have|['’]ve) (?:called|phoned|written to|emailed|contacted|spoken (?:to|with)|talked to) "
    r"(?:you|your|twice|three|four|several|somebody|someone|support|in)|"
    r"\b(?:called|phoned|wrote|emailed|contacted) (?:you |in |your \w+ )?(?:twice|three times|four times|"
    r"several times|"
    r"yesterday|last week|last month|on monday|on tuesday|on wednesday|on thursday|on friday)\b|"
    r"\bi was (?:promised|told) (?:last|yesterday|by your|by one|that (?:it|you|somebody|someone))|"
    r"\b(?:spoke|talked) (?:to|with) (?:someone|somebody|your|one of your|an? \w+) .{0,30}(?:yesterday|last|"
    r"before|earlier)",
    re.IGNORECASE,
)
_TO_YOU = re.compile(
    r"\b(?P<who>you)(?:['’]ll| will| should)(?: then| soon| shortly| also)? (?:receive|get|hear|have) "
    r"(?:(?:an?|the|your|our|another) (?:\w+ ){0,2}(?:call|callback|call-back|e-?mail|text|message|answer|reply|update|"
    r"refund|visit|invoice|quote)|back from)\b",
    re.IGNORECASE,
)
_SOON = re.compile(r"\b(?:shortly|soon|right after|once (?:this|the) call)\b", re.IGNORECASE)
_LAST_TURNS = 3
"""Turns of the customer at the end in which he says that he is helped."""
_PROMISE_HINTS = ("promise", "guarantee", "assure", "my word", " will ", "'ll ", "’ll ", " going to ", "you should ")
_AGAIN_HINTS = (
    *("time i", "time we", "already ", "called ", "phoned ", "wrote ", "mailed ", "contacted ", "i was ", "spoke "),
    *("talked ", "spoken "),
)
_BEFORE_IN_NOTE = re.compile(
    r"\b(?:earlier|previous(?:ly)?|prior|before|twice|already (?:called|wrote|contacted)|second|third|fourth|2nd|3rd|"
    r"last (?:week|month)|yesterday|repeated(?:ly)?|again|times)\b"
)


def _longer_than_conversation(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    note = context.read(packet)
    if packet.transcript and note.told_words > _SHORT and note.conversation_words < note.told_words:
        yield "", f"The note tells the case in {note.told_words} words; the conversation had {note.conversation_words}."


def _over_budget(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    words, limit = context.read(packet).words, context.limits.longest_reading
    if seconds_to_read(words) > limit:
        yield "", f"The note has {words} words and reads in {seconds_to_read(words):.0f} s; {limit:.0f} s is the limit."


def _head_over_budget(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    words, limit = context.read(packet).head_words, context.limits.longest_head
    if seconds_to_read(words) > limit:
        yield "", f"The head has {words} words and reads in {seconds_to_read(words):.0f} s; {limit:.0f} s is the limit."


def _late_reason(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    before = count_words(context.read(packet).head.partition(packet.summary)[0]) + count_words(packet.summary)
    if before > context.limits.longest_before_reason:
        yield "summary", f"{before} words stand before the reason of the escalation."


def _buried(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    note = context.read(packet)
    for alarm in ALARMS:
        if not mentions(note.customer_text, alarm.hints) or alarm.in_note.search(note.fold):
            continue
        for place, turn in note.said:
            found = alarm.said.search(turn.text)
            if found is not None and not is_denied(turn.text, found):
                yield f"transcript.{place}", f"The customer spoke of {alarm.name} here; the head does not."
                break


def _hurry(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    urgency = packet.urgency
    if urgency.level in (UrgencyLevel.HIGH, UrgencyLevel.CRITICAL) or urgency.deadline or packet.next_action.due:
        return
    note = context.read(packet)
    if not mentions(note.customer_text, HURRY_HINTS) or HURRY.search(note.fold):
        return
    for place, turn in note.said:
        found = HURRY.search(turn.text)
        if found is not None and not is_denied(turn.text, found):
            yield f"transcript.{place}", "The customer called it urgent here; the packet is in the usual order."
            return


def _lost_promise(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    note = context.read(packet)
    if packet.commitments or not mentions(note.ai_text, _PROMISE_HINTS):
        return
    for place, turn in note.said_by_ai:
        if any(_promises(sentence) for sentence in _SENTENCE.findall(turn.text)):
            yield f"transcript.{place}", "The AI promised something here; commitments are empty."
            return


def _promises(sentence: str) -> bool:
    """Whether a sentence promises that something is done, or arrives, by a time or by others."""
    if sentence.rstrip().endswith("?"):
        return False
    for pattern in (_PROMISE, _TO_YOU, _I_PROMISE):
        found = pattern.search(sentence)
        if found is None or _CONDITION.search(sentence[: found.start()]):
            continue
        after = sentence[found.end() :]
        if _DATED.search(after):
            return True
        if pattern is _TO_YOU:
            return bool(_SOON.search(sentence))
        return found["who"].casefold() not in ("i", "he", "she", "they") and " you" in sentence[found.end() - 1 :]
    return False


_I_PROMISE = re.compile(
    r"\b(?:i|we) (?:can |do )?(?:promise|guarantee|assure|give you my word)(?: you)?(?: that)? (?P<who>[\w' ’]{1,40}?)"
    r"(?:calls?|phones?|rings?|e-?mails?|texts?|contacts?|gets? back to|reach(?:es)? out to|sends?|visits?|comes?|"
    r"delivers?|repairs?|fix(?:es)?|replaces?|ships?|is there)\b",
    re.IGNORECASE,
)


def _lost_contacts(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    note = context.read(packet)
    unsaid = not mentions(note.customer_text, _AGAIN_HINTS)
    if packet.prior_contacts or unsaid or _BEFORE_IN_NOTE.search(note.blob):
        return
    for place, turn in note.said:
        if _AGAIN.search(turn.text):
            yield f"transcript.{place}", "The customer speaks of an earlier contact here; the note knows of none."
            return


def _lost_mood(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    note = context.read(packet)
    unsaid = not mentions(note.customer_text, MOOD_HINTS)
    if packet.escalation.reason is Reason.EMOTION or unsaid or MOOD_IN_NOTE.search(note.blob):
        return
    for place, turn in note.said:
        found = MOOD.search(turn.text)
        if found is not None and not is_denied(turn.text, found):
            yield f"transcript.{place}", "The customer was upset here; the note does not say so."
            return


def _solved(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    note = context.read(packet)
    done = packet.state is not None and packet.state.status is Status.DONE
    if done or not mentions(note.customer_text, SOLVED_HINTS) or SOLVED_IN_NOTE.search(note.blob):
        return
    last = note.said[-_LAST_TURNS:]
    for number, (place, turn) in enumerate(last):
        found = SOLVED.search(turn.text)
        if found is None or is_denied(turn.text, found):
            continue
        beside = f"{turn.text[: found.start()]} {turn.text[found.end() :]}"
        if not any(STILL_OPEN.search(text) for text in (beside, *(later.text for _, later in last[number + 1 :]))):
            yield f"transcript.{place}", "The customer says here that it is solved; the note does not."
            return


RULES: tuple[Rule, ...] = (
    PlaceRule(
        code="HO701",
        name="longer-than-conversation",
        severity="warning",
        why="A note that is longer than what was said saves nobody any time.",
        fix="Keep what changes the next step; the conversation is linked.",
        demand="Write less than was spoken: keep what changes the next step.",
        places=_longer_than_conversation,
        passing={
            "analysis": "The ignition board is dead.",
            "transcript": [{"speaker": "customer", "text": "My heating is off."}],
        },
        failing={
            "analysis": "The board may be dead, as it was in March, and as it is so often with this model. " * 10,
            "transcript": [{"speaker": "customer", "text": "My heating is off."}],
        },
    ),
    PlaceRule(
        code="HO702",
        name="note-too-long",
        severity="warning",
        why="A note that takes minutes is skimmed, and then the customer is asked again.",
        fix="Shorten it, or raise longest_reading for this lane if its readers need it all.",
        demand="Keep the whole note under {note_words} words.",
        places=_over_budget,
        passing={"analysis": "The ignition board is dead."},
        failing={"analysis": "The board may be dead, as it was in March, and as it is so often with this model. " * 45},
    ),
    PlaceRule(
        code="HO703",
        name="head-too-long",
        severity="warning",
        why="The head is what somebody reads who has ten seconds.",
        fix="Shorten summary, escalation.text and next_action.text; details belong further down.",
        demand="Keep summary, escalation.text, urgency.reason and next_action.text together under {head_words} words.",
        places=_head_over_budget,
        passing={"escalation": {"reason": "beyond_scope", "text": "A part must be replaced on site."}},
        failing={"escalation": {"reason": "beyond_scope", "text": "A part must be replaced, and on site. " * 18}},
    ),
    PlaceRule(
        code="HO704",
        name="late-reason",
        severity="warning",
        why="The way out must not hide behind a summary: why a person is needed stands in the first lines.",
        fix="Shorten the summary, so that the reason follows at once.",
        demand="Let no more than {words_before_reason} words, customer and summary, stand before the reason.",
        places=_late_reason,
        passing={"summary": "Sam Ortiz has had no heating since Monday, and two resets did not help."},
        failing={"summary": "Sam Ortiz has had no heating since Monday, " + "which was cold, and Tuesday, " * 15},
    ),
    PlaceRule(
        code="HO705",
        name="buried-alarm",
        severity="warning",
        why="What may hurt somebody, or end in court, must be seen in the first seconds.",
        fix="Say it in summary, urgency.reason or escalation.text.",
        demand=(
            "Say in summary, urgency.reason or escalation.text what may hurt somebody or end in "
            "court: gas, fire, water, illness, lawyers, fraud, small children."
        ),
        places=_buried,
        passing={
            "urgency": {"level": "critical", "reason": "Smells gas in the cellar"},
            "transcript": [{"speaker": "customer", "text": "There is a smell of gas down there."}],
        },
        failing={"transcript": [{"speaker": "customer", "text": "There is a smell of gas down there."}]},
    ),
    PlaceRule(
        code="HO706",
        name="hurry-not-shown",
        severity="warning",
        why="What the customer calls urgent and the packet does not comes too late, or needs a reason.",
        fix="Raise urgency.level, set a deadline, or say in urgency.reason why it can wait.",
        demand=(
            "Where the customer calls it urgent, raise urgency.level, set a deadline, or say in "
            "urgency.reason why it can wait."
        ),
        places=_hurry,
        passing={
            "urgency": {"level": "normal", "reason": "She calls it urgent; a replacement is with her already"},
            "transcript": [{"speaker": "customer", "text": "This is really urgent."}],
        },
        failing={
            "urgency": {"level": "normal"},
            "transcript": [{"speaker": "customer", "text": "This is really urgent."}],
        },
    ),
    PlaceRule(
        code="HO707",
        name="lost-promise",
        severity="warning",
        why="A promise that the reader does not know of is broken.",
        fix="Put it into commitments, with to whom and until when.",
        demand="Put every promise that you made into commitments, with to whom and until when.",
        places=_lost_promise,
        passing={
            "commitments": [{"text": "A technician calls back before noon", "to": "Sam Ortiz"}],
            "transcript": [{"speaker": "ai", "text": "A technician will call you back before noon."}],
        },
        failing={
            "commitments": [],
            "transcript": [{"speaker": "ai", "text": "A technician will call you back before noon."}],
        },
    ),
    PlaceRule(
        code="HO708",
        name="lost-contacts",
        severity="warning",
        why="Somebody who calls for the third time must not be met as if it were the first.",
        fix="Put the earlier contacts into prior_contacts, or say in the note that there were some.",
        demand="Put earlier contacts that the customer speaks of into prior_contacts.",
        places=_lost_contacts,
        passing={
            "prior_contacts": [{"summary": "Called on Monday, was promised a technician"}],
            "transcript": [{"speaker": "customer", "text": "This is the third time I am calling about it."}],
        },
        failing={
            "prior_contacts": [],
            "transcript": [{"speaker": "customer", "text": "This is the third time I am calling about it."}],
        },
    ),
    PlaceRule(
        code="HO709",
        name="lost-mood",
        severity="info",
        why="The first sentence to an upset customer is another one.",
        fix="Say in one clause that, and why, the customer is upset.",
        places=_lost_mood,
        passing={
            "analysis": "He is angry about the second delay.",
            "transcript": [{"speaker": "customer", "text": "This is unacceptable."}],
        },
        failing={"transcript": [{"speaker": "customer", "text": "This is unacceptable."}]},
    ),
    PlaceRule(
        code="HO710",
        name="solved-in-conversation",
        severity="warning",
        why="A person who calls about what is solved wastes two people's time, and looks as if nobody had listened.",
        fix="Set state.status to done, or say what is left to do although it works.",
        demand="Where the customer says that it is solved, set state.status to done, or say what is left to do.",
        places=_solved,
        passing={
            "completed": ["The reset worked, he is logged in"],
            "transcript": [{"speaker": "customer", "text": "Yes, I'm in! It worked perfectly."}],
        },
        failing={
            "summary": "Sam Ortiz could not log in to his account and asked for a reset.",
            "transcript": [{"speaker": "customer", "text": "Yes, I'm in! It worked perfectly."}],
        },
    ),
)
