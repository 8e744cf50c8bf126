"""Options that every command takes, before or after its name."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from handoff_core.config.source import is_folder
from handoff_core.errors import ConfigError, ConfigProblem

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Scope:
    """What the shared options said. ``configs``: as given, empty when none was."""

    configs: list[str] = field(default_factory=list)
    as_json: bool = False
    verbose: int = 0

    def config_files(self, environ: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
        """The configuration files of this run: ``--config``, else ``HANDOFF_CONFIG``, else ``./handoff.toml``.

        A folder stands for its ``*.toml`` files in the order of their names; ConfigError when it holds none.
        """
        files: list[Path] = []
        for name in self.configs or [environ.get("HANDOFF_CONFIG") or "handoff.toml"]:
            path = Path(name)
            if not is_folder(path):
                files.append(path)
                continue
            found = sorted(one for one in path.glob("*.toml") if not one.name.startswith("."))
            if not found:
                raise ConfigError(
                    [ConfigProblem(name, 0, 0, "", "This folder holds no *.toml file.", "Run `handoff init` in it.")]
                )
            files += found
        return tuple(files)

    def one_config_file(self, why: str) -> Path:
        """The only configuration file; a usage error when there are several, because ``why``."""
        files = self.config_files()
        if len(files) > 1:
            raise click.UsageError(f"{why}; name one of the {len(files)} businesses with --config FILE.")
        return files[0]


pass_scope = click.make_pass_decorator(Scope, ensure=True)


def shared(command: F) -> F:
    """Add ``--config``, ``--json`` and ``-v`` to a command. They mean the same before and after its name."""
    for option in (
        click.option(
            "-v", "--verbose", count=True, expose_value=False, callback=_verbose, help="Log to stderr; -vv more."
        ),
        click.option(
            "--json",
            is_flag=True,
            expose_value=False,
            callback=_json,
            help="Print JSON for programs, one object a line.",
        ),
        click.option(
            "--config",
            metavar="PATH",
            multiple=True,
            expose_value=False,
            callback=_config,
            help="Configuration file, or a folder of them; may be repeated. Else HANDOFF_CONFIG, else ./handoff.toml.",
        ),
    ):
        command = option(command)
    return command


def _scope(ctx: click.Context) -> Scope:
    return ctx.ensure_object(Scope)


def _config(ctx: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> None:
    _scope(ctx).configs.extend(value)


def _json(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        _scope(ctx).as_json = True


def _verbose(ctx: click.Context, _parameter: click.Parameter, value: int) -> None:
    scope = _scope(ctx)
    scope.verbose += value
    if value:
        log_to_stderr(scope.verbose)


def log_to_stderr(verbose: int) -> None:
    """Handoff's own log lines on stderr: ``-v`` what happens and where it failed, ``-vv`` each call."""
    log = logging.getLogger("handoff")
    log.setLevel(logging.DEBUG if verbose > 1 else logging.INFO)
    if not log.handlers:
        stream = logging.StreamHandler(sys.stderr)
        stream.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        log.addHandler(stream)
