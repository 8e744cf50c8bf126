"""Files to configurations, with everything that is wrong reported at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from handoff_core.config.agents import check_agents, outboxes_of
from handoff_core.config.config import Config
from handoff_core.config.crosschecks import (
    check_accounts,
    check_links,
    check_names,
    check_owners,
    check_review,
    check_rules,
    check_secrets,
    check_styles,
    check_times,
    check_way_to_a_person,
    names_of,
    warn_unused,
)
from handoff_core.config.destinations import Destination, read_destination
from handoff_core.config.dutychecks import check_duty
from handoff_core.config.numbers import beyond_toml
from handoff_core.config.problems import Problems
from handoff_core.config.secrets import Secrets, read_secrets
from handoff_core.config.settings import Settings, read_settings
from handoff_core.config.source import Source, digest_of, env_path, is_folder, read_env, read_source
from handoff_core.config.staff import staff_of
from handoff_core.config.store import SQLITE
from handoff_core.errors import ConfigError, ConfigProblem
from handoff_core.packet.enums import Lane
from handoff_core.style import LaneStyle, resolve


def load(path: str | os.PathLike[str], environ: Mapping[str, str] | None = None) -> Config:
    """The configuration of one file. ConfigError with every problem at once; warnings are on the result.

    ``environ`` is the environment that secrets come from; by default that of the running program.
    """
    source = read_source(path)
    problems = Problems()
    # Alone, like a syntax error: further checks would stumble over such numbers.
    problems.extend(beyond_toml(source.document))
    if problems.serious:
        raise ConfigError(problems.placed(source))
    env_content = _env_content(source, problems)
    secrets = _secrets(os.environ if environ is None else environ, env_content, problems)
    settings = read_settings(source.document, problems)
    destinations = _destinations(source, problems)
    _cross_check(source, settings, destinations, secrets, problems)
    placed = problems.placed(source)
    if problems.serious:
        raise ConfigError(placed)
    return _config(source, digest_of(source, env_content), settings, destinations, secrets, placed)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of several files: those that loaded, and for each other one why not."""

    configs: tuple[Config, ...]
    errors: tuple[ConfigError, ...]


def load_many(paths: Sequence[str | os.PathLike[str]], environ: Mapping[str, str] | None = None) -> Loaded:
    """Load several files, or folders of ``*.toml``; one that fails does not stop the others.

    Business ids are unique in a run; a SQLite file or an inbox belongs to one business. The second file that
    claims one of them fails. Never raises ConfigError.
    """
    configs: list[Config] = []
    errors: list[ConfigError] = []
    for path in _files(paths, errors):
        try:
            config = load(path, environ)
            _check_neighbours(config, configs)
        except ConfigError as error:
            errors.append(error)
        else:
            configs.append(config)
    return Loaded(_warn_of_shared_accounts(configs), tuple(errors))


def _env_content(source: Source, problems: Problems) -> bytes:
    try:
        return read_env(source)
    except ConfigError as error:
        for problem in error.problems:
            problems.add(("secrets", "env_file"), f"names a file that cannot be used. {problem.text}", problem.fix)
    return b""


def _secrets(environ: Mapping[str, str], env_content: bytes, problems: Problems) -> Secrets:
    try:
        return read_secrets(environ, env_content)
    except UnicodeDecodeError:
        problems.add(("secrets", "env_file"), "names a file that is not UTF-8 text.", "Save it as UTF-8.")
    return Secrets(environ, {})


def _destinations(source: Source, problems: Problems) -> Mapping[str, Destination]:
    tables = source.document.get("destinations", {})
    if not isinstance(tables, dict):
        problems.add(
            ("destinations",), "must be a table of tables.", "Write [destinations.desk] and its settings below."
        )
        return {}
    read = {name: read_destination(name, table, problems) for name, table in tables.items()}
    return {name: destination for name, destination in read.items() if destination is not None}


def _cross_check(
    source: Source, settings: Settings, destinations: Mapping[str, Destination], secrets: Secrets, problems: Problems
) -> None:
    names = names_of(source.document)
    env_file = env_path(source)
    check_names(source.document, names, problems)
    check_owners(settings, names, problems)
    check_rules(settings, problems)
    check_duty(settings, problems)
    check_styles(settings, problems)
    check_way_to_a_person(source.document, settings, problems)
    check_times(source.document, destinations, problems)
    check_links(destinations, names, problems)
    check_agents(source.document, settings.agents, settings.inbox, source, problems)
    check_accounts(destinations, secrets.get, problems)
    check_secrets(destinations, secrets.has, env_file.name if env_file else None, problems)
    check_review(settings, problems)
    warn_unused(settings, source.document, problems)


