"""E-mail addresses, written, hidden ("jane (at) acme (dot) example") and spoken ("a dot b at gmail dot com")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from handoff_core.privacy.digits import words_before
from handoff_core.privacy.kinds import Found, Kind
from handoff_core.privacy.spoken import as_digits

_WRITTEN: Final = re.compile(
    r"(?<![\w.!#$%&*+/=?^`{|}~-])(?:mailto:)?+(?P<local>[\w!#$%&*+/=?^`{|}~-][\w.!#$%&'*+/=?^`{|}~-]{0,63}+)"
    r"(?P<at>@)(?P<domain>(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62})"
)
_QUOTED: Final = re.compile(r"\"[^\"\n@]{1,60}\"@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,63}")
_OPEN: Final = r"\s*(?:[\[({<]\s*)?"
_CLOSE: Final = r"\s*(?:[\])}>]\s*)?"
_JOIN: Final = rf"(?:,?{_OPEN}\b(?:dot|punkt|point|punto)\b,?{_CLOSE}|{_OPEN}\.{_CLOSE})"
_LINK: Final = rf"(?:,?{_OPEN}\b(?:dot|punkt|underscore|dash|hyphen|minus|plus)\b,?{_CLOSE}|[._+-])"
_AT: Final = r"(?:\s*[\[({<]\s*(?:at|@|ät)\s*[\])}>]\s*|,?\s+(?:at|at sign|@|ät),?\s+|\s*@\s*)"
_TLD: Final = (
    r"(?:com|org|net|edu|gov|info|biz|io|co|ai|app|dev|me|us|uk|de|fr|es|it|nl|ch|at|be|se|no|dk|fi|pl|pt|ie|ca|au|nz"
    r"|in|jp|br|mx|eu|example|test)"
)
_UNITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_COUNTED: Final = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    *("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
)
_NUMBER_WORDS: Final = (*_UNITS, "oh", "double", "triple", *_COUNTED)
_NUMBER_WORD: Final = "|".join(_NUMBER_WORDS)
_WITHOUT_TLD: Final = r"gmail|g mail|googlemail|yahoo|hotmail|hot mail|outlook|icloud|i cloud|protonmail|aol|gmx"
"""Whoever says "jane dot doe at gmail" has told an address."""
_SINGLE: Final = rf"(?:[a-z]|\d{{1,4}}|{_NUMBER_WORD})\b"
_LONGER: Final = (
    rf"(?!{_SINGLE}|(?:at|ät|dot|punkt|underscore|dash|hyphen|minus|plus)\b)[a-z0-9]{{1,40}}+"
    rf"(?:\s+(?:\d{{1,4}}|{_NUMBER_WORD})\b){{0,30}}+"
)
_SEGMENT: Final = rf"(?:(?:{_SINGLE}\s+){{0,30}}+{_LONGER}|{_SINGLE}(?:\s+{_SINGLE}){{0,30}}+)"
"""What stands between two signs: letters and numbers one by one, or a word, and never both ways for the same text.

