"""A configuration file's bytes and its parsed TOML, before any setting is judged. Standard library only.

The start-up path that decides whether a run has anything to do reads a configuration with this file alone.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handoff_core.config.bounds import MAX_BYTES, find_excess
from handoff_core.errors import ConfigError, ConfigProblem

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
# Python refuses to turn longer digits into a number, with a ValueError that knows no line.
_LONG_NUMBER = re.compile(r"[0-9][0-9_]{4000}")


@dataclass(frozen=True, slots=True)
class Source:
    """One configuration file as it was read. ``content`` is its bytes without a byte-order mark."""

    path: Path
    content: bytes = field(repr=False)
    document: Mapping[str, Any] = field(repr=False)

    @property
    def file(self) -> str:
        """The file's name for messages, as the user gave it."""
        return str(self.path)

    def beside(self, path: str) -> Path:
        """An absolute path for one that is relative to this file's folder."""
        # Not Path.expanduser, which fails for "~name" where there is nobody of that name.
        return Path(os.path.abspath(self.path.parent / os.path.expanduser(path)))


def is_folder(path: Path) -> bool:
    """Whether a path that a person named is a folder; one that cannot be looked at is none, and is told when read."""
    try:
        return path.is_dir()
    except OSError:
        return False


def read_source(path: str | os.PathLike[str]) -> Source:
    """Read and parse one file. ConfigError with a single problem when it cannot be read, is too big, or is not TOML."""
    location = Path(path)
    content = _read(location).removeprefix(b"\xef\xbb\xbf")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise _broken(
            location, line, column, "The file is not UTF-8 text.", "Save it as UTF-8 in your editor."
        ) from None
    excess = find_excess(text)
    if excess is not None:
        raise _broken(location, excess.line, excess.column, excess.text, excess.fix)
    return Source(location, content, _parse(location, text))


def env_path(source: Source) -> Path | None:
    """The file of secrets that a source names; None when it names none."""
    secrets = source.document.get("secrets")
    name = secrets.get("env_file") if isinstance(secrets, dict) else None
    return source.beside(name) if isinstance(name, str) and name and "\0" not in name else None


def read_env(source: Source) -> bytes:
    """The bytes of the file of secrets; empty when there is none. ConfigError when it is there but unreadable."""
    path = env_path(source)
    if path is None:
        return b""
    try:
        if not path.exists():
            return b""
    except OSError as error:  # a name that no file system takes
        raise _unreadable(path, error) from None
    return _read(path)


def digest_of(source: Source, env_content: bytes) -> str:
    """SHA-256, hex, of a configuration's bytes and those of its file of secrets: the same digest, the same settings."""
    digest = hashlib.sha256(len(source.content).to_bytes(8, "big"))
    digest.update(source.content)
    digest.update(env_content)
    return digest.hexdigest()


def _read(path: Path) -> bytes:
    try:
        # Opening a FIFO would wait for a writer for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise _broken(path, 0, 0, "This is not a file.", "Name the file itself.")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _broken(
            path, 0, 0, "There is no such file.", "Write one with `handoff init`, or name it with --config PATH."
        ) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if len(content) > MAX_BYTES:
        raise _broken(
            path,
            0,
            0,
            f"The file is larger than {MAX_BYTES // 1024} KB.",
            "Keep one business in one file, without data.",
        )
    return content


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _PLACE.search(message)
        if place is None or place[1] is None:
            lines = text.rstrip("\n").split("\n")
            line, column = len(lines), len(lines[-1]) + 1
        else:
            line, column = int(place[1]), int(place[2])
        said = _PLACE.sub("", message)
        raise _broken(
            path, line, column, f"This is not TOML: {said}.", "Correct it; nothing else is checked before."
        ) from None
    except ValueError:
        found = _LONG_NUMBER.search(text)
        start = found.start() if found else 0
        raise _broken(
            path,
            text.count("\n", 0, start) + 1,
            start - text.rfind("\n", 0, start),
            "This number has too many digits.",
            "Write a shorter number, or put text in quotes.",
        ) from None


def _unreadable(path: Path, error: OSError | ValueError) -> ConfigError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return _broken(path, 0, 0, f"The file cannot be read: {reason}.", "Check its name and its rights.")


def _broken(path: Path, line: int, column: int, text: str, fix: str) -> ConfigError:
    return ConfigError([ConfigProblem(str(path), line, column, "", text, fix)])
