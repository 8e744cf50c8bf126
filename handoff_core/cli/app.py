"""The command group: every command by name, each imported when it is called, and the last word on errors."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import entry_points

import click

from handoff_core.cli import exits
from handoff_core.cli.options import shared
from handoff_core.cli.printing import say_config_error, say_error
from handoff_core.errors import ConfigError, HandoffError, StoreUnavailable
from handoff_core.frames import frames

COMMANDS = "handoff.commands"
"""The entry-point group in which commands that live outside core announce themselves."""

_OWN = {
    "init": "init",
    "check": "check",
    "procedure": "procedure",
    "submit": "submit",
    "sync": "sync",
    "work": "work",
    "preview": "preview",
    "lint": "lint",
    "replay": "replay",
    "triage": "triage",
    "prompt": "prompt",
    "route": "route",
    "status": "status",
    "show": "status",
    "log": "status",
    "audit": "audit",
    "dead": "dead",
    "release": "release",
    "approve": "approve",
    "forget": "forget",
    "prune": "forget",
    "ack": "ack",
    "schema": "schema",
    "doctor": "doctor",
}
"""Command → module of this package, in the order in which ``--help`` lists them."""

_log = logging.getLogger("handoff")


class Commands(click.Group):
    """Handoff's own commands, then those of installed packages; none is imported before it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_OWN, *sorted({entry.name for entry in entry_points(group=COMMANDS)} - _OWN.keys())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _OWN:
            found = getattr(import_module(f"handoff_core.cli.{_OWN[cmd_name]}"), cmd_name)
        else:
            entries = list(entry_points(group=COMMANDS, name=cmd_name))
            if not entries:
                return None
            try:
                found = entries[0].load()
            except (ImportError, AttributeError) as error:
                return _missing(cmd_name, error)
        return found if isinstance(found, click.Command) else None


def _missing(name: str, error: Exception) -> click.Command:
    """A command whose package is not complete: listed, and says what to install when it is called."""

    def fail() -> None:
        raise click.ClickException(
            f"`handoff {name}` cannot start: {error}. Install it with: pip install 'handoff[{name}]'"
        )

    return click.Command(name, callback=fail, short_help="(not installed completely)")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="handoff", prog_name="handoff")
@shared
def handoff() -> None:
    """Hand work from an AI agent to a person without losing context.

    Exit codes: 0 nothing needs a person, 1 something does, 2 usage, 69 the store cannot be reached, 78 the
    configuration is wrong.
    """


def run_app(arguments: Sequence[str]) -> int:
    """Run a command; the exit code. Every error ends as a sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets a question mark, not a stack trace.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        # Not click's own main: it turns a closed pipe into an exit that nobody can tell from a finding.
        with handoff.make_context("handoff", list(arguments)) as context:
            code = handoff.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return int(stop.exit_code)
    except click.Abort:
        say_error("Stopped.")
        return exits.INTERRUPTED
    except click.ClickException as error:
        told = io.StringIO()
        error.show(told)
        say_error(told.getvalue().rstrip("\n"))
        return error.exit_code
    except ConfigError as error:
        say_config_error(error)
        return exits.CONFIG
    except StoreUnavailable as error:
        say_error(str(error))
        return exits.STORE
    except HandoffError as error:
        say_error(str(error))
        return exits.SOMETHING
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the outermost loop: whatever happens ends as a sentence
        # The text of a foreign error may hold a customer's words or a secret; its kind does not.
        say_error(
            f"Handoff failed in a way that it should not ({type(error).__name__}). "
            "Run the same command with -v to see where; nothing accepted so far is lost."
        )
        _log.info("%s", frames(error))
        return exits.SOMETHING
    return code if isinstance(code, int) else exits.NOTHING
