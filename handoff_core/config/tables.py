"""What every table of the configuration has in common: no unknown keys, frozen, and no value in an error text."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Table(BaseModel):
    """One TOML table."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


def _plain_text(value: Any) -> Any:
    if isinstance(value, str):
        if not value.strip():
            raise ValueError("is empty; write something, or leave the key out")
        if "\0" in value:
            raise ValueError("holds a NUL character; take it out")
    return value


Text = Annotated[str, BeforeValidator(_plain_text)]
"""Text that says something."""

_EMAIL = re.compile(r"[^@\s\"<>(),:;]+@[^@\s\"<>(),:;]+\.[^@\s\"<>(),:;.]+")


def _email(value: Any) -> Any:
    if isinstance(value, str) and _EMAIL.fullmatch(value) is None:
        raise ValueError('is not an e-mail address; write one such as "dana@acme.example"')
    return value


Email = Annotated[str, BeforeValidator(_email)]
"""An e-mail address, plain: no display name."""