Whoever gives a pattern two ways to read "1 2 3" gives it two to the power of thirty for thirty digits.
"""
_SPOKEN: Final = re.compile(
    rf"(?<![\w.@-])(?<!\w['’])(?P<local>{_SEGMENT}(?:{_LINK}{_SEGMENT}){{0,30}})"
    rf"(?P<at>{_AT})(?P<domain>(?:(?:(?:g|hot|proton|fast|google) mail|out look|i cloud)|[a-z0-9]{{1,40}})"
    rf"(?:(?:{_JOIN}|{_LINK})[a-z0-9]{{1,40}}){{0,4}}?{_JOIN}{_TLD}"
    rf"(?:{_JOIN}(?:uk|au|nz|jp|in|br|za))?|(?P<bare>{_WITHOUT_TLD}))(?![\w@])",
    re.IGNORECASE,
)
_ABROAD_LINK: Final = (
    rf"(?:,?{_OPEN}\b(?:dot|punto|point|ponto|punkt|underscore|unterstrich|gui[oó]n bajo|gui[oó]n|tiret|bindestrich"
    rf"|minus|dash)\b,?{_CLOSE}|[._+-])"
)
_ABROAD: Final = re.compile(
    rf"(?<![\w.@-])(?P<local>(?:[a-z0-9]\s+){{0,30}}[a-z0-9]{{1,40}}(?:{_ABROAD_LINK}[a-z0-9]{{1,40}}){{0,30}})"
    rf",?\s+(?:arroba|arobase|arobas|chiocciola|klammeraffe),?\s+"
    rf"(?P<domain>[a-z0-9]{{1,40}}(?:{_ABROAD_LINK}[a-z0-9]{{1,40}}){{1,5}})(?![\w@])",
    re.IGNORECASE,
)
"""Spanish, French, Italian and German have a word for the sign that means nothing else."""
_UNDERSCORED: Final = re.compile(
    r"(?<![\w.@-])(?P<local>[a-z0-9]{1,40}(?:[._-][a-z0-9]{1,40}){0,6}?)_at_"
    rf"(?P<domain>[a-z0-9-]{{1,40}}(?:_[a-z0-9-]{{1,40}}){{0,6}}?_dot_{_TLD})(?![\w@])",
    re.IGNORECASE,
)
_PROVIDERS: Final = re.compile(
    r"(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|proton|protonmail|aol|gmx|web|live|msn|me|mac|fastmail"
    r"|zoho)",
    re.IGNORECASE,
)
_NOT_LOCAL: Final = re.compile(
    r"(?:me|us|look|looking|looked|you|it|him|her|them|shop|shopped|order|ordered|site|page|is|was|am|are|be"
    r"|we|i|buy|bought|meet|met|work|works|working|stay|here|there|on|or|and|find|found|available|sold|sell"
    r"|arrive|that|this|one|out|up|login|sign|signed|register|registered|store|people|team|visit|arrived"
    r"|live|based|time|error|support)",
    re.IGNORECASE,
)
_ADDRESSING: Final = re.compile(
    r"\b(?:e-?mails?|mails?|address|adresse|reach|write|contact|send|correo|courriel)\b", re.IGNORECASE
)
_TELLING: Final = re.compile(r"\b(?:it|that)['’]s\s{1,3}$", re.IGNORECASE)
_SIGNS: Final = {
    **dict.fromkeys(("dot", "punkt", "point", "punto", "ponto"), "."),
    **dict.fromkeys(("underscore", "unterstrich"), "_"),
    **dict.fromkeys(("dash", "hyphen", "minus", "tiret", "guion", "guión", "bindestrich"), "-"),
    "plus": "+",
}
_PIECES: Final = re.compile(r"[a-zó0-9]+|[._+@-]", re.IGNORECASE)
_TIMES: Final = {"double": 2, "triple": 3}
_YEARS: Final = re.compile(rf"\b(?:{'|'.join(_COUNTED)})\b", re.IGNORECASE)
_SAID_LINK: Final = re.compile(r"\b(?:dot|punkt|underscore)\b", re.IGNORECASE)


def find_emails(text: str) -> Iterator[Found]:
    """Every address in ``text``."""
    if "@" in text:
        for match in _WRITTEN.finditer(text):
            start, local = match.start(), match["local"]
            if "='" in local:  # what stands before a quote is the name of a field
                name, _, local = local.rpartition("='")
                start = match.start("local") + len(name) + 2
            if local:
                yield Found(start, match.end(), Kind.EMAIL, _normal(local, match["domain"]))
        for match in _QUOTED.finditer(text):
            yield Found(match.start(), match.end(), Kind.EMAIL, match[0].lower())
    folded = text.lower()
    if len(folded) != len(text):
        return
    if "arrob" in folded or "arobas" in folded or "chiocciola" in folded or "klammeraffe" in folded:
        for match in _ABROAD.finditer(text):
            yield Found(
                match.start(), match.end(), Kind.EMAIL, _normal(_spelt(match["local"]), _spelt(match["domain"]))
            )
    if "_at_" in folded and "_dot_" in folded:
        for match in _UNDERSCORED.finditer(text):
            said = (match[part].replace("_dot_", ".") for part in ("local", "domain"))
            yield Found(match.start(), match.end(), Kind.EMAIL, _normal(*said))
    if not _may_be_spoken(folded):
        return
    for match in _SPOKEN.finditer(text):
        local, domain, at = match["local"], match["domain"], match["at"]
        if at == "@" and _plain(local) and _plain(domain):
            continue  # the written form has it
        if match["bare"] is not None and _SAID_LINK.search(local) is None:
            continue
        if _is_address(local, domain, at, words_before(text, match.start())):
            host = _spelt(domain) if match["bare"] is None else f"{_spelt(domain)}.com"
            yield Found(match.start(), match.end(), Kind.EMAIL, _normal(_spelt(local), host))


def _may_be_spoken(folded: str) -> bool:
    return (" at" in folded or "(at" in folded or "[at" in folded or "@" in folded or "{at" in folded or "<at" in folded
            or " ät" in folded or "\u3000at" in folded)  # fmt: skip


def _plain(text: str) -> bool:
    return not re.search(r"[\s()\[\]{}<>]", text)


def _is_address(local: str, domain: str, at: str, before: str) -> bool:
    """Whether it is an address and not a sentence about a site ("look at acme dot com")."""
    host = _spelt(domain).partition(".")[0]
    if "@" in at or not at.replace(",", " ").strip().isalpha():
        return True
    single = _YEARS.sub("", local).strip().lower()  # "since nineteen eighty at acme dot com" tells a year
    if _NOT_LOCAL.fullmatch(single) is not None:
        return False
    if _PROVIDERS.fullmatch(host) is not None:
        return True
    if "," in at:  # a clause of its own begins there, unless what stands before it is one half of an address
        return not _spelt(local).isalnum()
    if at.strip() == "AT" and not local.isupper():
        return True  # "jane AT acme DOT com" hides an address
    return not single.isalpha() or _ADDRESSING.search(before) is not None or _TELLING.search(before) is not None


def _spelt(text: str) -> str:
    """Spoken words as the signs that they mean: ``a dot b`` → ``a.b``, ``bob nineteen eighty`` → ``bob1980``."""
    out: list[str] = []
    numbers: list[str] = []
    for piece in _PIECES.findall(f"{text.lower().replace('guion bajo', '_').replace('guión bajo', '_')} "):
        if piece in _NUMBER_WORDS:
            numbers.append(piece)
            continue
        times = _TIMES[numbers.pop()] if numbers and numbers[-1] in _TIMES else 1
        out += [as_digits(" ".join(numbers))[0], _SIGNS.get(piece, piece) * times]
        numbers.clear()
    return "".join([*out, as_digits(" ".join(numbers))[0]])


def _normal(local: str, domain: str) -> str:
    return f"{local}@{domain}".lower()
