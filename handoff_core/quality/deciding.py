"""Whether a sentence says that a matter is decided: given, refused or promised, and by no person who is named.

English only, by words that stand around the matter. What is a condition, a question, another's words, or a request to
decide it is no decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff_core.quality.matters import Mention, may_mention, mentions_of

AROUND = 300
"""Characters on each side of a matter that are read: a sentence without end costs no more than a long one."""
MOST_MENTIONS = 300
"""Mentions of a matter in one sentence that are looked at."""
_SENTENCE = re.compile(r"[^.!?\n;]+(?:\.(?=\S)[^.!?\n;]+)*[.!?;]?")

_AI = r"(?:i|we|(?:the )?(?:ai|bot|chatbot|assistant|virtual assistant|ai agent|agent))"
_AUX = (
    r"(?:['’](?:ve|ll|m|re|s))?(?: (?:have|has|had|will|shall|am|are|is|can|do|did|now|just|already|hereby|gladly|been|"
    r"be|going|to|also|then|happily|immediately|gone ahead and|went ahead and|happy to|glad to|pleased to|able to))*"
)
_GIVES = (
    r"approv(?:e|es|ed|ing)|grant(?:s|ed|ing)?|issu(?:e|es|ed|ing)|offer(?:s|ed|ing)?|waiv(?:e|es|ed|ing)|"
    r"reject(?:s|ed|ing)?|den(?:y|ies|ied|ying)|declin(?:e|es|ed|ing)|authori[sz](?:e|es|ed|ing)|decid(?:e|es|ed|ing)|"
    r"agree(?:s|d|ing)?|accept(?:s|ed|ing)?|refus(?:e|es|ed|ing)|promis(?:e|es|ed|ing)|guarantee(?:s|d|ing)?|"
    r"settl(?:e|es|ed|ing)"
)
_DOES = (
    r"giv(?:e|es|en|ing)|gave|appl(?:y|ies|ied|ying)|process(?:es|ed|ing)?|credit(?:s|ed|ing)?|confirm(?:s|ed|ing)?|"
    r"arrang(?:e|es|ed|ing)|initiat(?:e|es|ed|ing)|start(?:s|ed|ing)?|submit(?:s|ted|ting)?|put(?:ting)? through|"
    r"add(?:s|ed|ing)?|complet(?:e|es|ed|ing)"
)
"""Verbs that decide a matter, but not a request for it: I have processed your refund, I have submitted your request."""
_GIVEN_TO = (
    r"approved|granted|given|issued|offered|waived|rejected|denied|declined|authori[sz]ed|agreed|accepted|refused|"
    r"promised|guaranteed"
)
_BY_AI = re.compile(rf"\b{_AI}{_AUX} (?:{_GIVES})\b", re.IGNORECASE)
_DONE_BY_AI = re.compile(rf"\b{_AI}{_AUX} (?:{_DOES})\b", re.IGNORECASE)
_AI_BEFORE = re.compile(rf"\b{_AI}{_AUX}\s*$", re.IGNORECASE)
"""Before the matter as a verb: I refunded, we will refund, the AI has cancelled."""
_WAS_BEFORE = re.compile(
    r"(?:\b(?:has|have|had|was|were|been|got|will be|are|is|consider (?:it|the [\w-]+|your [\w-]+))|['’]ve been|['’]re|"
    r"['’]ll be)(?: now| already| been| fully)*\s*$",
    re.IGNORECASE,
)
"""Before the matter as a participle: has been refunded, you were refunded."""
_PARTICIPLE = re.compile(r"\w+(?:ed|id|ld|nt)\b", re.IGNORECASE)
_WAS_PROMISED = re.compile(rf"\b(?:was|were|been|being|be) (?:{_GIVEN_TO}) (?P<between>[^.!?]*)$", re.IGNORECASE)
"""He was promised a refund."""
_ADJECTIVE = re.compile(rf"^(?:{_GIVEN_TO}) (?:[\w$€£%.,]+ ){{0,3}}$", re.IGNORECASE)
"""Approved refund of 49 dollars; at the beginning only."""
_IS = r"\b(?:has|have|had|was|were|is|are|will|shall|being)(?: now| already| been| be| hereby)*"
_GIVEN_AFTER = re.compile(rf"{_IS} (?:{_GIVEN_TO})\b", re.IGNORECASE)
_DONE_AFTER = re.compile(
    rf"{_IS} (?:applied|processed|credited|settled|decided|arranged|initiated|started|confirmed|completed?|coming|"
    r"on (?:its|the) way|arrive)\b",
    re.IGNORECASE,
)
"""As ``_DOES``: of a request for it, it says nothing."""
_ARRIVES_AFTER = re.compile(
    r"^(?: of [\w$€£.,]+(?: \w+)?)?[ ,]*(?:(?:will|should)(?: then| also)? "
    r"(?:be (?:in|on|with|back|paid|sent|there|credited)\b|"
    r"(?:arrive|reach|show up|go out|come)\b)|(?:goes|is going|went) out\b|(?:arrives|reaches|comes)\b)",
    re.IGNORECASE,
)
"""Your refund will be in your account, the refund goes out today: what is on its way is given."""
_OFF_BY_AI = re.compile(
    rf"\b{_AI}{_AUX} (?:giv(?:e|es|en|ing)|gave|tak(?:e|es|en|ing)|took|offer(?:s|ed|ing)?|appl(?:y|ied|ying)|knock)"
    r"(?: you| them| off)? (?:an? (?:extra |further )?)?"
    r"(?:\d+(?:[.,]\d+)? ?(?:%|percent|per cent)|[$€£] ?\d[\d.,]*|"
    r"\d[\d.,]* (?:dollars|euros?|pounds)) off\b",
    re.IGNORECASE,
)
"""A discount that is not called one."""
_YOURS = re.compile(
    r"\byou(?:['’]ll| will|['’]re going to| are going to| shall)? (?:get|receive|have|are getting|are entitled to|"
    r"are owed|qualify for)\b|\b(?:entitled to|qualif(?:y|ies) for|gets|receives|will get|will receive)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    rf"\b{_AI}(?: (?:do not|will not|are not going to|am not going to)|['’]?(?: do| wo)n['’]t| don['’]t| won['’]t)"
    r"(?: (?:offer|give|grant|issue|accept|waive))?(?: you)?(?: an?y?| the| this)?\s*$|"
    r"\b(?:not|never) (?:eligible|entitled|qualified) (?:for|to) (?:an? |the |any )?$",
    re.IGNORECASE,
)
"""We do not refund, you are not entitled to a refund: to refuse is to decide too."""
_NONE_GIVEN = re.compile(
    r"^[^.!?]{0,30}\b(?:will|can|is going to) be (?:given|granted|issued|offered|made|paid)\b", re.IGNORECASE
)
_SHORT_VERDICT = re.compile(
    rf"^[\s:,–-]*(?:of [\w.,$€£ ]{{1,30}} )?(?:{_GIVEN_TO}|confirmed|initiated|processed|completed)\b"
    r"(?!['’\"”]? (?:errors?|messages?|notices?|codes?|screens?)\b)",
    re.IGNORECASE,
)
"""Refund of 49 dollars approved; but "access denied" is also what machines print."""
_CLAUSE = re.compile(r"[:,–]\s+|\s-\s")
_GIVEN = re.compile(
    r"^(?:(?:an?|the|your|his|her|their|\w+['’]s|full|partial|complete|free|\d+ ?%?|[$€£]\d[\d.,]*)[\s-]+)*$",
    re.IGNORECASE,
)
"""What may stand before a matter that is itself the promise: a full refund."""
_PROMISED = re.compile(
    r"^\s*(?:$|[.!,;(]|(?:of|for|within|by|in|before|on|to|at|today|tomorrow|this|next)\b)", re.IGNORECASE
)
"""What may follow it: a full refund of 49 dollars, within five days."""
_OTHER_DEED = re.compile(
    r"\b(?:if|that|whether|until|unless|not|no|about|regarding|concerning|asks?|discuss|checks?|look|call|answers?|"
    r"information)\b",
    re.IGNORECASE,
)
_ABOUT_IT = re.compile(
    r"^[\s-]*(?:requests?|questions?|inquir(?:y|ies)|enquir(?:y|ies)|decisions?|polic(?:y|ies)|forms?|claims?|cases?|"
    r"topics?|terms|options?|matters?|teams?|departments?|desk|status|process|links?|instructions?|details|information)\b",
    re.IGNORECASE,
)
"""What is said about a matter without deciding it."""
_OPEN_BEFORE = re.compile(
    r"\b(?:if|once|until|unless|when|whether|before|after|as soon as|not|never|no|nobody|cannot|could|would|may|might|"
    r"should|must|needs?|pending|asks?|asked|asking|wants?|wanted|requests?|requested|says|said|claims|claimed|told|"
    r"believes?|hopes?|expects?|thinks?|why|who|how|check|checks|checking|review|reviews|ask|decide whether)\b"
    r"[^.!?]{0,80}$|n['’]t [^.!?,]{0,40}$",
    re.IGNORECASE,
)
_OPEN_AFTER = re.compile(
    r"^[^.!?]{0,60}\b(?:if|once|as soon as|only when|unless|until|provided|pending|subject to)\b|^[^.!]{0,80}\?",
    re.IGNORECASE,
)
_BY_PERSON = re.compile(
    r"\bby (?!(?:the )?(?:AI|ai|bot|chatbot|assistant|agent|system)\b)"
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:January|February|March|April|May|June|July|August|September|"
    r"October|November|December)\b)(?:[A-Z][\w'’-]+|(?:my|our|the|a|an|his|her|your) (?!end\b|day\b|week\b|\d))"
)
_PERSON_WILL = re.compile(
    r"\b(?:will|must|has to|have to|needs? to|to) "
    r"(?:decide|review|approve|check|confirm|look at|be decided|be approved)\b",
    re.IGNORECASE,
)


def decides(text: str, matter: str, *, promise: bool = False) -> bool:
    """Whether a text says that ``matter`` is decided. ``promise``: naming it there is promising it (a commitment)."""
    if _is_discount(matter) and any(_takes_off(sentence) for sentence in _sentences(text)):
        return True
    if not may_mention(text, matter):
        return False
    return any(
        _decides_at(sentence, place, promise)
        for sentence in _sentences(text)
        for place in mentions_of(sentence, matter)[:MOST_MENTIONS]
    )


def _is_discount(matter: str) -> bool:
    return bool(mentions_of("discount", matter) or mentions_of("price reduction", matter))


def _takes_off(sentence: str) -> bool:
    found = _OFF_BY_AI.search(sentence) if " off" in sentence else None
    if found is None or sentence.rstrip().endswith("?"):
        return False
    before, after = sentence[: found.start()], sentence[found.end() :]
    return not (_OPEN_BEFORE.search(before) or _OPEN_AFTER.search(after) or _PERSON_WILL.search(sentence))


def _sentences(text: str) -> Iterator[str]:
    for found in _SENTENCE.finditer(text):
        yield found[0].strip()


def _decides_at(sentence: str, place: Mention, promise: bool) -> bool:
    before, after = sentence[max(place.start - AROUND, 0) : place.start], sentence[place.end : place.end + AROUND]
    words = sentence[place.start : place.end]
    if _OPEN_AFTER.search(after) or _BY_PERSON.search(after) or _PERSON_WILL.search(before + words + after):
        return False
    about = bool(_ABOUT_IT.search(after))
    if not about and (_DENIES.search(before) or (before.lower() == "no " and _NONE_GIVEN.search(after))):
        return True
    for pattern, decides_requests in ((_BY_AI, True), (_DONE_BY_AI, False)):
        found = pattern.search(before)
        if found is None or (about and not decides_requests) or _OPEN_BEFORE.search(before[: found.start()]):
            continue
        if not _OTHER_DEED.search(before[found.end() :]):
            return True
    if _OPEN_BEFORE.search(before):
        return False
    return (
        _said_before(before, words, about)
        or _said_after(before, after, about)
        or (promise and bool(_GIVEN.match(before) and _PROMISED.search(after)))
    )


def _said_before(before: str, words: str, about: bool) -> bool:
    """I refunded; has been refunded; was promised a refund; you get a full refund; approved refund."""
    if (_AI_BEFORE.search(before) or _ADJECTIVE.match(before)) and not about:
        return True
    if _WAS_BEFORE.search(before) and _PARTICIPLE.fullmatch(words):
        return True
    promised = _WAS_PROMISED.search(before)
    if promised is not None and not _OTHER_DEED.search(promised["between"]):
        return True
    yours = _YOURS.search(before)
    return yours is not None and not about and bool(_GIVEN.match(before[yours.end() :].lstrip()))


def _said_after(before: str, after: str, about: bool) -> bool:
    """The refund has been approved; refund of 49 dollars: approved."""
    later = _GIVEN_AFTER.search(after[:80]) or (None if about else _DONE_AFTER.search(after[:80]))
    if later is not None and not _OTHER_DEED.search(after[: later.start()]):
        return True
    if not about and _ARRIVES_AFTER.search(after[:80]):
        return True
    return bool(_SHORT_VERDICT.search(after) and _GIVEN.match(_CLAUSE.split(before)[-1]))
