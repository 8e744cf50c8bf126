"""Weighs what a conversation has shown: a verdict, with every reason in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from handoff_core.packet.enums import Reason
from handoff_core.triage.known import in_words, missing
from handoff_core.triage.settings import TriageRules
from handoff_core.triage.signals import AT_ONCE, Sign, Signal
from handoff_core.triage.state import State
from handoff_core.triage.topics import TOPICS
from handoff_core.triage.trajectory import trend_of
from handoff_core.triage.verdict import Timing, Verdict

CLEAR: Final = 1.5
"""Times the threshold from which nothing that is missing holds a handoff back."""
_EACH: Final = 0.75
"""What a further failure leaves of the way to the most that failures weigh."""
_RECENT: Final = 2
"""Turns of the customer for which a delay, a near solution, a proposal stays one."""
_FULL: Final = frozenset(
    {Reason.BEYOND_SCOPE, Reason.HIGH_STAKES, Reason.POLICY, Reason.QUALIFIED_LEAD, Reason.SCHEDULED}
)
_FRESH: Final = 0.4
"""What of a mood, and of what came before, counts while the AI has not answered yet."""
_HELD: Final = 0.8
"""Share of the threshold from which a brake is worth telling."""
_LEAST: Final = 0.1
"""What weighs less is counted and not told."""
_PATIENT: Final = -0.55
"""A mood below it is a person's, whatever it is about."""
_UNDERSTOOD_BY: Final = 3
"""Turns of the customer by which the matter should be told."""
_NOTHING: Final[Mapping[str, Any]] = {}


def decide(state: State, rules: TriageRules, fields: Mapping[str, Any], lane: str | None) -> Verdict:
    """The verdict after the turn that was taken in last; remembers in the state since when a person is due."""
    if state.taken_over or state.handed_off:
        state.due_since = state.due_customer = -1
        taken = state.taken_over or state.acknowledged
        text = "a person has taken over" if taken else "handed off, waiting for a person"
        return _verdict(state, Timing.NOT_YET, 0.0, rules.threshold, (Sign(Signal.WAITING, 0.0, text),))
    standing = [*state.standing.values(), *_of_the_draft(fields)]
    pulls = [*standing, *_pulls(state, rules, fields)]
    brakes = list(_brakes(state, rules, pulls))
    raw = sum(sign.weight for sign in pulls)
    score = raw + sum(sign.weight for sign in brakes)
    threshold = rules.threshold * (1 - rules.frustration_lowers * max(0.0, -state.mood))
    lacking = _lacking(state, rules, fields, lane)
    signals = {sign.signal for sign in standing}
    timing, reasons = Timing.NOT_YET, _strongest(pulls)
    if signals & AT_ONCE or (Signal.TOPIC in signals and (state.urgent or not rules.gather_first)):
        timing = Timing.NOW
    elif Signal.TOPIC in signals or score >= threshold:
        timing = Timing.NOW if not lacking or score >= CLEAR * threshold else Timing.TOO_EARLY
    elif state.proposed_age < _RECENT:
        timing, reasons = _proposed(state, lacking, pulls)
    elif brakes and not state.solved and (state.held or state.due_since >= 0 or raw >= _HELD * threshold):
        timing, reasons = Timing.HOLD, (*_strongest(brakes), *_strongest(pulls))
    if timing is Timing.TOO_EARLY:
        lack = Sign(Signal.MISSING, 0.0, "a person would have to ask again what is not known yet", state.number)
        reasons = (lack, *reasons)
    state.held = timing is Timing.HOLD
    if timing is Timing.NOW:
        timing, reasons = _late(state, rules, reasons)
    else:
        state.due_since = state.due_customer = -1
    shown = lacking if timing not in (Timing.NOT_YET, Timing.HOLD) else ()
    return _verdict(state, timing, score, threshold, reasons, shown)


def _verdict(
    state: State,
    timing: Timing,
    score: float,
    threshold: float,
    reasons: tuple[Sign, ...],
    lacking: tuple[str, ...] = (),
) -> Verdict:
    return Verdict(
        verdict=timing,
        turn=state.number,
        score=round(max(0.0, score), 2),
        threshold=round(threshold, 2),
        reasons=tuple(Sign(one.signal, round(one.weight, 2), one.text, one.turn) for one in reasons),
        missing=tuple(in_words(path) for path in lacking),
        sentiment=state.sentiment,
        mood=round(state.mood, 2),
        trend=trend_of(list(state.scores)),
        due_since=state.due_since if state.due_since >= 0 else None,
    )


def _strongest(signs: list[Sign]) -> tuple[Sign, ...]:
    told = [one for one in signs if abs(one.weight) >= _LEAST]
    return tuple(sorted(told, key=lambda one: (one.signal not in AT_ONCE, -abs(one.weight))))


