"""requirements.lock installs everything that pyproject.toml names, from any index, and nothing unseen."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text()
REQUIREMENT = re.compile(r"^([a-z0-9-]+)==(\S+)( ;.*?)? \\$", re.MULTILINE)


def _wanted() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    texts = [*project["dependencies"], *(text for extra in project["optional-dependencies"].values() for text in extra)]
    names = {re.split(r"[\[<>=!~; ]", text)[0].lower().replace("_", "-") for text in texts}
    return names - {"handoff"}


def test_everything_that_is_wanted_is_locked() -> None:
    assert _wanted() - {name for name, *_ in REQUIREMENT.findall(LOCK)} == set()


def test_every_requirement_has_a_hash() -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", LOCK)[1:]
    assert len(blocks) == len(REQUIREMENT.findall(LOCK))
    assert [block.split("=")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_lock_names_no_index_no_folder_and_no_host() -> None:
    assert re.findall(r"^-.*|.*(?:file:|https?:|index-url|find-links|trusted-host| @ ).*", LOCK, re.MULTILINE) == []