def _config(
    source: Source,
    digest: str,
    settings: Settings,
    destinations: Mapping[str, Destination],
    secrets: Secrets,
    warnings: tuple[ConfigProblem, ...],
) -> Config:
    # Each of these is None only beside a problem, and then the file has not loaded.
    assert settings.business is not None
    assert settings.store is not None
    assert settings.quality is not None
    assert settings.delivery is not None
    file = settings.store.sqlite_file
    assert settings.routing is not None
    sqlite_path = source.beside(file) if file is not None else None
    routing = settings.routing.model_copy(update={"rules": tuple(settings.rules.values())})
    return Config(
        source=source,
        digest=digest,
        business=settings.business,
        store_url=settings.store.url if sqlite_path is None else f"{SQLITE}{sqlite_path}",
        sqlite_path=sqlite_path,
        inbox_path=source.beside(settings.inbox.path) if settings.inbox else None,
        owners=settings.owners,
        destinations=destinations,
        routing=routing,
        quality=settings.quality,
        delivery=settings.delivery,
        lanes=settings.lanes,
        styles=_styles(settings),
        review=settings.review,
        privacy=settings.privacy,
        retention=settings.retention,
        triage=settings.triage,
        agents=settings.agents,
        outboxes=outboxes_of(settings.agents, source),
        staff=staff_of(settings.business, settings.owners, routing),
        secrets=secrets,
        warnings=warnings,
    )


def _styles(settings: Settings) -> Mapping[str, LaneStyle]:
    """Resolved once, so that rendering a packet only looks its style up."""
    return {
        lane: resolve(Lane(lane), of_lane.style)
        for lane, of_lane in settings.lanes.items()
        if of_lane.style is not None
    }


def _files(paths: Sequence[str | os.PathLike[str]], errors: list[ConfigError]) -> Sequence[Path]:
    """The files that are meant, each once, in order; an empty folder is an error."""
    files: dict[Path, Path] = {}
    for path in map(Path, paths):
        inside = sorted(path.glob("*.toml")) if is_folder(path) else [path]
        if not inside:
            problem = ConfigProblem(str(path), 0, 0, "", "There is no *.toml in this folder.", "Put one there.")
            errors.append(ConfigError([problem]))
        for file in inside:
            files.setdefault(file.resolve(), file)
    return list(files.values())


def _check_neighbours(config: Config, others: Sequence[Config]) -> None:
    problems = Problems()
    for other in others:
        if config.business.id == other.business.id:
            problems.add(
                ("business", "id"), f"is the id of {other.path} too.", "Give each business of a run an id of its own."
            )
        if _same(config.sqlite_path, other.sqlite_path):
            problems.add(
                ("store", "url"),
                f"is the SQLite file of {other.path} too.",
                "Give each business a file of its own, or share a PostgreSQL store.",
            )
        if _same(config.inbox_path, other.inbox_path):
            problems.add(
                ("inbox", "path"), f"is the inbox of {other.path} too.", "Give each business an inbox of its own."
            )
        theirs = {folder.resolve() for folder in other.outbox_folders.values()}
        for name, folder in config.outbox_folders.items():
            if folder.resolve() in theirs:
                problems.add(
                    ("agents", name, "outbox"),
                    f"is an outbox of {other.path} too, so that packets of one id would replace each other.",
                    "Give each business a folder of its own.",
                )
    if problems.serious:
        raise ConfigError(problems.placed(config.source))


def _same(one: Path | None, other: Path | None) -> bool:
    return one is not None and other is not None and one.resolve() == other.resolve()


def _warn_of_shared_accounts(configs: Sequence[Config]) -> tuple[Config, ...]:
    """An account that two ledgers use is limited twice: neither knows what the other sends."""
    users: dict[str, list[tuple[Config, str]]] = {}
    for config in configs:
        for name in config.destinations:
            account = config.account_of(name)
            if ":?" not in account:
                users.setdefault(account, []).append((config, name))
    return tuple(_with_shared(config, users) for config in configs)


def _with_shared(config: Config, users: Mapping[str, Sequence[tuple[Config, str]]]) -> Config:
    problems = Problems()
    for account, uses in users.items():
        elsewhere = [other for other, _ in uses if other.store_url != config.store_url]
        for user, name in uses:
            if user is config and elsewhere:
                problems.warn(
                    ("destinations", name),
                    f"uses the account {account} together with {elsewhere[0].path}, which has another store.",
                    "Share its limit: set rate in both, so that together they are at most 0.8.",
                )
    return replace(config, warnings=config.warnings + problems.placed(config.source)) if problems.drafts else config
