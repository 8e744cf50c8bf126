"""``handoff demo`` on the command line."""

from __future__ import annotations

import sys
import threading
import time

import click


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--stay/--no-stay", default=None, help="Keep the page up until Ctrl-C. Default: on a terminal.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object: page (null unless it stays), arrived, seconds."
)
def demo(stay: bool | None, as_json: bool) -> None:
    """Deliver eight sample packets to stand-ins on this machine, and show what arrived where."""
    try:
        from handoff_connectors.sandbox.demo import run_demo
    except ImportError as missing:
        raise click.ClickException(f"{missing.name} is not installed; run: pip install 'handoff[all]'") from None
    import json

    from rich.console import Console

    console = Console(stderr=as_json)
    began = time.monotonic()
    with run_demo(console) as done:
        seconds = time.monotonic() - began
        stays = stay if stay is not None else sys.stdin.isatty() and sys.stdout.isatty()
        # An address that is gone when it is read leads nowhere.
        page = done.page_url if stays else None
        if as_json:
            click.echo(json.dumps({"page": page, "arrived": done.arrived, "seconds": round(seconds, 1)}))
        else:
            console.print(f"That took {seconds:.0f} s.")
            if page:
                console.print(f"\nLook at the records as their readers see them: [bold]{page}/[/bold]")
            else:
                console.print("`handoff demo --stay` keeps a page up that shows the records as their readers see them.")
        if stays:
            click.echo("Ctrl-C ends the stand-ins.", err=as_json)
            sys.stdout.flush()
            try:
                threading.Event().wait()
            except KeyboardInterrupt:
                click.echo("", err=as_json)
    sys.exit(0 if done.arrived else 1)
