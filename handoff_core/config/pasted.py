"""Tokens that were pasted into the file where a name belongs: no message repeats them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from handoff_core.privacy.credentials import find_shaped

MASK: Final = "***"
_RUN: Final = re.compile(r"[A-Za-z0-9]{16,}")
_MIXED: Final = 0.3
"""Changes between small letters, capitals and digits for each sign. A name has one a word, a token one in two signs."""


def without_tokens(text: str) -> str:
    """``text`` with each token masked: one of a vendor's form, or long letters and digits as no name mixes them."""
    for one in [*find_shaped(text)]:
        text = text.replace(one.key, MASK)
    return _RUN.sub(lambda run: MASK if _is_mixed(run[0]) else run[0], text)


def looks_like_a_token(name: str) -> bool:
    """Whether a name is or holds what ``without_tokens`` masks."""
    return without_tokens(name) != name


def _is_mixed(run: str) -> bool:
    changes = sum(_class(one) != _class(other) for one, other in pairwise(run))
    return changes >= _MIXED * len(run)


def _class(sign: str) -> int:
    return 0 if sign.isdigit() else 1 if sign.isupper() else 2
