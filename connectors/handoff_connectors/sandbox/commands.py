"""``handoff sandbox``: the stand-ins alone, to rehearse a configuration without accounts."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from types import FrameType

import click


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--port", type=click.IntRange(0, 65_532), default=0, help="First of four ports; 0 = any free ones.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="VENDOR:METHOD:PATH:FAULT",
    help="Plan a fault, e.g. slack:POST:update:429.",
)
@click.option("--no-limits", is_flag=True, help="Enforce no rate limits.")
@click.option(
    "--config-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a complete configuration that points at the stand-ins.",
)
@click.option("--force", is_flag=True, help="Let --config-out write over an existing file.")
def sandbox(port: int, faults: tuple[str, ...], no_limits: bool, config_out: Path | None, force: bool) -> None:
    """Start stand-ins of Zendesk, HubSpot and Slack on this machine, with a page that shows what arrives.

    Nothing leaves this machine. Runs until Ctrl-C or SIGTERM; what arrived is then forgotten.
    """
    try:
        from handoff_connectors.sandbox.server import Sandbox
    except ImportError as missing:
        raise click.ClickException(f"{missing.name} is not installed; run: pip install 'handoff[sandbox]'") from None
    from handoff_connectors.sandbox.faults import parse_fault
    from handoff_connectors.sandbox.snippet import TOKENS, configuration, snippet

    if config_out is not None and config_out.exists() and not force:
        raise click.ClickException(f"{config_out} exists; give another name, or --force to write over it")
    if config_out is not None and not config_out.parent.is_dir():
        raise click.ClickException(f"the folder {config_out.parent} does not exist; make it first")
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    ports = (port, port + 1, port + 2, port + 3) if port else (0, 0, 0, 0)
    stand_ins = Sandbox(limits=not no_limits, ports=ports)
    for text in faults:
        try:
            stand_ins.faults.add(**parse_fault(text))
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--fault") from None
    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with stand_ins:
            click.echo(f"Page: {stand_ins.page_url}/")
            for name, url in stand_ins.urls.items():
                if name != "page":
                    click.echo(f"{name}: {url}")
            tokens = " ".join(f"{name}=sandbox" for name in TOKENS)
            if config_out is None:
                click.echo(f"\nPut this into handoff.toml and set the tokens to anything ({tokens}):\n")
                click.echo(snippet(stand_ins.urls))
            else:
                _write(config_out, configuration(stand_ins.urls))
                click.echo(
                    f"\nWrote {config_out}. Set the tokens to anything, then: handoff --config {config_out} sync"
                )
                click.echo(f"  export {tokens}")
            click.echo("Ctrl-C ends it.")
            ended.wait()
    except OSError as error:
        raise click.ClickException(f"the stand-ins cannot listen: {error}; give another --port") from None
    finally:
        for number, former in before.items():
            signal.signal(number, former)


def _write(path: Path, text: str) -> None:
    """Write the configuration; what goes wrong here is no fault of the ports."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from None
