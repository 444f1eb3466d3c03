"""`tapwise compare`."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from tapwise.cli import options as o
from tapwise.cli.values import array_of
from tapwise.errors import ArgumentError, Shown
from tapwise.explanation import compare as compare_arrays
from tapwise.explanation import comparison_text

#: Steps that are computed without --all: a screen shows no more, and a photograph has millions.
STEPS = 24


def compare(
    x: Annotated[str, typer.Argument(metavar="X", help="the signal: 2,1,3,5,4 or '1 2;3 4' or a file")],
    h: Annotated[str, typer.Argument(metavar="H", help="the kernel, spelled the same way; a leading minus is fine")],
    size: o.Size = None,
    boundary: o.Boundary = None,
    anchor: o.Anchor = None,
    stride: o.Stride = None,
    dilation: o.Dilation = None,
    spread: o.Spread = None,
    output: o.Output = None,
    conjugate: o.Conjugate = None,
    at: Annotated[str | None, typer.Option("--at", help="only this output: 3, or 1,2 in two dimensions")] = None,
    everything: Annotated[bool, typer.Option("--all", help="every output, however many")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="the steps as JSON")] = False,
) -> None:
    """Show convolution and cross-correlation side by side, every product with its numbers."""
    signal, kernel = array_of("X", x), array_of("H", h)
    if signal.ndim != kernel.ndim:
        rule = f"has {signal.ndim} axes and H has {kernel.ndim}"
        remedy = "give both as many; of a colour image take one channel"
        raise ArgumentError("X", Shown(f"array of shape {signal.shape}"), rule, remedy)
    words = o.words(
        size=size, boundary=boundary, anchor=anchor, stride=stride, dilation=dilation, spread=spread, output=output,
        conjugate=conjugate,
    )  # fmt: skip
    both = compare_arrays(signal, kernel, at=o.index("at", at), most=None if everything else STEPS, **words)
    if as_json:
        typer.echo(json.dumps(both.to_dict(), default=str, ensure_ascii=False))
        return
    console = Console(highlight=False)
    text = Text(comparison_text(both, width=console.width, everything=everything))
    text.highlight_regex(r"(?m)^y\[[^\]]*\]", "dim")
    text.highlight_regex(r"(?m)^ *(convolution|cross-correlation)(?= \()| cross-correlation(?= \()", "bold")
    text.highlight_regex(r"(?m)= +[^ =]+$", "bold")
    text.highlight_regex(r"(?m)^careful:", "bold yellow")
    console.print(text, soft_wrap=True)
