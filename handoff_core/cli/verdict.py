"""What ``doctor`` says of one subject."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line. ``ok`` None = told only. ``fix`` says what to do."""

    subject: str
    ok: bool | None
    text: str
    fix: str = ""


def rights_verdict(subject: str, path: Path) -> Verdict:
    """Whether a file or folder is for its owner only."""
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if mode & 0o077 == 0:
        return Verdict(subject, True, f"{path} is readable by its owner only ({mode:04o})")
    wanted = "0700" if path.is_dir() else "0600"
    return Verdict(subject, False, f"{path} is open to other users ({mode:04o})", f"Run: chmod {wanted} {path}")
