"""English words of customers that nobody may overlook, and how a note shows that it knows. Tables, no rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Alarm:
    """A matter by its name for people.

    ``said``: how customers say it; ``hints``: one of them stands in whatever ``said`` finds; ``in_note``: any sign
    of it in the note.
    """

    name: str
    hints: tuple[str, ...]
    said: re.Pattern[str]
    in_note: re.Pattern[str]


def _any(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})", re.IGNORECASE)


def _split(hints: str) -> tuple[str, ...]:
    return tuple(hints.split("|"))


ALARMS: Final = (
    Alarm(
        "gas or smoke",
        _split("gas|carbon mono|fire|spark|smok|burn|shock|explo"),
        _any(r"(?:smell(?:s|ing)?|smelt|leak(?:s|ing)?|odou?r) (?:of |like |some )?gas\b|gas (?:smell|leak|odou?r)|"
             r"carbon monoxide|(?:on|caught|catch(?:ing)?) fire\b|there(?:'s| is| was) (?:a )?fire\b|"
             r"sparks?\b(?! plug)|"
             r"smoke (?:is |was )?(?:coming|pouring|rising|from|out)|burn(?:ing|t) (?:smell|plastic)|"
             r"electric(?:al)? shock|"
             r"(?:exploded|explosion)\b"),
        _any(r"gas\b|smoke|fire\b|spark|burn|carbon monoxide|shock|explo|danger|safety"),
    ),
    Alarm(
        "water that is running out",
        _split("flood|burst|water|ceiling"),
        _any(r"flood(?:ed|ing|s)?\b|burst (?:pipe|main)|pipe (?:has |just )?burst|water (?:is )?(?:pouring|"
             r"everywhere|running "
             r"(?:down|through|into)|coming (?:through|down|out))|ceiling (?:is )?(?:coming down|dripping|collaps)"),
        _any(r"flood|burst|leak|water\b|pour|ceiling"),
    ),
    Alarm(
        "an injury or an illness",
        _split("chest|breathe|bleed|unconsc|ambul|hospital|injur|hurt|allerg|overdose|kill|suicid|oxygen|dialysis|insulin"),
        _any(r"chest pains?\b|can(?:'t|not|’t) breathe|bleeding\b|unconscious|ambulance|(?:in|to) (?:the )?hospital|"
             r"(?:was|got|been|is|badly) (?:injured|hurt)\b|allergic reaction|overdose|kill myself|suicid|"
             r"hurt myself|"
             r"oxygen (?:machine|concentrator|tank|supply)|dialysis|insulin"),
        _any(r"chest|breath|bleed|unconscious|ambulance|hospital|injur|hurt\b|allerg|overdose|suicid|self-harm|"
             r"oxygen|"
             r"dialysis|insulin|medical|health|emergency"),
    ),
    Alarm(
        "a lawyer, a court or an authority",
        _split("lawyer|attorney|solicitor|suit|legal|small claims|court|sue |suing|ombudsman|better |to the |consumer"),
        _any(r"lawyers?\b|attorneys?\b|solicitors?\b|law ?suit|legal action|small claims|(?:take|see|"
             r"taking) you (?:to|in) "
             r"court|sue (?:you|them|your|the company|acme)|suing\b|ombudsman|better business bureau|"
             r"(?:report|reporting|complain) (?:you )?to the (?:police|regulator|authorit|data protection|"
             r"attorney general)|"
             r"consumer protection"),
        _any(r"lawyer|attorney|solicitor|lawsuit|legal|court|sue\b|suing|claim|ombudsman|better business|police|"
             r"regulator|authorit|consumer protection|counsel"),
    ),
    Alarm(
        "fraud, or somebody else in the account",
        _split("fraud|theft|hack|stole|authori|never ma|not ma|n't make|n’t make|someone|phish"),
        _any(r"fraud(?:ulent(?:ly)?)?\b|identity theft|(?:been|was|got|account is|am) hacked|hacked (?:my|our|into)|"
             r"stole(?:n)? (?:my|from|card|identity|money)|"
             r"(?:card|phone|laptop|wallet|purse) (?:was|is|has been|got) stolen|"
             r"(?:did(?:n't|n’t| not)|never) "
             r"(?:authori[sz]e|make|made) (?:this|that|the|these|those) (?:charge|payment|transfer|purchase|"
             r"transaction)|"
             r"unauthori[sz]ed (?:charge|payment|transfer|access|transaction)|someone (?:else )?(?:is using|"
             r"logged in|has "
             r"access|used my)|phishing"),
        _any(r"fraud|identity theft|hack|stole|theft|unauthori|not authori|phish|security|someone else|disput"),
    ),
    Alarm(
        "a small child or somebody frail",
        _split("born|infant|baby|old|small child|pregnant|wheel|disabled|elderly|frail|sick|bedridden"),
        _any(r"(?:new ?born|newborn|infant|my baby|a baby|our baby|weeks? old|months? old (?:baby|son|daughter|"
             r"child|boy|girl)|"
             r"small child|pregnant|wheel ?chair|disabled (?:son|daughter|mother|father|husband|wife)|"
             r"(?:elderly|frail|sick|bedridden) (?:mother|father|parent|husband|wife|man|woman|neighbou?r))"),
        _any(r"newborn|new-born|infant|baby|child|pregnan|wheelchair|disab|elderly|frail|vulnerable|mother|"
             r"father|weeks|months"),
    ),
)  # fmt: skip

HURRY_HINTS: Final = _split("urgen|asap|a.s.a.p|as soon as|emergency|right away|sensitive|life or|wait")
MOOD_HINTS: Final = _split(
    "accept|outrag|ridicul|furious|angry|livid|fed up|disgust|appal|service|sick|incomp|upset|frustr|disapp|annoy|"
    "tired of"
)
HURRY: Final = re.compile(
    r"\b(?:urgent(?:ly)?|urgency|asap|a\.s\.a\.p|as soon as (?:humanly )?possible|emergency|right away|"
    r"time[- ]sensitive|"
    r"life or death|can(?:['’]t|not) wait)\b",
    re.IGNORECASE,
)
MOOD: Final = re.compile(
    r"\b(?:unacceptable|outrageous|ridiculous|furious|angry|livid|fed up|disgusted|disgusting|appalling|"
    r"worst service|"
    r"terrible service|sick and tired|sick of this|tired of (?:this|all|calling|waiting|being)|incompetent|"
    r"(?:very|so|really|extremely|incredibly) (?:upset|disappointed|disappointing|frustrated|frustrating|annoyed|"
    r"annoying))\b",
    re.IGNORECASE,
)
MOOD_IN_NOTE: Final = re.compile(
    r"\b(?:angry|anger|upset|frustrat|furious|annoy|irritat|disappoint|unhappy|livid|complain|mood|emotion|tone|"
    r"fed up|unacceptable|outrag|hostile|stress|worried|distress|patience|apolog)"
)
SOLVED_HINTS: Final = _split(
    "it work|works now|works perfect|working |is fixed|fixed it|solved|i'm in|i’m in|did the trick"
)
SOLVED: Final = re.compile(
    r"\b(?:it works(?: (?:now|perfectly|fine|again|great))|it worked(?: perfectly| now)?[.!]|"
    r"(?:it['’]s|it is) (?:all )?working (?:now|again|fine|perfectly)|"
    r"that (?:fixed|solved) (?:it|the (?:issue|problem))|(?:it['’]s|it is|is) fixed|"
    r"(?:problem|issue) (?:is|has been) (?:solved|fixed|resolved)|yes, i['’]m in\b|that did the trick)",
    re.IGNORECASE,
)
"""How customers say that they are helped."""
STILL_OPEN: Final = re.compile(r"\b(?:but|still|again|until|only|except|however|yet|another|other)\b", re.IGNORECASE)
"""Beside it or after it: something is left."""
SOLVED_IN_NOTE: Final = re.compile(
    r"\b(?:works|worked|working again|fixed|solved|resolved|helped|successful|is in again|done|restored)"
)
_DENIAL = re.compile(
    r"\b(?:not|no|n['’]t|never|isn['’]t|wasn['’]t|don['’]t|doesn['’]t|without|nothing|hardly|no longer|neither)"
    r"(?: \w+){0,3} ?$",
    re.IGNORECASE,
)


def is_denied(text: str, found: re.Match[str]) -> bool:
    """Whether what was found is said not to be so (``it is not urgent``)."""
    before = text[max(0, found.start() - 40) : found.start()].rpartition(".")[2].rpartition(",")[2]
    return _DENIAL.search(before) is not None
