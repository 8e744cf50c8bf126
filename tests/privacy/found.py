"""What is found in a text, as it is written there."""

from __future__ import annotations

from handoff_core.privacy import Kind
from handoff_core.privacy.find import find


def parts(text: str, kind: Kind, region: str = "US") -> list[str]:
    return [text[one.start : one.end] for one in find(text, region) if one.kind is kind]
