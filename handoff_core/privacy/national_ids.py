"""Numbers that a state gives to a person. Checksums by python-stdnum; what has no shape of its own needs a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final

from handoff_core.privacy.digits import digits_of
from handoff_core.privacy.kinds import Found, Kind


@dataclass(frozen=True, slots=True)
class _Shape:
    """``check``: the module of python-stdnum that knows the checksum; None where there is none.

    ``named``: words of which one must stand shortly before; None where the shape alone is enough.
    """

    digits: str
    pattern: re.Pattern[str]
    check: str | None
    named: re.Pattern[str] | None = None


_BEFORE: Final = r"(?<![\w/#.-])"
_AFTER: Final = r"(?![\w/]|[.-]\d)"


def _shape(pattern: str, check: str | None, named: str | None = None) -> _Shape:
    return _Shape(
        pattern,
        re.compile(rf"{_BEFORE}(?:{pattern}){_AFTER}", re.IGNORECASE),
        check,
        re.compile(rf"(?:{named})[^\n]{{0,40}}$", re.IGNORECASE) if named else None,
    )


def _labelled(pattern: str, label: str) -> _Shape:
    """What a label directly before it names: whoever mistyped a digit of his number has still told it."""
    return _Shape(
        pattern,
        re.compile(rf"{_BEFORE}(?:{pattern}){_AFTER}", re.IGNORECASE),
        None,
        re.compile(rf"(?:{label})[^\W\d]*[^\w\n]{{0,4}}(?:(?:{_LINKS})\b[^\w\n]{{0,4}}){{0,4}}$", re.IGNORECASE),
    )


_LINKS: Final = (
    r"numbers?|no|nr|num|nummer|n[úu]mero|num[ée]ro|code|id|is|was|as|are|it|its|s|my|the|his|her|given|reads?|ist|war|lautet"
    r"|est|es|er|is het"
)
"""Words that may stand between a label and its number."""
_SSN: Final = r"\bssn|social(?: security)?|\btax(?:payer)? id|\bitin|last four of"
_SIN: Final = r"\bsin\b|social insurance"
_SHAPES: Final = (
    _shape(r"\d{3}-\d{2}-\d{4}", "us.ssn"),
    _shape(r"9\d{2}-\d{2}-\d{4}", "us.itin"),
    _shape(r"\d{3}[ .]?\d{2}[ .]?\d{4}", "us.ssn", _SSN),
    _shape(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]", "ni"),
    _shape(r"\d{3}[ -]?\d{3}[ -]?\d{4}", "gb.nhs", r"\bnhs"),
    _shape(
        r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}", "de.idnr", r"steuer|\bid-?nr|\bidentifikationsnummer|tax (?:id|number)|\btin\b"
    ),
    _shape(r"\d{2}[ ]?\d{6}[ ]?[A-Z][ ]?\d{3}", None, r"rentenversicherung|sozialversicherung|\bsvnr|\brvnr"),
    _shape(r"[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}", "fr.nir"),
    _shape(r"\d{8}[ -]?[A-Z]", "es.dni"),
    _shape(r"[XYZ][ -]?\d{7}[ -]?[A-Z]", "es.nie"),
    _shape(r"\d{9}|\d{4}[ .]\d{2}[ .]\d{3}", "nl.bsn", r"\bbsn|burgerservice|sofi"),
    _shape(r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]", "it.codicefiscale"),
    _shape(r"\d{11}", "pl.pesel", r"pesel"),
    _shape(r"(?:\d{2})?\d{6}[-+]\d{4}", "se.personnummer"),
    _shape(r"\d{6}[-+A-FYXWVU]\d{3}[0-9A-Y]", "fi.hetu"),
    _shape(r"\d{6}-?\d{4}", "dk.cpr", r"\bcpr|personnummer"),
    _shape(r"\d{6} ?\d{5}", "no.fodselsnummer", r"f[øo]dsel|personnummer|national id"),
    _shape(r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}", "be.nn"),
    _shape(r"756\.\d{4}\.\d{4}\.\d{2}|756\d{10}", "ch.ssn"),
    _shape(r"\d{7}[A-W][A-IW]?", "ie.pps", r"\bpps"),
    _shape(r"\d{3}[ -]?\d{3}[ -]?\d{3}", "ca.sin", _SIN),
    _shape(r"\d{3}\.\d{3}\.\d{3}-\d{2}", "br.cpf"),
    _shape(r"\d{11}", "br.cpf", r"\bcpf"),
    _shape(r"[2-9]\d{3} ?\d{4} ?\d{4}", "in_.aadhaar", r"aadh?aar"),
    _shape(r"\d{3} ?\d{3} ?\d{2,3}", "au.tfn", r"\btfn|tax file"),
    _shape(r"[A-Z]{1,2}\d{6,8}|\d{9}", None, r"passport(?: number| no\.?| #)?(?: is| was|:)?\s{0,3}"),
)
_LABELLED: Final = (
    _labelled(r"\d{3}[ .-]?\d{2}[ .-]?\d{4}", r"\bssn|\bsocial(?: security)?|\btax(?:payer)? id|\bitin|\bus tin"),
    _labelled(
        r"[A-Z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}(?:[ -]?[A-Z])?",
        r"national insurance|\bnino\b|\bni (?=number|no\b)|\bni\b",
    ),
    _labelled(r"\d{3}[ -]?\d{3}[ -]?\d{4}", r"\bnhs"),
    _labelled(
        r"\d{2} ?\d{3} ?\d{3} ?\d{3}", r"\bsteuer-?id|steuernummer|steueridentifikationsnummer|\btax (?:id|number)"
    ),
    _labelled(r"[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}", r"s[ée]curit[ée] sociale|\bnir\b|\binsee"),
    _labelled(r"[XYZ]?[ -]?\d{7,8}[ -]?[A-Z]", r"\bdni\b|\bnie\b"),
    _labelled(r"\d{9}|\d{4}[ .]\d{2}[ .]\d{3}", r"\bbsn\b|burgerservice|\bsofi-?nummer"),
    _labelled(r"[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]", r"codice fiscale"),
    _labelled(r"\d{11}", r"\bpesel"),
    _labelled(r"(?:\d{2})?\d{6}[-+ ]?\d{4}", r"\bpersonnummer|\bcpr"),
    _labelled(r"\d{6}[-+A-FYXWVU]\d{3}[0-9A-Z]", r"\bhetu\b|henkil[öo]tunnus"),
    _labelled(r"\d{6} ?\d{5}", r"f[øo]dselsnummer|\bpersonnummer"),
    _labelled(r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}|\d{11}", r"rijksregister|registre national"),
    _labelled(r"756\.?\d{4}\.?\d{4}\.?\d{2}", r"\bahv|\bavs\b"),
    _labelled(r"\d{7}[A-Z]{1,2}", r"\bpps"),
    _labelled(r"\d{3}[ -]?\d{3}[ -]?\d{3}", r"(?-i:\bSIN\b)|\bsin(?= (?:number|no)\b)|social insurance"),
    _labelled(r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", r"\bcpf\b"),
    _labelled(r"\d{4}[ -]?\d{4}[ -]?\d{4}", r"aadh?aar"),
    _labelled(r"\d{3} ?\d{3} ?\d{2,3}", r"\btfn\b|tax file"),
)
"""The same numbers where their own name stands directly before them: the name decides, no checksum does."""
_NO_NI: Final = frozenset({"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"})
_OF_ITSELF: Final = tuple(shape for shape in _SHAPES if shape.named is None)
_BY_NAME: Final = (*(shape for shape in _SHAPES if shape.named is not None), *_LABELLED)
_ANY: Final = re.compile(rf"{_BEFORE}(?:{'|'.join(shape.digits for shape in _OF_ITSELF)}){_AFTER}", re.IGNORECASE)
"""Whether any shape that is enough of itself is there: dates, times, orders and phones are not."""
_HINTS: Final = (
    *("ssn", "social", "tax", "tin", "last four", "sin", "nhs", "steuer", "id-nr", "idnr", "identifikationsnummer"),
    *("rentenversicherung", "svnr", "rvnr", "bsn", "burgerservice", "sofi", "pesel", "cpr", "personnummer", "dsel"),
    *("national id", "pps", "cpf", "aadh", "tfn", "passport", "insurance", "nino", "ni ", "ni:", "ni#", "itin"),
    *("curité", "curite", "nir", "insee", "dni", "nie", "codice", "hetu", "henkil", "rijksreg", "registre nat"),
    *("ahv", "avs"),
)
"""One of them stands in whatever names a number, in small letters."""
_RUN: Final = re.compile(r"\d(?:[ .+\-A-Z]{0,3}\d){5,}", re.IGNORECASE)
"""Six digits close to each other: every shape holds such a run, and most texts hold few."""
_BESIDE: Final = 8
"""Characters of a shape before and after its run (six letters at most), with what is looked at around it."""


def find_national_ids(text: str) -> Iterator[Found]:
    """Every such number in ``text``: its checksum fits, or its own name stands directly before it."""
    runs = [(max(0, run.start() - _BESIDE), run.end() + _BESIDE) for run in _RUN.finditer(text)]
    if not runs:
        return
    named = _BY_NAME if may_be_named(text) else ()
    for start, end in runs:
        of_itself = _OF_ITSELF if _ANY.search(text, start, end) is not None else ()
        yield from _in_run(text, start, end, (*of_itself, *named))


def may_be_named(text: str) -> bool:
    """Whether a word stands in ``text`` that may name such a number: a look before a search that costs more."""
    small = text.lower()
    return any(hint in small for hint in _HINTS)


def _in_run(text: str, start: int, end: int, shapes: Sequence[_Shape]) -> Iterator[Found]:
    for shape in shapes:
        for match in shape.pattern.finditer(text, start, end):
            if shape.named is not None and shape.named.search(text[max(0, match.start() - 70) : match.start()]) is None:
                continue
            if shape.check is None or _check(shape.check)(match[0]):
                yield Found(match.start(), match.end(), Kind.NATIONAL_ID, normal_id(match[0]))


def normal_id(text: str) -> str:
    """Letters and digits alone, in capitals."""
    return "".join(one for one in text.upper() if one.isalnum())


@cache
def _check(name: str) -> Callable[[str], bool]:
    if name == "ni":
        return _is_ni
    # Each module costs an import, and most texts hold nothing that is shaped like its number.
    module = import_module(f"stdnum.{name}")
    check: Callable[[str], bool] = module.is_valid
    return check


def _is_ni(text: str) -> bool:
    """A British national insurance number: no checksum, but prefixes that are never given out."""
    return normal_id(text)[:2] not in _NO_NI and len(set(digits_of(text))) > 1
