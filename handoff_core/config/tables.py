"""What every table of the configuration has in common: no unknown keys, frozen, and no value in an error text."""

from __future__ import annotations

import os
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict


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

_LONGEST_NAME = 255  # bytes of one name on every common file system
_LONGEST_PATH = 1000  # bytes; with the folder that it stands in, no more than any system takes


def path_that_can_be(value: str) -> str:
    """A path that a file system takes, whether it is there or not. ValueError, with the fix, for a longer one."""
    raw = os.fsencode(value)
    if len(raw) > _LONGEST_PATH or max(map(len, raw.split(b"/"))) > _LONGEST_NAME:
        raise ValueError(
            f"is longer than a file system takes; name a shorter path: at most {_LONGEST_NAME} bytes a name, "
            f"{_LONGEST_PATH} in all"
        )
    return value


FilePath = Annotated[Text, AfterValidator(path_that_can_be)]
"""A path to a file or folder that a file system takes."""

_EMAIL = re.compile(r"[^@\s\"<>(),:;]+@[^@\s\"<>(),:;]+\.[^@\s\"<>(),:;.]+")


def _email(value: Any) -> Any:
    if isinstance(value, str) and _EMAIL.fullmatch(value) is None:
        raise ValueError('is not an e-mail address; write one such as "dana@acme.example"')
    return value


Email = Annotated[str, BeforeValidator(_email)]
"""An e-mail address, plain: no display name."""
