"""``handoff init``: five questions, and the first configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handoff_core.cli import exits
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.printing import print_json, say
from handoff_core.config.business import BusinessSettings
from handoff_core.config.connectors import ConnectorMissing, connector_class, connector_names
from handoff_core.config.owners import OwnerSettings
from handoff_core.config.problems import Problems
from handoff_core.config.settings import read_table
from handoff_core.config.starter import Answers, id_from, starter_env, starter_toml
from handoff_core.connector import SetUpFiles
from handoff_core.durations import parse_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel


@click.command(short_help="Asks the five set-up questions and writes handoff.toml.")
@click.option("--yes", is_flag=True, help="Ask nothing and take the defaults.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
@shared
@pass_scope
def init(scope: Scope, yes: bool, force: bool) -> int:
    """Ask what always goes to a person, who receives it, which fields are required, what the AI never decides and
    how success is known; then write handoff.toml and .env.example (and an app manifest where Slack is chosen).
    """
    target = _target(scope)
    answers = Answers() if yes else _ask()
    files = {target: starter_toml(answers), target.parent / ".env.example": starter_env(answers)}
    for name, text in _set_up_files(answers).items():
        files[target.parent / name] = text
    there = [path for path in files if path.exists() or path.is_symlink()]
    if there and not force:
        names = ", ".join(str(path) for path in there)
        raise click.UsageError(f"{names} is there already; move it away, or write over it with --force.")
    for path, text in files.items():
        _write(path, text)
    if scope.as_json:
        print_json({"written": [str(path) for path in files]})
        return exits.NOTHING
    for path in files:
        say(f"wrote {path}")
    say(
        "\nNext: copy .env.example to .env and fill it in, look through the file, then run `handoff check`, "
        "and `handoff check --online`."
    )
    return exits.NOTHING


def _target(scope: Scope) -> Path:
    """Where the file goes: ``--config``, else ``HANDOFF_CONFIG``, else ``./handoff.toml``; a folder gets one inside."""
    if len(scope.configs) > 1:
        raise click.UsageError("One file is written at a time; name one --config PATH.")
    path = Path(scope.configs[0] if scope.configs else os.environ.get("HANDOFF_CONFIG") or "handoff.toml")
    path = path / "handoff.toml" if path.is_dir() else path
    if not path.parent.is_dir():
        raise click.UsageError(f"The folder {path.parent} does not exist; make it first.")
    return path


def _ask() -> Answers:
    usual = Answers()
    say("Five questions; Enter takes what stands in brackets. Everything can be changed in the file later.\n")
    name = click.prompt("What is the business called?", default=usual.business_name).strip()
    connectors = _names("Which systems does it use?", usual.connectors, connector_names())
    zone = _checked("Which time zone is it in?", BusinessSettings, "timezone", usual.timezone)
    answers = replace(
        usual,
        business_name=name,
        business_id=id_from(name),
        timezone=zone or usual.timezone,
        connectors=connectors,
    )
    if "zendesk" in connectors:
        question = "Zendesk subdomain (the part before .zendesk.com, empty if not known)"
        answers = replace(answers, zendesk_subdomain=_checked(question, _settings_of("zendesk"), "subdomain"))
    if "slack" in connectors:
        question = "Slack channel id for alerts (C…, empty if not known)"
        answers = replace(answers, slack_channel=_checked(question, _settings_of("slack"), "channel"))
    say("")
    always = _list("1. What always goes to a person?", usual.always)
    owner = click.prompt("2. Who receives it? Name", default=usual.owner_name).strip()
    email = _checked("   That person's e-mail in these systems (empty if not known)", OwnerSettings, "email")
    require = _list("3. Which fields are required?", usual.require)
    never = _list("4. What does the AI never decide?", usual.never_decides)
    say("5. How is success known?")
    acknowledged = _duration("   Somebody has taken it within", usual.acknowledged_within)
    closed = _duration("   It is closed within", usual.closed_within)
    return replace(
        answers,
        always=always,
        owner_name=owner,
        owner_email=email,
        require=require,
        never_decides=never,
        acknowledged_within=acknowledged,
        closed_within=closed,
    )


def _settings_of(connector: str) -> type[BaseModel] | None:
    """The settings of a connector; None when it is not installed, and then nothing can be judged yet."""
    try:
        return connector_class(connector).settings_model
    except ConnectorMissing:
        return None


def _checked(question: str, model: type[BaseModel] | None, key: str, usual: str = "") -> str | None:
    """An answer that ``model`` takes for ``key``: what the file would be refused for is asked again at once."""

    def check(text: str) -> str:
        value = text.strip()
        if value and model is not None:
            problems = Problems()
            read_table(model, {key: value}, (), problems)
            wrong = [one for one in problems.drafts if one.path == (key,)]
            if wrong:
                raise click.UsageError(f"{value!r} {wrong[0].text} {wrong[0].fix}")
        return value

    answer: Any = click.prompt(question, default=usual, value_proc=check)
    return str(answer) or None


def _list(question: str, usual: Sequence[str]) -> tuple[str, ...]:
    text = click.prompt(f"{question} (separated by commas)", default=", ".join(usual))
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _names(question: str, usual: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    while True:
        chosen = _list(question, [name for name in usual if name in known] or list(known))
        wrong = [name for name in chosen if name.lower() not in known]
        if chosen and not wrong:
            return tuple(dict.fromkeys(name.lower() for name in chosen))
        say(f"   Known: {', '.join(known)}.")


def _duration(question: str, usual: str) -> str:
    def check(text: str) -> str:
        try:
            parse_duration(text)
        except ValueError as error:
            raise click.UsageError(f"{text!r} {error}") from error
        return text.strip()

    answer: Any = click.prompt(question, default=usual, value_proc=check)
    return str(answer)


def _set_up_files(answers: Answers) -> Mapping[str, str]:
    """What the chosen connectors want a person to have, e.g. the manifest of a Slack app."""
    files: dict[str, str] = {}
    for name in answers.connectors:
        try:
            found = connector_class(name)
        except ConnectorMissing as error:
            say(f"{error.text} {error.fix}")
            continue
        if isinstance(found, SetUpFiles):
            files.update(found.set_up_files(answers.business_name))
    return files


def _write(path: Path, text: str) -> None:
    """Write aside and rename, readable by the owner only: a stop in between leaves no half file."""
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.replace(aside, path)
