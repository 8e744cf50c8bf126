"""Characters that nobody sees: text that machines read and people do not, and signs that turn the reading direction."""

from __future__ import annotations

import re
from typing import Final

INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # C0 and C1 controls but tab, newline and the other line breaks below space
    "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"  # direction: shows a text in another order than it is read
    "\ud800-\udfff"  # halves of surrogate pairs: no vendor's JSON takes them
    "\ufff9-\ufffb"  # interlinear annotation: a text beside the text
    # Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties, 16.0): no glyph of their own. Zero-width ones
    # split words that filters and people look for; tags (E0000) and variation selectors carry hidden text.
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    # Two selectors say whether a sign is shown as text or as an emoji: kept behind such a sign, and only there.
    "|(?<![#*0-9\u00a9\u00ae\u2000-\u32ff\U0001f000-\U0001faff])[\ufe0e\ufe0f]"
)
"""One invisible character. Many of them are printable to Python (``str.isprintable``), so that is no test for them."""
