"""`tapwise list`: the names that other commands take."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tapwise import catalogue, kernels
from tapwise.convention.boundary import OUTSIDE, PICTURES, Boundary
from tapwise.convention.words import one_of

WHAT = ("kernels", "functions", "boundaries")


def list_names(
    what: Annotated[str, typer.Argument(help="kernels, functions or boundaries")] = "kernels",
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """List the named kernels, the functions that --like knows, or the boundaries with their pictures."""
    what = one_of("what", what, WHAT)
    if what == "kernels":
        lines = kernels.names()
    elif what == "functions":
        lines = {name: catalogue.entry(name).formula for name in catalogue.names()}
    else:
        lines = {
            rule: f"{Boundary(rule, 7 if rule == 'constant' else 0).picture()}   "
            + ", ".join(
                f"{lib}:{name}" for lib, names in OUTSIDE.items() for name, ours in names.items() if ours == rule
            )
            for rule in PICTURES
        }
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False))
        return
    wide = max(map(len, lines))
    for name, line in lines.items():
        typer.echo(f"{name.ljust(wide)}   {line}".rstrip())
