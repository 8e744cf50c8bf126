"""From the text of an expression to its steps and filter calls; nothing is known of the packet here.

expression = step *("." step) *("|" filter)
step       = a bare word of letters, digits, "_" and "-" | any text in quotes
filter     = name ["(" (number | text in quotes) ")"]
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from handoff_core.packet.filters import LONGEST_TRUNCATION

LONGEST_EXPRESSION = 1_000
"""Characters; far more than a sensible path and its filters need."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<word>[A-Za-z0-9][A-Za-z0-9_-]*)|"(?P<double>(?:[^"\\]|\\["'\\])*)"|'(?P<single>(?:[^'\\]|\\["'\\])*)'"""
    r"""|(?P<sign>[.|()]))""",
    re.ASCII,
)
_ESCAPE = re.compile(r"\\(.)")
_LARGEST_PLACE = 1_000_000


class ExpressionError(ValueError):
    """An expression that cannot be used. ``column`` counts from 1; ``fix`` says what to write instead."""

    def __init__(self, text: str, subject: str, column: int, fix: str) -> None:
        self.text = f'"{subject}" {text}' if subject else text
        self.column = column
        self.fix = fix
        super().__init__(f"{self.text} (column {column}). {fix}")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path. A quoted step is always a name, never ``first``, ``last`` or a number."""

    name: str
    quoted: bool
    column: int

    @property
    def place(self) -> int | None:
        """For ``first``, ``last`` and numbers (from 0): the place in a list; None for a name."""
        if self.quoted:
            return None
        if self.name.isdigit():
            return min(int(self.name), _LARGEST_PLACE)
        return {"first": 0, "last": -1}.get(self.name)


@dataclass(frozen=True, slots=True)
class FilterCall:
    """A filter as it was written."""

    name: str
    argument: str | int | None
    column: int


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


def read_expression(text: str) -> tuple[tuple[Step, ...], tuple[FilterCall, ...]]:
    """The steps of the path and the filters after it. ExpressionError for anything outside of the grammar."""
    if len(text) > LONGEST_EXPRESSION:
        raise ExpressionError(
            f"an expression has at most {LONGEST_EXPRESSION:,} characters", "", LONGEST_EXPRESSION, "Shorten it."
        )
    reading = _Reading(_tokens(text), len(text) + 1)
    steps = [reading.step()]
    while reading.skip("."):
        steps.append(reading.step())
    calls: list[FilterCall] = []
    while reading.skip("|"):
        calls.append(reading.call())
    reading.end()
    return tuple(steps), tuple(calls)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            column = at + len(text[at:]) - len(text[at:].lstrip()) + 1
            raise _stray(text[column - 1], column)
        kind = str(match.lastgroup)
        if kind in ("word", "sign"):
            tokens.append(_Token(kind, match[kind], match.start(kind) + 1))
        else:  # the column is that of the opening quote
            tokens.append(_Token("quoted", _ESCAPE.sub(r"\1", match[kind]), match.start(kind)))
        at = match.end()
    return tokens


def _stray(sign: str, column: int) -> ExpressionError:
    if sign in "\"'":
        return ExpressionError(
            "a quote is not closed", "", column, 'Close it; write \\\\ and \\" for these signs inside.'
        )
    fix = 'Write a dotted path and filters, e.g. facts.model | upper; put odd names in quotes: facts."order id".'
    return ExpressionError("cannot stand here", sign, column, fix)


@dataclass(slots=True)
class _Reading:
    tokens: list[_Token]
    end_column: int
    at: int = 0

    def step(self) -> Step:
        token = self._take("word", "quoted")
        if token is None or not token.text:
            self.at -= 0 if token is None else 1
            raise self._expected("a name", "Write a dotted path, e.g. urgency.level.")
        return Step(token.text, token.kind == "quoted", token.column)

    def call(self) -> FilterCall:
        name = self._take("word")
        if name is None:
            raise self._expected("a filter", "Write its name after the |, e.g. | upper.")
        if not self.skip("("):
            return FilterCall(name.text, None, name.column)
        argument = self._take("word", "quoted")
        if argument is None or not self.skip(")"):
            raise self._expected('one argument and ")"', 'Write e.g. truncate(60) or default("none").')
        if argument.kind == "quoted":
            return FilterCall(name.text, argument.text, name.column)
        return FilterCall(name.text, _count(argument), name.column)

    def skip(self, sign: str) -> bool:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token is None or token.kind != "sign" or token.text != sign:
            return False
        self.at += 1
        return True

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise self._expected('".", "|" or the end', "Join names with dots and filters with |.")

    def _take(self, *kinds: str) -> _Token | None:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token is None or token.kind not in kinds:
            return None
        self.at += 1
        return token

    def _expected(self, what: str, fix: str) -> ExpressionError:
        column = self.tokens[self.at].column if self.at < len(self.tokens) else self.end_column
        return ExpressionError(f"expected {what}", "", column, fix)


def _count(token: _Token) -> int:
    if not token.text.isdigit() or len(token.text) > 6 or not 1 <= int(token.text) <= LONGEST_TRUNCATION:
        raise ExpressionError(
            f"is neither a text in quotes nor a number from 1 to {LONGEST_TRUNCATION:,}",
            token.text,
            token.column,
            'Write e.g. truncate(60) or default("none").',
        )
    return int(token.text)
