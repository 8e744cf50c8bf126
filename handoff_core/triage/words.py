"""What was said, as plain words: small letters, contractions written out, punctuation as words of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


def word_set(text: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(text.split())


LONGEST: Final = 4000
"""Characters of a turn that are read, half of them from its end: a pasted log costs no more than a long letter."""
_WORD: Final = re.compile(r"[^\W_]+(?:[-'@./][^\W_]+)*|[.,;:!?]+|\n")
_BREAKS: Final = frozenset(".,;:!?\n")
_PRONOUNS: Final = word_set("it that this what there here who he she where how when everything nothing")
_WHOLE: Final = {
    "can't": "can not", "cant": "can not", "cannot": "can not", "won't": "will not", "wont": "will not",
    "dont": "do not", "didnt": "did not", "doesnt": "does not", "isnt": "is not", "wasnt": "was not",
    "havent": "have not", "hasnt": "has not", "couldnt": "could not", "wouldnt": "would not", "shouldnt": "should not",
    "arent": "are not", "im": "i am", "ive": "i have", "id": "id", "thats": "that is", "whats": "what is",
    "ain't": "is not", "let's": "let us", "gonna": "going to", "wanna": "want to", "gotta": "got to",
    "wana": "want to", "gimme": "give me", "lemme": "let me", "wit": "with", "wiht": "with", "w/": "with", "w": "with",
    "humna": "human", "hunan": "human", "agnet": "agent", "agen": "agent", "persn": "person", "tlak": "talk",
    "represenative": "representative", "representive": "representative", "speek": "speak", "ya": "you",
    "u": "you", "ur": "your", "pls": "please", "plz": "please", "thx": "thanks", "ty": "thanks", "youre": "you are",
}  # fmt: skip
_ENDINGS: Final = (
    ("n't", " not"),
    ("'ve", " have"),
    ("'ll", " will"),
    ("'re", " are"),
    ("'m", " am"),
    ("'d", " would"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """``text`` holds the words with one space between; ``starts`` where each begins in it."""

    words: tuple[str, ...]
    text: str
    starts: tuple[int, ...]
    shouted: bool
    """Whether most of it is written in capitals."""
    marks: str
    """The exclamation and question marks, in their order."""
    written: str = ""
    """The text itself, as far as it is read: its emoji count too."""


def words_of(text: str) -> Words:
    """The words of a turn. The same text gives the same words."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} . {text[-LONGEST // 2 :]}"
    found = _WORD.findall(text.replace("’", "'").replace("‘", "'"))
    words: list[str] = []
    capitals = small = 0
    for one in found:
        if one[0] in _BREAKS:
            words.append("." if one[0] == "\n" else one[0])
            continue
        if len(one) > 1 and one.isalpha():
            capitals, small = (capitals + 1, small) if one.isupper() else (capitals, small + 1)
        if words and words[-1] == "no" and one.lower() == "one":
            words[-1] = "nobody"
            continue
        words.extend(_plain(one.lower()))
    starts, at = [], 0
    for word in words:
        starts.append(at)
        at += len(word) + 1
    marks = "".join(character for character in text if character in "!?")
    return Words(tuple(words), " ".join(words), tuple(starts), capitals >= 3 and capitals > 2 * small, marks, text)


def _plain(word: str) -> tuple[str, ...]:
    if word in _WHOLE:
        return tuple(_WHOLE[word].split())
    if "'" in word:
        for ending, written in _ENDINGS:
            if word.endswith(ending) and len(word) > len(ending):
                return (*_plain(word[: -len(ending)]), written.strip())
        if word.endswith("'s"):
            return (word[:-2], "is") if word[:-2] in _PRONOUNS else (word,)
    return (word,)


def is_break(word: str) -> bool:
    """Whether a word is punctuation."""
    return word in _BREAKS
