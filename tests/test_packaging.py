"""The wheel: what it brings, and that it lives beside a user's own folders called connectors and mappings."""

from __future__ import annotations

import os
import site
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {"handoff_core", "handoff_connectors", "handoff_mappings"}


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder, cwd=ROOT)
    assert built.returncode == 0, built.stdout + built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a fresh environment that holds the wheel, and its dependencies by way of this environment."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    done = run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    assert done.returncode == 0, done.stderr
    (packages,) = folder.glob("lib/python*/site-packages")
    # A path in a .pth file is searched last, and its own .pth files (our editable install) are not read.
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()))
    return folder / "bin"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An automation of somebody who has had packages called connectors and mappings for years."""
    for name in ("connectors", "mappings"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text('OWNER = "the user"\n')
    return tmp_path


def test_the_wheel_brings_three_names_and_no_other(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name.partition("/")[0] for name in archive.namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == PACKAGES


def test_the_wheel_brings_every_source_file_and_marks_its_types(wheel: Path) -> None:
    homes = {"handoff_core": "", "handoff_connectors": "connectors", "handoff_mappings": "mappings"}
    wanted = {
        path.relative_to(ROOT / home).as_posix()
        for name, home in homes.items()
        for path in (ROOT / home / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        brought = set(archive.namelist())
    assert wanted - brought == set()
    assert {f"{name}/py.typed" for name in PACKAGES} <= brought


def test_the_wheel_announces_what_pyproject_names(wheel: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        text = archive.read(entry_points).decode()
    for group, entries in project["entry-points"].items():
        assert f"[{group}]" in text
        assert all(f"{name} = {target}" in text for name, target in entries.items())


def test_the_command_line_runs_beside_the_users_own_packages(installed: Path, project: Path) -> None:
    for arguments in (["--version"], ["init", "--yes"], ["check"]):
        done = run(installed / "handoff", *arguments, cwd=project, PYTHONPATH=str(project))
        assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "handoff.toml").exists()


def test_the_users_own_packages_stay_importable(installed: Path, project: Path) -> None:
    code = (
        "import connectors, mappings, handoff_core.config, handoff_connectors, handoff_mappings;"
        "print(connectors.OWNER, mappings.OWNER, handoff_core.__file__)"
    )
    done = run(installed / "python", "-c", code, cwd=project)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("the user the user ")
    assert str(installed.parent) in done.stdout, "the library comes from the wheel, not from this checkout"
