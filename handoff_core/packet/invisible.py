"""Characters that nobody sees: taken out, but for the few that make a sign of some script or an emoji whole. Pure.

Invisible text hides words from people, splits those that filters and people look for, or shows them in another order.
Three kinds are kept, one at a time and only where they have something to do (Unicode 16, chapters 9, 12 and 23):

- zero width joiner and non-joiner between letters of a script that joins them (Persian می‌خواهم), and the joiner after
  a virama (Sinhala, Malayalam);
- the zero width joiner between two pictographs (a family, a profession, a flag);
- a variation selector after the sign that it varies.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_NON_JOINER: Final = "\u200c"
_JOINER: Final = "\u200d"

_NEWLINES: Final = re.compile("\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
_INVISIBLE: Final = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # C0 and C1 controls but tab and newline
    "\xad\u034f\u200b-\u200d\u2060-\u2065\ufeff"  # zero width: splits words that filters and people look for
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # letters and selectors that show as nothing
    "\u200e\u200f\u061c\u202a-\u202e\u2066-\u206f"  # direction: shows a text in another order than it is read
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # annotations, shorthand and musical beams
    "\ud800-\udfff"  # halves of surrogate pairs: no vendor's JSON takes them
    "\U000e0000-\U000e0fff"  # tags and selectors: text that machines read and people do not see
    "\ufe00-\ufe0f"  # selectors: in a row they spell out hidden bytes
    "]+"
)
_PICTOGRAPH: Final = re.compile("[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")
"""The blocks that joined emoji are made of (Unicode emoji-zwj-sequences 16.0), skin tones too."""
_JOINING: Final = re.compile(
    "[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc"  # Arabic, Syriac, Thaana, N'Ko, Mandaic
    "\u0900-\u0dff\ua8e0-\ua8ff"  # Devanagari to Sinhala
    "\u0f00-\u109f\u1780-\u17ff\u1800-\u18af\u1a20-\u1aaf\u1b00-\u1b7f\ua980-\ua9df"  # Tibetan, Burmese, Khmer, …
    "\U00011000-\U000114df\U00011580-\U0001167f]"  # further scripts of India
)
_VIRAMA: Final = 9
"""The canonical combining class of a virama, the sign that takes a consonant's vowel away."""


def without_invisible(text: str, instead: str = "") -> str:
    """The text without characters that nobody sees or that turn its direction; newlines are ``\\n``.

    ``instead`` stands where a run of them was taken out.
    """
    if text.isascii() and text.isprintable():  # most texts
        return text
    return _INVISIBLE.sub(lambda run: _needed(run) or instead, _NEWLINES.sub("\n", text))


def _needed(run: re.Match[str]) -> str:
    """What of a run of invisible characters the signs on both sides of it need: a selector, a joiner, or nothing."""
    text, (start, end) = run.string, run.span()
    before, after = text[start - 1 : start], text[end : end + 1]
    selector = run[0][0] if _varies(before, run[0][0], after) else ""
    joiner = next((one for one in run[0] if one in (_NON_JOINER, _JOINER)), "")
    return selector + (joiner if _joins(before, joiner, after) else "")


def _varies(before: str, selector: str, after: str) -> bool:
    if "\U000e0100" <= selector <= "\U000e01ef":
        return before != "" and unicodedata.name(before, "").startswith("CJK ")
    if not "\ufe00" <= selector <= "\ufe0f" or not before or before.isspace():
        return False
    return not before.isascii() or after == "\u20e3"  # a digit is varied only to stand on a key: 1\ufe0f\u20e3


def _joins(before: str, joiner: str, after: str) -> bool:
    if not before or not joiner:
        return False
    if _PICTOGRAPH.match(before):
        return joiner == _JOINER and _PICTOGRAPH.match(after) is not None
    if joiner == _JOINER and unicodedata.combining(before) == _VIRAMA:
        return True
    return _is_joining_letter(before) and _is_joining_letter(after)


def _is_joining_letter(character: str) -> bool:
    return _JOINING.match(character) is not None and unicodedata.category(character)[0] in "LM"
