"""`tapwise probe` and `tapwise identify`."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tapwise import libraries
from tapwise.catalogue import entry
from tapwise.cli import options as o
from tapwise.cli.program import Program
from tapwise.cli.values import array_of
from tapwise.convention.convention import OPERATORS
from tapwise.convention.words import one_of
from tapwise.errors import ArgumentError
from tapwise.probing import identify as identify_arrays
from tapwise.probing import probe as probe_function

if TYPE_CHECKING:
    from collections.abc import Callable

#: What `--expect` exits with when the answer is the other operator; errors exit with 2.
UNEXPECTED = 1


def probe(
    name: Annotated[
        str | None, typer.Argument(help="a function: numpy.convolve, torch.nn.functional.conv2d, module:function")
    ] = None,
    command: Annotated[
        str | None, typer.Option("--command", help="a program instead: 'prog {x} {h} {y}' reads two files, writes one")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="the program's files: npy, csv, wav, png or tif")] = "npy",
    timeout: Annotated[float, typer.Option("--timeout", help="seconds that one call of the program may take")] = 10.0,
    set_: Annotated[list[str] | None, typer.Option("--set", help="an option of the function: mode=same")] = None,
    ndim: Annotated[int | None, typer.Option("--ndim", help="how many axes to probe; by default found out")] = None,
    expect: Annotated[
        str | None, typer.Option("--expect", help="exit with 1 unless it is this operator, along every axis")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the verdict as JSON")] = False,
) -> None:
    """Find out which convention a function or a program follows, with the evidence."""
    wanted = None if expect is None else one_of("expect", expect, OPERATORS, {"correlation": "cross-correlation"})
    if (name is None) == (command is None):
        raise ArgumentError("name", name, "give a function, or a program by --command", "write one of the two")
    words = o.settings(set_ or [])
    if command is not None:
        with Program(command, form, timeout) as program:
            verdict = probe_function(program, ndim=ndim)
    else:
        function, axes = _function(str(name), words)
        verdict = probe_function(function, ndim=axes if ndim is None else ndim)
    typer.echo(json.dumps(verdict.to_dict(), ensure_ascii=False, default=str) if as_json else str(verdict))
    if wanted is not None and verdict.operator != wanted:
        raise typer.Exit(UNEXPECTED)


def identify(
    x: Annotated[str, typer.Argument(metavar="X", help="the signal: a file, or numbers")],
    h: Annotated[str, typer.Argument(metavar="H", help="the kernel")],
    y: Annotated[str, typer.Argument(metavar="Y", help="what was made of them")],
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Find out which conventions make Y of X and H, and what would tell them apart."""
    found = identify_arrays(array_of("X", x), array_of("H", h), array_of("Y", y))
    typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, default=str) if as_json else str(found))
    if not found.explanations:
        raise typer.Exit(UNEXPECTED)


def _function(name: str, words: dict[str, Any]) -> tuple[Callable[[Any, Any], Any], int | None]:
    """Return the function of that name on plain arrays, and its number of axes if that is known."""
    if ":" not in name:
        found = entry(name)
        return lambda x, h: libraries.call(name, x, h, **words), found.ndim
    module, _, attribute = name.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)  # as `python -m` does
    try:
        value: Any = importlib.import_module(module)
        for part in attribute.split("."):
            value = getattr(value, part)
    except (ImportError, AttributeError) as error:
        raise ArgumentError("name", name, f"cannot be imported ({error})", "write module:function") from None
    return lambda x, h: value(x, h, **words), None
