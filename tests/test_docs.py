"""What the documentation says about fields, keys, commands and files is what there is."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import click
import pytest

from handoff_core.cli.app import handoff
from handoff_core.config import load
from handoff_core.packet import Packet

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GENERATED = (
    *("packet.md", "configuration.md", "commands.md", "rules.md", "quality.md", "house-style.md", "triage.md"),
    "presets.md",
)


def blocks(text: str, language: str) -> list[str]:
    """The contents of the fenced blocks in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def _id(page: Path) -> str:
    return page.name


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_what_the_code_says(name: str, generate: ModuleType) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert generate.generated(name, text) == text, "run `make docs`"


@pytest.mark.parametrize("name", GENERATED)
def test_every_generated_part_stands_on_its_page(name: str, generate: ModuleType) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert set(re.findall(r"<!-- begin ([a-z ]+) -->", text)) == set(generate.PAGES[name])


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_command_that_is_named_exists_with_its_options(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    spans = [*re.findall(r"`(handoff [^`\n]+)`", text)]
    for block in blocks(text, "sh") + blocks(text, "cron"):
        spans += re.findall(r"(?:^|/|&& )(handoff [^#&\n]+)", block, re.MULTILINE)
    for span in spans:
        _assert_exists(shlex.split(span)[1:], span)


def _assert_exists(words: list[str], span: str) -> None:
    command: click.Command = handoff
    context = click.Context(handoff)
    for word in words:
        if word.startswith("-"):
            options = {name for option in command.params for name in option.opts}
            assert word.partition("=")[0] in options, f"{span!r}: no option {word}"
        elif isinstance(command, click.Group):
            inner = command.get_command(context, word)
            assert inner is not None, f"{span!r}: no command {word}"
            command = inner


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`make ([a-z]+)`", text)
    named += [name for block in blocks(text, "sh") for name in re.findall(r"^make ([a-z]+)", block, re.MULTILINE)]
    assert set(named) <= targets


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_toml_block_can_be_read(page: Path) -> None:
    for block in blocks(page.read_text(encoding="utf-8"), "toml"):
        assert tomllib.loads(block)


def test_the_configuration_in_the_readme_loads(tmp_path: Path) -> None:
    (config,) = blocks(README, "toml")
    (tmp_path / "handoff.toml").write_text(config)
    loaded = load(tmp_path / "handoff.toml", environ={})
    assert list(loaded.destinations) == ["desk", "crm", "alerts"]


def test_the_packet_in_the_readme_is_accepted() -> None:
    (packet,) = blocks(README, "json")
    assert Packet.model_validate(json.loads(packet)).id == "case-8841"


def test_the_python_in_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = blocks(README, "python")
    (tmp_path / "handoff.toml").write_text(blocks(README, "toml")[0])
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert capsys.readouterr().out.startswith("accepted ")


def test_the_two_commands_stand_at_the_top_of_the_readme() -> None:
    assert re.findall(r"^make ([a-z]+)", README.split("##")[0], re.MULTILINE) == ["demo", "test"]


def test_every_extra_is_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = set(re.findall(r"^\| `([a-z]+)` \|", README, re.MULTILINE))
    assert named == set(project["optional-dependencies"]) - {"dev"}
