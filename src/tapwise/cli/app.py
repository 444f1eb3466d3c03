"""The commands, and what happens around all of them: versions, errors, Ctrl-C, leading minus signs."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from tapwise.cli.benching import bench
from tapwise.cli.comparing import compare
from tapwise.cli.explaining import explain
from tapwise.cli.filtering import filter_file
from tapwise.cli.listing import list_names
from tapwise.cli.probing import identify, probe
from tapwise.cli.tuning import tune
from tapwise.cli.twins import learn, twins
from tapwise.engines import present
from tapwise.errors import TapwiseError


def stoppable(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command with an answer to Ctrl-C; files are renamed into place last, so none is half written."""

    @functools.wraps(command)
    def run(*args: Any, **words: Any) -> None:
        try:
            command(*args, **words)
        except KeyboardInterrupt:
            typer.echo("stopped; nothing was written", err=True)
            raise typer.Exit(130) from None

    return run


app = typer.Typer(
    help="Is it convolution or cross-correlation? Compute both, see every product.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name, command in (
    ("compare", compare),
    ("explain", explain),
    ("probe", probe),
    ("filter", filter_file),
    ("identify", identify),
    ("twins", twins),
    ("learn", learn),
    ("tune", tune),
    ("list", list_names),
    ("bench", bench),
):
    app.command(name)(stoppable(command))


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"tapwise {version('tapwise')} (engines: {', '.join(present())})")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="the version, and the engines present")
    ] = False,
) -> None:
    pass


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; exit 2 on an error that the user can mend, 130 on Ctrl-C."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        # A leading minus before a digit is a number: a space keeps it from being read as an option.
        app([f" {word}" if re.match(r"-\.?\d", word) else word for word in given], prog_name="tapwise")
    except TapwiseError as error:
        Console(stderr=True, highlight=False).print(
            Text("error: ", "bold red").append(Text(str(error), "default")), soft_wrap=True
        )
        sys.exit(2)