def _late(state: State, rules: TriageRules, reasons: tuple[Sign, ...]) -> tuple[Timing, tuple[Sign, ...]]:
    if state.due_since < 0:
        state.due_since, state.due_customer = state.number, state.customer_turns
    waited = state.customer_turns - state.due_customer
    if waited < rules.late_after:
        return Timing.NOW, reasons
    turns = "1 turn" if waited == 1 else f"{waited} turns"
    late = Sign(
        Signal.WAITING, 0.0, f"a person was due at turn {state.due_since}, {turns} of the customer ago", state.due_since
    )
    return Timing.LATE, (late, *reasons)


def _proposed(state: State, lacking: tuple[str, ...], pulls: list[Sign]) -> tuple[Timing, tuple[Sign, ...]]:
    """The AI wants to transfer and nothing else calls for it."""
    if lacking:
        return Timing.TOO_EARLY, _strongest(pulls)
    alone = Sign(
        Signal.AGENT_PROPOSES,
        0.0,
        "the AI wants to transfer, and nothing that was said calls for a person",
        state.proposed[1],
    )
    return Timing.HOLD, (alone, *(one for one in _strongest(pulls) if one.signal is not Signal.AGENT_PROPOSES))


def _lacking(state: State, rules: TriageRules, fields: Mapping[str, Any], lane: str | None) -> tuple[str, ...]:
    """What should be known first: the matter, what the lane requires, and what a doubtful case needs said."""
    # Whoever has spoken three times and is still not understood needs a person all the more.
    first = ["summary"] if state.customer_turns < _UNDERSTOOD_BY else []
    if state.proposed_age < _RECENT and not state.beyond[0]:
        first.append("attempts")
    if fields.get("nature") == "ambiguous":
        first.append("unknowns")
    return missing((*first, *rules.required(lane)), fields, state.told)


def _of_the_draft(fields: Mapping[str, Any]) -> Iterator[Sign]:
    """A reason that the agent itself has put into the draft."""
    escalation = fields.get("escalation")
    reason = escalation.get("reason") if isinstance(escalation, Mapping) else None
    if reason == Reason.EXPLICIT_REQUEST:
        yield Sign(Signal.EXPLICIT_REQUEST, 1.0, "the agent says that the customer asked for a person")
    elif reason == Reason.NEEDS_AUTHORITY:
        yield Sign(Signal.NEEDS_AUTHORITY, 1.0, "the agent says that somebody with authority is needed")


def _pulls(state: State, rules: TriageRules, fields: Mapping[str, Any]) -> Iterator[Sign]:
    """What speaks for a person. What the customer brought along weighs less until the AI has answered once."""
    weight = rules.weights
    fresh = _FRESH if state.fresh else 1.0
    frustration = max(0.0, -state.mood)
    if frustration > 0.05:
        said = f": {', '.join(map(_quoted, state.because[:3]))}" if state.because and (state.sentiment or 0) < 0 else ""
        yield Sign(
            Signal.MOOD,
            weight[Signal.MOOD] * frustration * fresh,
            f"the customer is {_felt(frustration)}{said}",
            state.number,
        )
        fall = min(max(state.best) - state.mood, 2 * frustration)  # from glad to calm is no fall
        if fall > 0.1 and not _first_failure(state):
            yield Sign(Signal.FALLING, weight[Signal.FALLING] * fall * fresh, "the mood has fallen", state.number)
    if state.failures:
        worse = 0.0 if _first_failure(state) else frustration
        grown = weight[Signal.REPEATED_FAILURE] * (1 - _EACH**state.failures) * (1 + worse)
        text, turn = state.failed_with
        times = "once" if state.failures == 1 else f"{state.failures} times"
        yield Sign(Signal.REPEATED_FAILURE, grown, f"it did not help {times}, the last: {text}", turn)
    yield from _doubts(state, rules, fields)
    prior = fields.get("prior_contacts")
    count = state.before_count + (len(prior) if isinstance(prior, list | tuple) else 0)
    if count:
        text = f'the customer came before: "{state.before[0]}"' if state.before[0] else f"earlier contacts: {count}"
        grown = weight[Signal.PRIOR_CONTACTS] * (1 if count == 1 else 1.5) * (1 + frustration) * fresh
        yield Sign(Signal.PRIOR_CONTACTS, grown, text, state.before[1] if state.before[0] else None)
    if state.leaving[0] and frustration > 0.05:
        yield Sign(
            Signal.LEAVING,
            weight[Signal.LEAVING] * fresh,
            f'the customer is about to leave: "{state.leaving[0]}"',
            state.leaving[1],
        )
    yield from _case(state, rules, fields)


def _first_failure(state: State) -> bool:
    """Whether the first suggestion has just failed: that annoys, and the annoyance is not counted three times over."""
    return state.failures == 1 and state.failed_with[1] == state.number and not state.at_the_ai


