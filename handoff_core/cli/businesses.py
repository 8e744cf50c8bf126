"""Running a command for each configured business: one that fails does not stop the others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from handoff_core.cli import exits
from handoff_core.cli.options import Scope
from handoff_core.cli.printing import say_config_error, say_error
from handoff_core.config import Config, Loaded, load_many
from handoff_core.config.source import read_source
from handoff_core.errors import ConfigError, HandoffError, StoreUnavailable

if TYPE_CHECKING:
    from handoff_core.client import Handoff


def each_business(scope: Scope, do: Callable[[Handoff], int], failed: Callable[[str, int], None] | None = None) -> int:
    """Open each business in turn and do something; the exit code of the whole run.

    A configuration that does not load and a store that cannot be reached are told on stderr, and the next
    business follows. ``failed`` is told the business and the exit code of each that ended with an error.
    """
    from handoff_core.client import Handoff

    def run(config: Config) -> int:
        with Handoff(config) as handoff:
            return do(handoff)

    loaded = load_all(scope)
    codes = []
    for error in loaded.errors:
        codes.append(exits.CONFIG)
        if failed is not None:
            failed(_named(error.problems[0].file), exits.CONFIG)
    for config in loaded.configs:
        tell = None if failed is None else partial(failed, config.business.id)
        codes.append(guarded(partial(run, config), tell))
    return exits.worst(codes)


def load_all(scope: Scope) -> Loaded:
    """Every configuration of the run; what is wrong with the others is told on stderr."""
    loaded = load_many(scope.config_files())
    for error in loaded.errors:
        say_config_error(error)
    return loaded


def load_one(scope: Scope, why: str) -> Config:
    """The only configuration of the run; a usage error with ``why`` when there are several."""
    loaded = load_many([scope.one_config_file(why)])
    for error in loaded.errors:
        raise error
    return loaded.configs[0]


def load_if_any(scope: Scope, why: str) -> Config | None:
    """The only configuration of the run; None where none is named and none lies here."""
    if not scope.configs and not os.environ.get("HANDOFF_CONFIG") and not Path("handoff.toml").exists():
        return None
    return load_one(scope, why)


@contextmanager
def open_one(scope: Scope, why: str) -> Iterator[Handoff]:
    """The only business of the run, open; a usage error with ``why`` when there are several."""
    from handoff_core.client import Handoff

    with Handoff(load_one(scope, why)) as handoff:
        yield handoff


def guarded(do: Callable[[], int], failed: Callable[[int], None] | None = None) -> int:
    """``do()``; an error of Handoff's own is told on stderr and becomes its exit code, which ``failed`` is told."""
    try:
        return do()
    except ConfigError as error:
        say_config_error(error)
        code = exits.CONFIG
    except StoreUnavailable as error:
        say_error(str(error))
        code = exits.STORE
    except HandoffError as error:
        say_error(str(error))
        code = exits.SOMETHING
    if failed is not None:
        failed(code)
    return code


def _named(file: str) -> str:
    """The business of a file that does not load: its id where that can be read, else the file's name."""
    try:
        business = read_source(file).document.get("business")
    except ConfigError:
        return Path(file).name
    found = business.get("id") if isinstance(business, dict) else None
    return found if isinstance(found, str) and found else Path(file).name
