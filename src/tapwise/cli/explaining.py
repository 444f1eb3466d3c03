"""`tapwise explain`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from tapwise.cli import options as o
from tapwise.cli.comparing import STEPS
from tapwise.cli.values import array_of
from tapwise.convention.words import one_of
from tapwise.errors import ArgumentError
from tapwise.explanation import Explanation
from tapwise.explanation import explain as explain_arrays
from tapwise.explanation.written import LEVELS
from tapwise.files.atomic import check_place, replacing

FORMATS = ("text", "markdown", "latex", "html", "json")
_BY_SUFFIX = {".md": "markdown", ".tex": "latex", ".html": "html", ".json": "json"}
_LABELS, _WRITING = "How indices are called", "How it is written"


def _label(*names: str, help: str) -> Any:  # noqa: A002 - typer's word
    return typer.Option(*names, help=help, rich_help_panel=_LABELS)


def _writing(*names: str, help: str) -> Any:  # noqa: A002 - typer's word
    return typer.Option(*names, help=help, rich_help_panel=_WRITING)


def explain(
    x: Annotated[str, typer.Argument(metavar="X", help="the signal: 2,1,3,5,4 or '1 2;3 4' or a file")],
    h: Annotated[str, typer.Argument(metavar="H", help="the kernel, spelled the same way; a leading minus is fine")],
    operator: o.Operator = None,
    like: Annotated[str | None, typer.Option("--like", help="as this function would: scipy.ndimage.convolve")] = None,
    setting: Annotated[list[str] | None, typer.Option("--set", help="an option of that function: mode=nearest")] = None,
    size: o.Size = None,
    boundary: o.Boundary = None,
    anchor: o.Anchor = None,
    stride: o.Stride = None,
    dilation: o.Dilation = None,
    spread: o.Spread = None,
    output: o.Output = None,
    direction: o.Direction = None,
    conjugate: o.Conjugate = None,
    at: Annotated[str | None, typer.Option("--at", help="only this output, by its label: 3, or 1,2")] = None,
    everything: Annotated[bool, typer.Option("--all", help="every output, however many")] = False,
    origin: Annotated[str, _label("--origin", help="index 0: corner, textbook or centre")] = "corner",
    columns_first: Annotated[bool, _label("--columns-first", help="write [column, row]")] = False,
    lag: Annotated[bool, _label("--lag", help="label outputs by the lag: y[m] = sum of x[i]·h[m + i]")] = False,
    letters: Annotated[bool, _label("--letters", help="show the taps as letters")] = False,
    level: Annotated[
        list[str] | None, _writing("--level", help="symbols, indices or numbers; more than once, or all")
    ] = None,
    over: Annotated[str, _writing("--over", help="sum over the taps, or the inputs")] = "taps",
    worked: Annotated[bool, _writing("--worked", help="each pair on a line, its indices before and after solving")] = (
        False
    ),
    around: Annotated[int, _writing("--around", help="inputs beside the window, which meet no tap")] = 0,
    wording: Annotated[str, _writing("--wording", help="for readers of signal, or of learning")] = "signal",
    form: Annotated[str | None, _writing("--format", help=", ".join(FORMATS))] = None,
    target: Annotated[str | None, _writing("-o", "--to", help="a file: .txt, .md, .tex, .html or .json")] = None,
    force: Annotated[bool, _writing("--force", help="replace the file if it exists")] = False,
) -> None:
    """Explain an operator index by index: the formula, the indices, the numbers."""
    signal, kernel = array_of("X", x), array_of("H", h)
    if target is not None:
        check_place(target, force=force)
    if operator is None and like is None:
        rule, remedy = "which operator is not said", "write --operator convolution, or see both with tapwise compare"
        raise ArgumentError("operator", None, rule, remedy)
    words = o.words(
        operator=operator, size=size, boundary=boundary, anchor=anchor, stride=stride, dilation=dilation, spread=spread,
        output=output, direction=direction, conjugate=conjugate,
    ) | o.settings(setting or [])  # fmt: skip
    steps = explain_arrays(
        signal, kernel, like=like, at=o.index("at", at), most=None if everything else STEPS, around=around,
        origin=origin, axis_order="column, row" if columns_first else "row, column",
        output_labels="lag" if lag else "offset", letters=letters, **words,
    )  # fmt: skip
    text = _written(steps, _format(form, target), levels=level or LEVELS, wording=wording, over=over, worked=worked)
    if target is None:
        typer.echo(text)
    else:
        with replacing(target, force=force) as file:
            file.write(f"{text.rstrip()}\n".encode())


def _format(form: str | None, target: str | None) -> str:
    if form is not None:
        return one_of("format", form, FORMATS)
    return "text" if target is None else _BY_SUFFIX.get(Path(target).suffix.lower(), "text")


def _written(steps: Explanation, form: str, **choices: Any) -> str:
    if form == "json":
        return json.dumps(steps.to_dict(), default=str, ensure_ascii=False)
    if form == "text":
        text = steps.text(**choices)
        return text if _shows(text) else steps.text(plain=True, **choices)
    return str(getattr(steps, form)(**choices))


def _shows(text: str) -> bool:
    """Whether the terminal's encoding has the signs of the text."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