def _doubts(state: State, rules: TriageRules, fields: Mapping[str, Any]) -> Iterator[Sign]:
    weight = rules.weights
    if state.beyond[0]:
        yield Sign(
            Signal.BEYOND_SCOPE,
            weight[Signal.BEYOND_SCOPE],
            f'the AI says that it can not: "{state.beyond[0]}"',
            state.beyond[1],
        )
    confidence = fields.get("confidence")
    issue = _text(fields, "classification", "issue_type").casefold()
    least = rules.low_confidence_for.get(issue, rules.low_confidence)
    if isinstance(confidence, int | float) and confidence < least:
        short = min(1.2, 0.8 + (least - confidence) / max(least, 0.01))
        yield Sign(
            Signal.LOW_CONFIDENCE,
            weight[Signal.LOW_CONFIDENCE] * short,
            f"the AI's confidence is {confidence:g}, below {least:g}",
        )
    if state.confused:
        grown = weight[Signal.LOW_CONFIDENCE] * min(1.0, 0.38 * state.confused)
        yield Sign(
            Signal.LOW_CONFIDENCE,
            grown,
            f'the AI does not understand: "{state.confused_with[0]}"',
            state.confused_with[1],
        )
    escalation = fields.get("escalation")
    reason = escalation.get("reason") if isinstance(escalation, Mapping) else None
    if reason is not None and reason not in (Reason.EXPLICIT_REQUEST, Reason.NEEDS_AUTHORITY):
        strong = 1.0 if reason in _FULL else weight[Signal.AGENT_PROPOSES]
        yield Sign(Signal.AGENT_PROPOSES, strong, f"the agent names a reason: {reason}")
    elif state.proposed_age < _RECENT:
        yield Sign(
            Signal.AGENT_PROPOSES,
            weight[Signal.AGENT_PROPOSES],
            f'the AI speaks of a transfer: "{state.proposed[0]}"',
            state.proposed[1],
        )


def _case(state: State, rules: TriageRules, fields: Mapping[str, Any]) -> Iterator[Sign]:
    """What kind of case it is."""
    weight = rules.weights
    complexity = _text(fields, "classification", "complexity")
    if complexity in ("high", "medium"):
        yield Sign(
            Signal.COMPLEXITY,
            weight[Signal.COMPLEXITY] * (1 if complexity == "high" else 0.4),
            f"its complexity is {complexity}",
        )
    if fields.get("nature") == "sensitive" or _text(fields, "urgency", "level") == "critical":
        yield Sign(Signal.SENSITIVE, weight[Signal.SENSITIVE], "the case is sensitive or critical")
    issue, intent = _text(fields, "classification", "issue_type"), _text(fields, "classification", "intent")
    known = {name.casefold(): name for name in rules.escalate}
    for value in (issue, intent):
        name = known.get(value.casefold().replace(" ", "_")) or known.get(value.casefold())
        if name is not None and Signal.TOPIC not in state.standing:
            yield Sign(
                Signal.TOPIC, weight[Signal.TOPIC], f"the matter is {TOPICS[name].meaning if name in TOPICS else name}"
            )
            break
    fits = _text(fields, "details", "fit_signal")
    if state.direct[0] and fits:
        yield Sign(
            Signal.QUALIFIED_LEAD,
            weight[Signal.QUALIFIED_LEAD],
            f'a lead that fits ({fits[:60]}) wants to talk: "{state.direct[0]}"',
            state.direct[1],
        )


def _brakes(state: State, rules: TriageRules, pulls: list[Sign]) -> Iterator[Sign]:
    """What speaks for waiting: a solution that is near, a delay that no person shortens, a plain question."""
    weight = rules.weights
    calm = (state.scores[-1] if state.scores else 0.0) > -0.2
    if state.near_age < 1 and calm and pulls:
        yield Sign(
            Signal.NEAR_RESOLUTION,
            -weight[Signal.NEAR_RESOLUTION],
            f'it is about to be solved: "{state.near[0]}"',
            state.near[1],
        )
    felt = sum(sign.weight for sign in pulls if sign.signal in (Signal.MOOD, Signal.FALLING, Signal.PRIOR_CONTACTS))
    if state.delay_age < _RECENT and felt and state.mood > _PATIENT and not state.at_the_ai and not state.failures:
        text = f'the customer is upset about a delay, not about the answers: "{state.delay[0]}"'
        yield Sign(Signal.DELAY, -weight[Signal.DELAY] * felt, text, state.delay[1])
    if state.faq[0] and state.mood > -0.2 and pulls:
        yield Sign(Signal.FAQ, -weight[Signal.FAQ], f"a question that the AI answers: {state.faq[0]}", state.faq[1])


def _felt(frustration: float) -> str:
    return (
        "furious"
        if frustration > 0.7
        else "very upset"
        if frustration > 0.45
        else "upset"
        if frustration > 0.2
        else "not happy"
    )


def _quoted(text: str) -> str:
    return f'"{text}"'


def _text(fields: Mapping[str, Any], group: str, name: str) -> str:
    inner = fields.get(group)
    value = inner.get(name) if isinstance(inner, Mapping) else None
    return value if isinstance(value, str) else ""
