"""`tapwise probe` and `tapwise identify`."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from tapwise.catalogue import entry
from tapwise.cli import options as o
from tapwise.cli.program import Program
from tapwise.cli.progress import bar
from tapwise.cli.values import array_of
from tapwise.convention.convention import OPERATORS
from tapwise.convention.words import one_of
from tapwise.errors import ArgumentError
from tapwise.probing import identify as identify_arrays
from tapwise.probing import probe as probe_function

#: What `--expect` exits with when the answer is the other operator; errors exit with 2.
UNEXPECTED = 1


def probe(
    name: Annotated[
        str | None,
        typer.Argument(help="numpy.convolve, torch.nn.functional.conv2d, …, module:function, or module:layer"),
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
    """Find out which convention a function, a layer with its own kernel, or a program follows, with the evidence."""
    wanted = None if expect is None else one_of("expect", expect, OPERATORS, {"correlation": "cross-correlation"})
    if (name is None) == (command is None):
        raise ArgumentError("name", name, "give a function, or a program by --command", "write one of the two")
    words = o.settings(set_ or [])
    with bar("probing") as progress:
        if command is not None:
            with Program(command, form, timeout) as program:
                verdict = probe_function(program, ndim=ndim, progress=progress)
        else:
            verdict = probe_function(_named(str(name)), ndim=ndim, progress=progress, **words)
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
    found = identify_arrays(*_without_single(array_of("X", x), array_of("H", h), array_of("Y", y)))
    typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, default=str) if as_json else str(found))
    if not found.explanations:
        raise typer.Exit(UNEXPECTED)


def _without_single(*arrays: Any) -> list[Any]:
    """Return the arrays without the axes along which each has one number, as vectors of MATLAB have; one is kept."""
    ndim = arrays[0].ndim
    if any(array.ndim != ndim for array in arrays):
        return list(arrays)
    single = [axis for axis in range(ndim) if all(array.shape[axis] == 1 for array in arrays)][: ndim - 1]
    return [array.squeeze(tuple(single)) for array in arrays]


def _named(name: str) -> Any:
    """Return the catalogued name as it is, or what stands under module:name, imported from here as `python -m` does."""
    if ":" not in name:
        try:
            return entry(name).name
        except ArgumentError as error:
            guess = error.remedy if error.remedy.endswith("?") else "`tapwise list functions` names them;"
            module, _, function = name.rpartition(".")
            written = f"{module}:{function}" if module else "module:function"
            raise ArgumentError("name", name, error.rule, f"{guess} or write {written}") from None
    module, _, attribute = name.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        value: Any = importlib.import_module(module)
        for part in attribute.split("."):
            value = getattr(value, part)
    except (ImportError, AttributeError) as error:
        raise ArgumentError("name", name, f"cannot be imported ({error})", "write module:function") from None
    return value
