"""Filling the placeholders of a configuration's text, so that no line is left which has nothing to say."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{\{(?P<name>[a-z_.+]+)\}\}")
_COMMENTS = 36
"""The column, from 0, at which comments stand where the line leaves the place."""


def fill(text: str, values: Mapping[str, str | None]) -> str:
    """``text`` with each ``{{name}}`` replaced by ``values[name]``. KeyError for a name that nobody gives.

    A name whose value is None takes its line away. In the header of a table (``[owners.second] {{second}}``) it is a
    condition only: without a value the whole paragraph goes.
    """
    paragraphs = (_paragraph(paragraph, values) for paragraph in text.strip("\n").split("\n\n"))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _paragraph(text: str, values: Mapping[str, str | None]) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        named = _PLACEHOLDER.findall(line)
        header = line.startswith("[")
        if any(values[name] is None for name in named):
            if header:
                return ""
            continue
        # The comment is found before anything is filled in, so that no value is taken for one.
        code, mark, comment = line.partition(" # ") if not line.startswith("#") else (line, "", "")
        code, comment = (_filled(part, {} if header else values) for part in (code, comment))
        lines.append(f"{code.rstrip():<{_COMMENTS - 1}} # {comment}" if mark else code.rstrip())
    return "\n".join(lines)


def _filled(text: str, values: Mapping[str, str | None]) -> str:
    return _PLACEHOLDER.sub(lambda one: values.get(one["name"]) or "", text)
