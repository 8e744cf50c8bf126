"""HO101 to HO109: what must be there, because of the packet's nature or of its lane."""

from __future__ import annotations

from collections.abc import Iterator

from handoff_core.packet import Lane, Nature, Packet
from handoff_core.packet.expression import Expression
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule


def _ambiguous_without_unknowns(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.nature is Nature.AMBIGUOUS and not packet.unknowns:
        yield "unknowns", "The case is called ambiguous, but nothing is named that is not known."


def _sensitive_without_risk(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.nature is Nature.SENSITIVE and not (packet.risk or "").strip():
        yield "risk", "The case is called sensitive, but no risk is named."


def _missing_for_lane(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    for path in context.require.get(packet.lane.value, ()):
        value = Expression.parse(path).evaluate(packet, {})
        if value is None or (isinstance(value, str) and not value.strip()):
            yield path, f"The lane {packet.lane.value} needs {path}, and the packet does not say it."


def _no_definition_of_done(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if not any(text.strip() for text in packet.definition_of_done):
        yield "definition_of_done", "Nothing says when the next step is finished."


def _support_without_history(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.lane is not Lane.SUPPORT:
        return
    note = context.read(packet)
    missing = [
        words
        for name, words, said in (
            ("prior_contacts", "earlier contacts", ("first contact", "no earlier", "no prior", "no previous")),
            ("commitments", "what was promised", ("nothing was promised", "nothing promised", "no promise")),
            ("told_customer", "what the customer was told", ("nothing was told", "told nothing", "not told anything")),
        )
        if not getattr(packet, name)
        and name not in packet.model_fields_set
        and not any(words in note.blob for words in said)
    ]
    if missing:
        yield (
            "prior_contacts" if len(missing) == 3 else _path(missing[0]),
            f"The note does not say: {_listed(missing)}.",
        )


def _path(words: str) -> str:
    return {"earlier contacts": "prior_contacts", "what was promised": "commitments"}.get(words, "told_customer")


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _nature_not_said(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.nature is None:
        yield "nature", "Nothing says whether the case is routine, ambiguous or sensitive."


RULES: tuple[Rule, ...] = (
    PlaceRule(
        code="HO101",
        name="ambiguous-without-unknowns",
        severity="warning",
        why="Who takes over an ambiguous case must know what to find out.",
        fix="List in unknowns what is missing, and why it matters; or call the case routine.",
        demand="Where nature is ambiguous, list in unknowns what is missing, and why it matters.",
        places=_ambiguous_without_unknowns,
        passing={"nature": "ambiguous", "unknowns": [{"question": "Is the boiler under warranty?"}]},
        failing={"nature": "ambiguous"},
    ),
    PlaceRule(
        code="HO102",
        name="sensitive-without-risk",
        severity="error",
        why="Who takes over a sensitive case must know what a wrong word can do.",
        fix="Say in risk what could go wrong.",
        demand="Where nature is sensitive, say in risk what a wrong word could do.",
        places=_sensitive_without_risk,
        passing={"nature": "sensitive", "risk": "He has asked for our insurer once already."},
        failing={"nature": "sensitive"},
    ),
    PlaceRule(
        code="HO103",
        name="missing-for-lane",
        severity="error",
        why="The business has said that nobody can work on this lane without it.",
        fix="Ask for it before handing over; if it cannot be had, say so in unknowns and hand over all the same.",
        demand="",
        places=_missing_for_lane,
        passing={"details": {"order_id": "A-1001"}},
        failing={"details": {"product": "HX-20"}},
    ),
    PlaceRule(
        code="HO104",
        name="no-definition-of-done",
        severity="warning",
        why="Without an end, a step is done twice, or never closed.",
        fix='Say in definition_of_done what is true when the step is finished, e.g. "The heating runs again".',
        places=_no_definition_of_done,
        passing={"definition_of_done": ["The heating runs for ten minutes"]},
        failing={"definition_of_done": None},
    ),
    PlaceRule(
        code="HO105",
        name="support-without-history",
        severity="warning",
        why="A person who does not know what came before asks again, and may contradict a promise.",
        fix="Fill prior_contacts, commitments and told_customer; an empty list says that there is nothing.",
        lanes=(Lane.SUPPORT,),
        places=_support_without_history,
        passing={"prior_contacts": [], "commitments": [], "told_customer": ["The visit is free"]},
        failing={"prior_contacts": None, "commitments": None},
    ),
    PlaceRule(
        code="HO106",
        name="nature-not-said",
        severity="info",
        why="A reader handles a routine case at once, and thinks first about the others.",
        fix="Set nature to routine, ambiguous (with unknowns) or sensitive (with risk).",
        places=_nature_not_said,
        passing={"nature": "routine"},
        failing={"nature": None},
    ),
)
