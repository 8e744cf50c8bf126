"""E-mail addresses, written, hidden ("jane (at) acme (dot) example") and spoken ("a dot b at gmail dot com")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from handoff_core.privacy.digits import words_before
from handoff_core.privacy.kinds import Found, Kind

_WRITTEN: Final = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~-])(?:mailto:)?+(?P<local>[\w!#$%&*+/=?^`{|}~-][\w.!#$%&'*+/=?^`{|}~-]{0,63}+)"
    r"(?P<at>@)(?P<domain>(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62})"
)
_QUOTED: Final = re.compile(r"\"[^\"\n@]{1,60}\"@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,63}")
_JOIN: Final = r"\s*[\[({<]?\s*(?:\bdot\b|\bpunkt\b|\bpoint\b|\bpunto\b|\.)\s*[\])}>]?\s*"
_LINK: Final = r"(?:\s*[\[({<]?\s*\b(?:dot|punkt|underscore|dash|hyphen|minus|plus)\b\s*[\])}>]?\s*|[._+-])"
_AT: Final = r"(?:\s*[\[({<]\s*(?:at|@|ät)\s*[\])}>]\s*|\s+(?:at|at sign|@|ät)\s+|\s*@\s*)"
_TLD: Final = (
    r"(?:com|org|net|edu|gov|info|biz|io|co|ai|app|dev|me|us|uk|de|fr|es|it|nl|ch|at|be|se|no|dk|fi|pl|pt|ie|ca|au|nz"
    r"|in|jp|br|mx|eu|example|test)"
)
_UNITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NUMBER_WORD: Final = "|".join([*_UNITS, "oh", "double", "triple"])
_SPOKEN: Final = re.compile(
    rf"(?<![\w.@-])(?P<local>(?:(?:\b[a-z0-9]\b|\b(?:{_NUMBER_WORD})\b|\b\d{{1,4}}\b)\s+){{0,30}}"
    rf"[a-z0-9]{{1,40}}(?:{_LINK}(?:[a-z0-9]\s+){{0,30}}[a-z0-9]{{1,40}}"
    rf"|\s+(?:\d{{1,4}}\b|(?:{_NUMBER_WORD})\b)){{0,30}})"
    rf"(?P<at>{_AT})(?P<domain>[a-z0-9]{{1,40}}(?:(?:{_JOIN}|{_LINK})[a-z0-9]{{1,40}}){{0,4}}?{_JOIN}{_TLD}"
    rf"(?:{_JOIN}(?:uk|au|nz|jp|in|br|za))?)(?![\w@])",
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
_WORDS: Final = {"dot": ".", "punkt": ".", "point": ".", "punto": ".", "underscore": "_", "plus": "+"}
_DASHES: Final = {"dash": "-", "hyphen": "-", "minus": "-"}
_NUMBERS: Final = {word: str(n) for n, word in enumerate(_UNITS)}
_PIECES: Final = re.compile(r"[a-z0-9]+|[._+@-]", re.IGNORECASE)


def find_emails(text: str) -> Iterator[Found]:
    """Every address in ``text``."""
    if "@" in text:
        for match in _WRITTEN.finditer(text):
            yield Found(match.start(), match.end(), Kind.EMAIL, _normal(match["local"], match["domain"]))
        for match in _QUOTED.finditer(text):
            yield Found(match.start(), match.end(), Kind.EMAIL, match[0].lower())
    folded = text.lower()
    if len(folded) != len(text) or not _may_be_spoken(folded):
        return
    for match in _SPOKEN.finditer(text):
        local, domain, at = match["local"], match["domain"], match["at"]
        if at == "@" and _plain(local) and _plain(domain):
            continue  # the written form has it
        if _is_address(local, domain, at, words_before(text, match.start())):
            yield Found(match.start(), match.end(), Kind.EMAIL, _normal(_spelt(local), _spelt(domain)))


def _may_be_spoken(folded: str) -> bool:
    return (" at" in folded or "(at" in folded or "[at" in folded or "@" in folded or "{at" in folded or "<at" in folded
            or " ät" in folded)  # fmt: skip


def _plain(text: str) -> bool:
    return not re.search(r"[\s()\[\]{}<>]", text)


def _is_address(local: str, domain: str, at: str, before: str) -> bool:
    """Whether it is an address and not a sentence about a site ("look at acme dot com")."""
    host = _spelt(domain).partition(".")[0]
    if "@" in at or not at.strip().isalpha():
        return True
    single = local.strip().lower()
    if _NOT_LOCAL.fullmatch(single) is not None:
        return False
    structured = not single.isalpha()
    return structured or _PROVIDERS.fullmatch(host) is not None or _ADDRESSING.search(before) is not None


def _spelt(text: str) -> str:
    """Spoken words as the signs that they mean: ``a dot b`` → ``a.b``."""
    out: list[str] = []
    times = 1
    for piece in _PIECES.findall(text.lower()):
        if piece in ("double", "triple"):
            times = 2 if piece == "double" else 3
            continue
        sign = _WORDS.get(piece) or _DASHES.get(piece) or _NUMBERS.get(piece) or ("0" if piece == "oh" else piece)
        out.append(sign * times)
        times = 1
    return "".join(out)


def _normal(local: str, domain: str) -> str:
    return f"{local}@{domain}".lower()
