"""``handoff init``: five questions, and the first configuration."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handoff_core.cli import exits
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.printing import print_json, say
from handoff_core.config.business import BusinessSettings
from handoff_core.config.connectors import ConnectorMissing, connector_class, connector_names
from handoff_core.config.kinds import GENERAL, NAMES, kind_of
from handoff_core.config.later import LaneSettings
from handoff_core.config.owners import OwnerSettings
from handoff_core.config.problems import Problems, choice
from handoff_core.config.review import ReviewSettings
from handoff_core.config.settings import read_table
from handoff_core.config.starter import (
    HOURS_EXAMPLE,
    Answers,
    hours_table,
    id_from,
    starter_env,
    starter_toml,
    usual,
)
from handoff_core.connector import SetUpFiles
from handoff_core.durations import parse_duration
from handoff_core.quality.matters import names_amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel


@click.command(short_help="Asks the five set-up questions and writes handoff.toml.")
@click.option(
    "--kind",
    metavar="NAME",
    callback=lambda context, option, value: None if value is None else _kind(value),
    help=f"The kind of business: {', '.join(NAMES)}. Asked first when it is not given.",
)
@click.option("--yes", is_flag=True, help="Ask nothing and take the defaults of the kind (general without one).")
@click.option("--force", is_flag=True, help="Write over files that are there.")
@shared
@pass_scope
def init(scope: Scope, kind: str | None, yes: bool, force: bool) -> int:
    """Ask what always goes to a person, who receives it, which fields are required, what the AI never decides and
    how success is known; then write handoff.toml and .env.example (and an app manifest where Slack is chosen).

    The kind of business gives the usual answers, and rules, layouts and limits that suit it: docs/presets.md.
    """
    target = _target(scope)
    answers = usual(kind or GENERAL) if yes else _ask(kind)
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
    for line in _to_change(files[target]):
        say(f"{target}:{line}")
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


def _to_change(text: str) -> list[str]:
    """The lines that nobody could write without knowing more, each with its number."""
    lines = enumerate(text.split("\n"), 1)
    return [f"{number}: {line.partition(' # ')[2]}" for number, line in lines if " # change this" in line]


def _kind(text: str) -> str:
    """A kind of business by its name, written with "_" or "-"."""
    name = text.strip().lower().replace("-", "_").replace(" ", "_")
    if name not in NAMES:
        raise click.UsageError(f"{text!r} is not a kind of business. {choice(name, NAMES, 'kind')}")
    return name


def _ask_kind() -> str:
    say("Which kind of business is it?")
    for name in NAMES:
        say(f"   {name:<22} {kind_of(name).title}")
    answer: Any = click.prompt("Kind", default=GENERAL, value_proc=_kind)
    return str(answer)


def _ask(kind: str | None) -> Answers:
    say("Five questions; Enter takes what stands in brackets. Everything can be changed in the file later.\n")
    return _ask_questions(_ask_business(usual(kind or _ask_kind())))


def _ask_business(answers: Answers) -> Answers:
    """Whose configuration it is, and what every question is asked about."""
    name = _checked("What is the business called?", BusinessSettings, "name", answers.business_name)
    name = name or answers.business_name
    connectors = _names("Which systems does it use?", answers.connectors, connector_names())
    zone = _checked("Which time zone is it in?", BusinessSettings, "timezone", answers.timezone)
    region = _checked("Country of its telephone numbers (two letters, empty if not known)", BusinessSettings, "region")
    answers = replace(
        answers,
        business_name=name,
        business_id=id_from(name),
        timezone=zone or answers.timezone,
        region=region,
        hours=_hours("When is it open?", answers.hours),
        connectors=connectors,
    )
    if "zendesk" in connectors:
        question = "Zendesk subdomain (the part before .zendesk.com, empty if not known)"
        answers = replace(answers, zendesk_subdomain=_checked(question, _settings_of("zendesk"), "subdomain"))
    if "slack" in connectors:
        question = "Slack channel id for alerts (C…, empty if not known)"
        answers = replace(answers, slack_channel=_checked(question, _settings_of("slack"), "channel"))
    return answers


def _ask_questions(answers: Answers) -> Answers:
    """The five questions."""
    say(f"\nYour AI gathers {answers.kind.gathers}.\n")
    always = _list("1. What always goes to a person?", answers.always, ReviewSettings, "always")
    owner = _checked("2. Who receives it? Name", OwnerSettings, "name", answers.owner_name)
    email = _checked("   That person's e-mail in these systems (empty if not known)", OwnerSettings, "email")
    second = _checked("   Who is asked next when nobody answers? Name (empty: nobody)", OwnerSettings, "name")
    second_email = _second_email(email) if second else None
    say("3. Which fields are required? Paths of a packet; docs/packet.md has them all.")
    require = {
        lane: _list(f"   In lane {lane}", paths, LaneSettings, "require") for lane, paths in answers.require.items()
    }
    question = "4. What does the AI never decide?"
    never = _list(question, answers.never_decides, ReviewSettings, "ai_never_decides", also=_without_amounts)
    say("5. How is success known?")
    acknowledged = _duration("   Somebody has taken it within", answers.acknowledged_within)
    closed = _duration("   It is closed within", answers.closed_within)
    return replace(
        answers,
        always=always,
        owner_name=owner or answers.owner_name,
        owner_email=email,
        second_name=second,
        second_email=second_email,
        require=require,
        never_decides=never,
        acknowledged_within=acknowledged,
        closed_within=closed,
    )


def _second_email(first: str | None) -> str | None:
    """The e-mail address of the second person: not that of the first, which would mean either of them."""

    def other(text: str) -> None:
        if first is not None and text.casefold() == first.casefold():
            raise click.UsageError("That is the first person's address; give the second one their own, or none.")

    return _checked("   That person's e-mail (empty if not known)", OwnerSettings, "email", also=other)


def _settings_of(connector: str) -> type[BaseModel] | None:
    """The settings of a connector; None when it is not installed, and then nothing can be judged yet."""
    try:
        return connector_class(connector).settings_model
    except ConnectorMissing:
        return None


def _checked(
    question: str,
    model: type[BaseModel] | None,
    key: str,
    usual: str = "",
    *,
    also: Callable[[str], None] | None = None,
) -> str | None:
    """An answer that ``model`` takes for ``key``: what the file would be refused for is asked again at once."""

    def check(text: str) -> str:
        value = text.strip()
        if value and model is not None:
            _refuse(model, key, value, value)
        if value and also is not None:
            also(value)
        return value

    answer: Any = click.prompt(question, default=usual, value_proc=check)
    return str(answer) or None


def _refuse(model: type[BaseModel], key: str, value: object, said: str) -> None:
    """UsageError, with the fix, for a value that the configuration would be refused for."""
    problems = Problems()
    read_table(model, {key: value}, (), problems)
    wrong = [one for one in problems.drafts if one.path[:1] == (key,)]
    if wrong:
        place = wrong[0].path[1:]
        named = value[place[0]] if isinstance(value, list) and place and isinstance(place[0], int) else said
        raise click.UsageError(f"{named!r} {wrong[0].text} {wrong[0].fix}")


def _without_amounts(matters: Sequence[str]) -> None:
    for matter in matters:
        if names_amount(matter):
            raise click.UsageError(f"{matter!r}: amounts are not compared; leave the figure out, every one counts.")


def _list(
    question: str,
    usual: Sequence[str],
    model: type[BaseModel],
    key: str,
    *,
    also: Callable[[Sequence[str]], None] | None = None,
) -> tuple[str, ...]:
    """Several answers that ``model`` takes for ``key``."""

    def check(text: str) -> tuple[str, ...]:
        parts = _parts(text)
        _refuse(model, key, list(parts), text)
        if also is not None:
            also(parts)
        return parts

    answer: Any = click.prompt(f"{question} (separated by commas)", default=", ".join(usual), value_proc=check)
    return tuple(answer)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _hours(question: str, usual: str | None) -> str | None:
    """Opening hours as people say them; what the file would be refused for is asked again."""

    def check(text: str) -> str:
        if text.strip():
            _refuse(BusinessSettings, "hours", hours_table(text), text.strip())
        return text.strip()

    answer: Any = click.prompt(f"{question} (e.g. {HOURS_EXAMPLE})", default=usual or "", value_proc=check)
    return str(answer) or usual


def _names(question: str, usual: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    while True:
        proposed = ", ".join([name for name in usual if name in known] or known)
        chosen = _parts(click.prompt(f"{question} (separated by commas)", default=proposed))
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
