"""``[secrets]``: the file that the environment variables of a business may stand in, and their look-up."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from dotenv import dotenv_values
from pydantic import Field

from handoff_core.config.tables import Table, Text


class SecretsSettings(Table):
    """Where secrets are read from, beside the environment."""

    env_file: Text | None = Field(
        None,
        description="File of NAME=value lines, relative to this file's folder. The environment wins over it. "
        "Default: none is read.",
    )


@dataclass(frozen=True, slots=True)
class Secrets:
    """Environment variables by name: the environment's own value, else that of the file. Never shown by repr."""

    environ: Mapping[str, str] = field(repr=False)
    from_file: Mapping[str, str | None] = field(repr=False)

    def get(self, name: str) -> str:
        """The value of a variable. KeyError when it is set nowhere; an empty value counts as not set.

        An empty line ``NAME=`` is what a copied ``.env.example`` holds before somebody fills it in.
        """
        value = self.environ.get(name) or self.from_file.get(name)
        if not value:
            raise KeyError(name)
        return value

    def has(self, name: str) -> bool:
        """Whether the variable is set and not empty."""
        return bool(self.environ.get(name) or self.from_file.get(name))


def read_secrets(environ: Mapping[str, str], env_content: bytes) -> Secrets:
    """Secrets from an environment and the bytes of a file of them. UnicodeDecodeError when it is not UTF-8."""
    # Without interpolation a token that holds "${" arrives as it is.
    values = dotenv_values(stream=io.StringIO(env_content.decode("utf-8-sig")), interpolate=False)
    return Secrets(environ, values)
